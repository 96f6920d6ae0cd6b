// The live stream. One tab of an officer holds it (Web Locks), the others follow by
// BroadcastChannel, because a browser allows six connections to a host. The stream carries no
// content: `change` only says which desk to ask about.
//
// Events on `live`: "beat"; "change" {desk} (desk null: anything may have changed);
// "signedout" {address}; "signedin" {page}.
import { ask, session } from './ask.js';
import { onTick, setServerNow } from './clock.js';

export const live = new EventTarget();
export const POLL_EVERY = 10;
const user = document.body.dataset.user;
const own = (document.body.dataset.liveDesks ?? '').split(' ').filter(Boolean);
const me = Math.random().toString(36).slice(2);
const channel = user && 'BroadcastChannel' in window ? new BroadcastChannel(`live:${user}`) : null;
const followers = new Map();
let source = null,
  leading = false,
  listened = '',
  failures = 0,
  lastTick = Date.now();
let retryAt = 0,
  pollAt = 0,
  signedOut = false,
  poll = null;

/** What the heartbeat shows: when the last one came, and whether we only ask now and then. */
export const link = {
  since: Date.now(),
  heardAt: null,
  polling: false,
  get out() {
    return signedOut;
  },
};

/** The page's own way to ask whether the server is there; resolves to true when it answered. */
export const pollWith = how => {
  poll = how;
};

const emit = (name, detail = {}) => live.dispatchEvent(new CustomEvent(name, { detail }));
const tell = message => channel?.postMessage({ from: me, ...message });

function heard(now, age = 0) {
  if (age < 1000) setServerNow(now);
  link.heardAt = Date.now() - age;
  link.polling = false;
  emit('beat');
}

function address() {
  const desks = new Set([...own, ...[...followers.values()].flatMap(follower => follower.desks)]);
  const url = new URL('/live/', location.href);
  for (const desk of [...desks].sort()) url.searchParams.append('desk', desk);
  // A screen without an account is known by a cookie of its own.
  if ('display' in document.body.dataset) url.searchParams.set('display', '1');
  return url.href;
}

function open() {
  source?.close();
  listened = address();
  retryAt = 0;
  source = new EventSource(listened);
  source.addEventListener('open', () => changed(null));
  source.addEventListener('beat', event => {
    failures = 0;
    const { now } = JSON.parse(event.data);
    heard(now);
    tell({ kind: 'beat', now });
  });
  source.addEventListener('change', event => changed(JSON.parse(event.data).desk));
  source.addEventListener('error', () => {
    failures += 1;
    if (source.readyState === EventSource.CLOSED) find_out_why();
  });
}

function changed(desk) {
  emit('change', { desk });
  tell({ kind: 'change', desk });
}

// EventSource hides the status: ask once more by fetch, and leave as soon as the status is there.
async function find_out_why() {
  const left = new AbortController();
  try {
    const answer = await ask(listened, { signal: left.signal });
    if (answer.status === 401) return;
  } catch {
    /* no connection: the next try comes */
  } finally {
    left.abort();
  }
  retryAt = Date.now() + Math.min(15, 2 ** Math.min(failures, 4)) * 1000;
}

function leave(detail) {
  if (signedOut) return;
  signedOut = true;
  source?.close();
  source = null;
  emit('signedout', detail);
  tell({ kind: 'signedout', detail });
}
session.addEventListener('signedout', event => leave(event.detail));

// Signed in again in another tab? The same officer goes on; of another one the page knows nothing.
async function look_again() {
  try {
    const answer = await ask(location.href, {
      headers: { Accept: 'text/html' },
      cache: 'no-store',
    });
    if (!answer.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (found.body.dataset.user !== user) return;
    signedOut = false;
    emit('signedin', { page: found });
    if (leading || !navigator.locks) open();
    changed(null);
  } catch {
    /* still no connection */
  }
}

async function ask_now_and_then() {
  pollAt = Date.now() + POLL_EVERY * 1000;
  try {
    if (await (poll ? poll() : ask('/health/').then(answer => answer.ok))) {
      link.heardAt = Date.now();
      link.polling = true;
      emit('beat');
    }
  } catch {
    /* no connection: the heartbeat says it */
  }
}

function watch() {
  const now = Date.now();
  const slept = now - lastTick > 15000;
  lastTick = now;
  const age = now - (link.heardAt ?? link.since);
  if (signedOut) {
    if (Math.floor(now / 1000) % 15 === 0) look_again();
    return;
  }
  if (leading || !navigator.locks) {
    if (slept || (retryAt && now >= retryAt) || (source && listened !== address())) open();
    for (const [id, follower] of followers) if (now - follower.at > 90000) followers.delete(id);
  } else {
    if (Math.floor(now / 1000) % 30 === 0) tell({ kind: 'hello', desks: own });
    if (age > 25000 && !source) open();
  }
  if ((failures >= 3 || link.polling) && now >= pollAt) ask_now_and_then();
}

function follow({ data: message }) {
  if (message.kind === 'beat') heard(message.now, message.age ?? 0);
  if (message.kind === 'change') emit('change', { desk: message.desk });
  if (message.kind === 'signedout') leave(message.detail);
  if (message.kind === 'hello' && leading) {
    followers.set(message.from, { desks: message.desks, at: Date.now() });
    if (link.heardAt && !link.polling) {
      tell({ kind: 'beat', now: '', age: Date.now() - link.heardAt });
    }
  }
}

/** Start listening; call once, when the page's own listeners stand. */
export function start() {
  if (!user) return;
  channel?.addEventListener('message', follow);
  onTick(watch);
  addEventListener('online', () => {
    if (source) open();
  });
  addEventListener('focus', () => {
    if (signedOut) look_again();
  });
  if (!navigator.locks) {
    open();
    return;
  }
  tell({ kind: 'hello', desks: own });
  navigator.locks.request(`live:${user}`, () => {
    leading = true;
    open();
    return new Promise(() => {});
  });
}
