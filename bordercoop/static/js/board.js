// The duty board. A change on the stream fetches the board as the server draws it and merges it:
// a card that has the focus or an unsent word is never touched, nothing jumps under the pointer.
// On other pages the same fetch keeps the count and the sound true.
import { ask, page, refusal } from './ask.js';
import { countdowns } from './countdown.js';
import { hm, onTick, ownZone, serverNow } from './clock.js';
import { hotkey } from './hotkeys.js';
import { line_checks } from './line.js';
import { live, pollWith } from './live.js';
import { say, toast } from './say.js';
import { again, unanswered } from './sound.js';
import { t, tn } from './texts.js';

const board = document.querySelector('[data-board]');
const address = document.querySelector('[data-board-url]')?.dataset.boardUrl;
const bar = document.getElementById('new-alerts');
const siren = document.getElementById('siren');
let latest = null,
  pulling = false,
  pullAgain = false,
  pointedAt = 0;
const announced = new Set();
// Across pages too: an alert is new to this tab once.
try {
  for (const key of (sessionStorage.getItem('announced') ?? '').split(' ')) announced.add(key);
} catch {
  /* storage blocked: announced once a page */
}
function remember() {
  try {
    sessionStorage.setItem('announced', [...announced].slice(-200).join(' '));
  } catch {
    /* as above */
  }
}

const cards = within => [...within.querySelectorAll('[data-list=need] > [data-key]')];
const find = (within, key) => within.querySelector(`[data-list] > [data-key="${CSS.escape(key)}"]`);
const dirty = card =>
  [...card.querySelectorAll('input[type=text], textarea')].some(f => f.value !== f.defaultValue);
const focused = element => element.contains(document.activeElement);
const busy = card => focused(card) || dirty(card) || 'sending' in card.dataset;

// Two renderings of the same card differ in tokens and ages only.
function fingerprint(element) {
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll('input[type=hidden], [data-ago], [data-until]')) {
    part.remove();
  }
  for (const part of [copy, ...copy.querySelectorAll('[aria-current], [tabindex], [data-said]')]) {
    for (const name of ['aria-current', 'tabindex', 'data-said']) part.removeAttribute(name);
  }
  return copy.innerHTML.replace(/\s+/g, ' ');
}
const drawn = new Map();

function leave(card, doc) {
  const { key } = card.dataset;
  const who = find(doc, key)?.querySelector('.who')?.textContent.trim();
  const off = doc.querySelector('[data-off]')?.dataset.off.split(' ').includes(key);
  if (card.querySelector('.said.over')) return;
  const line = document.createElement('p');
  line.className = 'said over';
  line.setAttribute('role', 'status');
  if (off) line.textContent = t('called_off');
  else line.textContent = who ? t('answered_by', { who }) : t('answered');
  card.querySelector('.txt')?.append(line);
  card.querySelector('.alert')?.classList.add('gone');
}

function merge_list(list, fresh, doc) {
  const wanted = new Set([...fresh.children].map(card => card.dataset.key));
  for (const card of [...list.children]) {
    if (wanted.has(card.dataset.key)) continue;
    if (busy(card)) leave(card, doc);
    else card.remove();
  }
  const hold =
    list.dataset.list === 'need' &&
    ([...list.children].some(focused) || Date.now() - pointedAt < 2000);
  let held = 0,
    before = null;
  for (const card of [...fresh.children]) {
    const { key } = card.dataset;
    const print = fingerprint(card);
    const here = [...list.children].find(one => one.dataset.key === key);
    if (here) {
      before = here;
      if (drawn.get(key) === print || busy(here)) continue;
      before = document.importNode(card, true);
      here.replaceWith(before);
    } else if (hold) {
      held += 1;
      continue;
    } else {
      const entry = document.importNode(card, true);
      if (before) before.after(entry);
      else list.prepend(entry);
      before = entry;
    }
    drawn.set(key, print);
  }
  return held;
}

function merge(doc) {
  let held = 0;
  for (const fresh of doc.querySelectorAll('[data-part]')) {
    const part = board.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (!part) continue;
    const list = part.querySelector('[data-list]'),
      freshList = fresh.querySelector('[data-list]');
    if (list && freshList) {
      held += merge_list(list, freshList, doc);
      for (const count of fresh.querySelectorAll('[data-count]')) {
        part.querySelector('[data-count]').textContent = count.textContent;
      }
      const empty = part.querySelector('[data-empty]');
      if (empty) empty.hidden = list.childElementCount > 0;
    } else if (!focused(part) && fingerprint(part) !== fingerprint(fresh)) {
      part.replaceChildren(...[...fresh.childNodes].map(node => document.importNode(node, true)));
    }
  }
  if (bar) {
    bar.hidden = held === 0;
    bar.querySelector('.word').textContent = tn('new_alerts', held);
  }
  choose(current());
  report_drawn();
}

function announce(doc) {
  const sentences = [];
  for (const card of cards(doc)) {
    const { key, say: sentence, severity } = card.dataset;
    if (announced.has(key)) continue;
    announced.add(key);
    sentences.push(sentence);
    say(sentence, { now: severity === '4' });
  }
  remember();
  if (board) return;
  // A pile of them would cover the page that the officer works on.
  const told = sentences.length > 2 ? [tn('new_alerts', sentences.length)] : sentences;
  for (const sentence of told) toast(sentence, document.querySelector('[data-board-url]').href);
}

function count(doc) {
  const need = cards(doc).filter(
    card => !('sending' in (find(document, card.dataset.key)?.dataset ?? {})),
  );
  unanswered(
    need.map(({ dataset }) => ({
      uid: dataset.key,
      severity: Number(dataset.severity),
      siren: 'siren' in dataset,
    })),
  );
  const broadcast = need.find(card => 'siren' in card.dataset);
  if (siren && siren.hidden === Boolean(broadcast)) {
    siren.hidden = !broadcast;
    siren.querySelector('.words').textContent = broadcast?.dataset.say ?? '';
  }
  for (const number of document.querySelectorAll('[data-need-count]')) {
    number.hidden = need.length === 0;
    number.firstChild.textContent = String(need.length);
  }
}

function apply(doc) {
  latest = doc;
  announce(doc);
  count(doc);
  if (board) merge(doc);
  line_checks(board ?? doc);
}

/** Fetch the board and show it; resolves to true when the server answered. */
export async function pull() {
  if (pulling) {
    pullAgain = true;
    return true;
  }
  pulling = true;
  let answered = false;
  try {
    do {
      pullAgain = false;
      const doc = await page(address);
      answered = doc !== null;
      if (answered) apply(doc);
    } while (pullAgain);
  } catch {
    /* no connection: the last board stays, the heartbeat tells its age */
  }
  pulling = false;
  return answered;
}

// --- answering

function complain(form, text) {
  let line = form.querySelector('.err');
  if (!line) {
    line = document.createElement('p');
    line.className = 'err';
    line.setAttribute('role', 'alert');
    form.prepend(line);
  }
  line.textContent = text;
}

async function answer(form, pressed = null) {
  const card = form.closest('[data-key]'),
    field = form.querySelector('input[type=text], textarea');
  if ('sending' in card.dataset) return;
  if (field && pressed?.name === 'ready') field.value = pressed.value;
  if (field?.required && !field.value.trim()) {
    complain(form, field.dataset.missing);
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    return;
  }
  const button = form.querySelector('button:not([type=button])'),
    word = button.querySelector('.word');
  const before = word.textContent,
    { key } = card.dataset;
  form.querySelector('.err')?.remove();
  field?.removeAttribute('aria-invalid');
  card.dataset.sending = '';
  button.setAttribute('aria-disabled', 'true');
  word.textContent = t('ack_pending');
  if (latest) count(latest);
  let reason = '';
  try {
    const headers = { Accept: 'application/json' };
    if (form.elements.key) headers['Idempotency-Key'] = form.elements.key.value;
    const said = await ask(form.action, { method: 'POST', body: new FormData(form), headers });
    if (said.ok) {
      const { acknowledged_at: at } = await said.json().catch(() => ({}));
      const time = hm(Date.parse(at) || serverNow(), ownZone());
      confirm(card, form, t(form.dataset.done ?? 'ack_done', { time }));
      return;
    }
    reason = said.status === 401 ? t('signed_out_short') : await refusal(said);
  } catch {
    reason = t('no_connection');
  }
  delete card.dataset.sending;
  button.removeAttribute('aria-disabled');
  word.textContent = before;
  complain(form, `${t('ack_failed')} ${reason}`.trim());
  if (latest) count(latest);
  again(key);
}

// The word changes only now, when the server has it; then the focus goes on to the next card.
async function confirm(card, form, sentence) {
  const done = document.createElement('p');
  done.className = 'said';
  done.setAttribute('role', 'status');
  done.textContent = sentence;
  form.replaceWith(done);
  say(sentence);
  const had = focused(card) || document.activeElement === document.body;
  const all = cards(board),
    next = all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1];
  delete card.dataset.sending;
  if (had) {
    if (next) choose(next, { focus: true });
    else document.getElementById('main').focus();
  }
  for (const f of card.querySelectorAll('input, textarea')) f.remove();
  await pull();
}

// --- which card is the current one

const all_cards = () => [...(board?.querySelectorAll('[data-card]') ?? [])];
const current = () =>
  board?.querySelector('[data-card][aria-current=true]')?.closest('[data-key]') ?? cards(board)[0];
function choose(entry, { focus = false } = {}) {
  const card = entry?.matches?.('[data-card]') ? entry : entry?.querySelector('[data-card]');
  for (const one of all_cards()) {
    if (one === card) one.setAttribute('aria-current', 'true');
    else one.removeAttribute('aria-current');
  }
  if (focus) card?.focus();
}
function step(by) {
  const all = all_cards();
  if (!all.length) return false;
  const at = all.findIndex(card => card.matches('[aria-current=true]'));
  const started = focused(board) || at < 0;
  const to = at < 0 ? 0 : started ? (at + by + all.length) % all.length : at;
  choose(all[to], { focus: true });
}

// --- a card counts as delivered when a signed-in browser has really drawn it

const reported = new Set();
function report_drawn() {
  const url = board.dataset.drawnUrl;
  if (!url || document.visibilityState !== 'visible') return;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const fresh = cards(board)
        .filter(card => 'undrawn' in card.dataset)
        .map(card => card.dataset.key)
        .filter(key => !reported.has(key));
      if (!fresh.length) return;
      for (const key of fresh) reported.add(key);
      const body = new URLSearchParams(fresh.map(key => ['uid', key]));
      ask(url, { method: 'POST', body }).then(
        said => {
          if (!said.ok) for (const key of fresh) reported.delete(key);
        },
        () => {
          for (const key of fresh) reported.delete(key);
        },
      );
    }),
  );
}

function wire() {
  for (const entry of board.querySelectorAll('[data-list] > [data-key]')) {
    drawn.set(entry.dataset.key, fingerprint(entry));
  }
  for (const card of cards(board)) announced.add(card.dataset.key);
  remember();
  board.addEventListener('submit', event => {
    if (!event.target.matches('form[data-answer]')) return;
    event.preventDefault();
    answer(event.target, event.submitter);
  });
  board.addEventListener('focusin', event => {
    const card = event.target.closest('[data-card]');
    if (card) choose(card);
  });
  board.addEventListener('focusout', () =>
    setTimeout(() => {
      if (latest) merge(latest);
    }, 0),
  );
  board.addEventListener('pointermove', event => {
    if (event.target.closest('[data-list=need]')) pointedAt = Date.now();
  });
  bar?.addEventListener('click', () => insert());
  addEventListener('visibilitychange', report_drawn);
  hotkey('KeyJ', () => step(1));
  hotkey('KeyK', () => step(-1));
  hotkey('Period', () => insert());
  hotkey('Enter', event => {
    if (!event.target.matches('[data-card]')) return false;
    event.target.querySelector('h3 a, a')?.click();
  });
  hotkey('KeyA', () => {
    const form = current()?.querySelector('form[data-answer=acknowledge]');
    if (!form) return false;
    choose(form.closest('[data-card]'));
    const field = form.querySelector('input[type=text]');
    if (field) field.focus();
    else form.requestSubmit();
  });
  onTick(() => {
    if (bar && !bar.hidden && latest && Date.now() - pointedAt > 2000) merge(latest);
  });
  choose(current());
  report_drawn();
}

/** Let the waiting alerts in: leave the card, draw, and go to the first new one. */
function insert() {
  if (!latest || !bar || bar.hidden) return false;
  const before = new Set(cards(board).map(card => card.dataset.key));
  pointedAt = 0;
  if (focused(board) || document.activeElement === bar) document.activeElement.blur();
  merge(latest);
  const fresh = cards(board).find(card => !before.has(card.dataset.key));
  if (fresh) choose(fresh, { focus: true });
}

/** Start keeping the board, or the count on other pages, up to date. */
export function watch() {
  if (!address) return;
  if (board) {
    latest = document;
    wire();
    countdowns(pull);
    count(document);
  }
  pollWith(pull);
  live.addEventListener('change', pull);
}
