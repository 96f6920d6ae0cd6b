// The part of a risk report that is written: kept on this PC as it is typed and saved at the server
// when the fingers rest. The server never writes into the field; a text that somebody else saved
// meanwhile is shown beside it, and the officer decides.
import { ask, refusal } from './ask.js';
import { hm, hms, ownZone } from './clock.js';
import * as drafts from './drafts.js';
import { hotkey } from './hotkeys.js';
import { live } from './live.js';
import { say } from './say.js';
import { t } from './texts.js';

const HERE = 400;
const THERE = 1500;

// Steps and procedure are folded where the screen is narrow.
if (matchMedia('(max-width: 60rem)').matches) {
  for (const one of document.querySelectorAll('[data-fold-small]')) one.open = false;
}

const form = document.querySelector('form[data-part]');
if (form) edit(form);
const closed = document.querySelector('[data-kept-part]');
if (closed) offer(closed);

// Where nothing is written any more, what this PC still keeps can be read and taken from here.
async function offer(kept) {
  const name = `report:${kept.dataset.keptPart}`;
  const plain = text => text.replace(/\s+/g, '');
  const there = plain(document.querySelector('[data-part-text]')?.textContent ?? '');
  for (const where of [name, `${name}:2`]) {
    const found = await drafts.get(where).catch(() => null);
    if (!found) continue;
    const text = new Map(found.values).get('text') ?? '';
    if (plain(text) === there) {
      await drafts.drop(where).catch(() => {});
      continue;
    }
    kept.querySelector('.words').textContent = t('text_kept', { time: hm(found.at, ownZone()) });
    kept.querySelector('[data-kept-text]').textContent = text;
    kept.hidden = false;
    kept.querySelector('[data-throw-away]').addEventListener('click', async () => {
      await drafts.drop(where).catch(() => {});
      kept.hidden = true;
    });
    return;
  }
}

function edit(form) {
  const name = `report:${form.dataset.part}`;
  const field = form.elements.text;
  const line = form.querySelector('#save .words');
  const stale = form.querySelector('[data-stale]');
  const kept = form.querySelector('[data-kept]');
  // What came back refused is not at the server.
  const bound = form.dataset.bound !== undefined;
  let saved = bound ? null : field.value,
    here = 0,
    there = 0,
    under = null,
    stuck = !stale.hidden,
    leaving = false;

  // What is not at the server is not told under the mark of what is.
  const bar = form.querySelector('#save');
  const stand = (text, bad = false) => {
    if (line.textContent !== text) line.textContent = text;
    bar.classList.toggle('warn-words', bad);
    for (const one of bar.querySelectorAll('[data-mark]')) {
      one.hidden = (one.dataset.mark === 'bad') !== bad;
    }
  };
  const edition = () => form.elements.edition.value;
  // While a kept text waits for its answer, the new one must not take its place on this PC.
  const spot = () => (kept.hidden ? name : `${name}:2`);

  async function keep() {
    clearTimeout(here);
    if (field.value === saved) return;
    try {
      await drafts.put(spot(), '', [
        ['text', field.value],
        ['edition', edition()],
      ]);
      if (field.value !== saved) stand(t('save_here', { time: hms(Date.now(), ownZone()) }));
    } catch {
      stand(t('save_failed'), true);
    }
  }

  async function send() {
    clearTimeout(there);
    there = 0;
    if (stuck || under || field.value === saved) return under;
    const text = field.value;
    stand(t('save_now'));
    under = put(text).finally(() => (under = null));
    await under;
    // What was typed while it was under way.
    if (!stuck && saved === text && field.value !== saved) there = setTimeout(send, THERE);
    return null;
  }

  async function put(text) {
    const body = new URLSearchParams({ do: 'save', text, edition: edition() });
    let answer;
    try {
      answer = await ask(form.action || location.pathname, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body,
      });
    } catch {
      await keep();
      stand(t('queued'), true);
      return;
    }
    if (answer.ok) {
      const told = await answer.json();
      form.elements.edition.value = told.edition;
      // The buttons that take an older text back send what is read now.
      for (const one of document.querySelectorAll('.texts input[name=edition]')) {
        one.value = told.edition;
      }
      saved = text;
      if (field.value === text) {
        await drafts.drop(spot()).catch(() => {});
        stand(t('save_server', { time: hms(Date.parse(told.at), ownZone()) }));
      }
      return;
    }
    await keep();
    if (answer.status === 409) {
      const told = await answer.json();
      if (told.stands) return show(told);
      stuck = true;
      stand(told.detail, true);
      say(told.detail, { now: true });
      return;
    }
    stand((await refusal(answer)) || t('not_sent'), true);
  }

  // Both texts stand there; the field keeps what was typed.
  function show(told) {
    stuck = true;
    stale.querySelector('[data-stale-text]').textContent = told.stands.text;
    stale.querySelector('[data-stale-who]').textContent = told.stands.who;
    stale.dataset.edition = told.stands.edition;
    stale.hidden = false;
    stand(told.detail, true);
    say(told.detail, { now: true });
  }
  function decide(text) {
    const theirs = stale.dataset.edition;
    if (theirs) form.elements.edition.value = theirs;
    field.value = text;
    saved = null;
    stuck = false;
    stale.hidden = true;
    field.focus();
    send();
  }
  stale.querySelector('[data-take-mine]')?.addEventListener('click', () => decide(field.value));
  stale.querySelector('[data-take-both]')?.addEventListener('click', () => {
    const theirs = stale.querySelector('[data-stale-text]').textContent;
    decide(`${field.value}\n\n${theirs}`);
  });

  async function begin() {
    if (bound) return keep();
    let found = null,
      where = name;
    try {
      found = await drafts.get(name);
      if (!found) {
        where = `${name}:2`;
        found = await drafts.get(where);
      }
    } catch {
      stand(t('save_failed'), true);
    }
    if (!found) return;
    const text = new Map(found.values).get('text') ?? '';
    if (text.trim() === field.value.trim()) return drafts.drop(where);
    kept.querySelector('.words').textContent = t('text_kept', { time: hm(found.at, ownZone()) });
    kept.querySelector('[data-kept-text]').textContent = text;
    kept.hidden = false;
    kept.querySelector('[data-put-back]').addEventListener('click', async () => {
      kept.hidden = true;
      await drafts.drop(where).catch(() => {});
      field.value = text;
      field.focus();
      typed();
    });
    kept.querySelector('[data-throw-away]').addEventListener('click', async () => {
      await drafts.drop(where).catch(() => {});
      kept.hidden = true;
      field.focus();
    });
  }

  function typed() {
    clearTimeout(here);
    clearTimeout(there);
    here = setTimeout(keep, HERE);
    there = setTimeout(send, THERE);
  }
  field.addEventListener('input', typed);
  form.addEventListener('submit', async event => {
    clearTimeout(there);
    if (leaving || (!under && field.value === saved)) return;
    event.preventDefault();
    // Kept on this PC before the page goes: the network may be dead.
    await Promise.race([keep(), new Promise(done => setTimeout(done, HERE))]);
    await under;
    leaving = true;
    form.requestSubmit(event.submitter ?? undefined);
  });
  addEventListener('pageshow', event => {
    if (event.persisted) leaving = false;
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return;
    keep();
    send();
  });
  addEventListener('online', send);
  live.addEventListener('beat', () => {
    if (field.value !== saved && !there) send();
  });
  live.addEventListener('signedin', ({ detail }) => {
    document.body.dataset.draftKey = detail.page.body.dataset.draftKey ?? '';
    send();
  });
  hotkey('Ctrl+KeyS', () => {
    send();
  });
  hotkey('Ctrl+Enter', () => form.requestSubmit(form.querySelector('[value=done]') ?? undefined));
  begin();
}
