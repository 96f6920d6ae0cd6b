// Keeps a form on this PC as it is typed, and sends it without losing a word: not over a reload,
// a dead network, an ended session or a second press. The server never writes into an open field.
import { ask } from './ask.js';
import { hm, hms, onTick, ownZone } from './clock.js';
import * as drafts from './drafts.js';
import { hotkey } from './hotkeys.js';
import { link, live } from './live.js';
import { say } from './say.js';
import { t } from './texts.js';

const WAIT = 800;
const line = document.getElementById('save')?.querySelector('.words');
const offline = document.getElementById('offline');

function stand(text) {
  if (line && line.textContent !== text) line.textContent = text;
}

const skipped = name => !name || name === 'csrfmiddlewaretoken';
const values_of = form =>
  [...new FormData(form)].filter(([name, value]) => !skipped(name) && typeof value === 'string');

function restore(form, values) {
  const kept = new Map();
  for (const [name, value] of values) kept.set(name, [...(kept.get(name) ?? []), value]);
  form.dispatchEvent(new CustomEvent('draft:restoring', { detail: kept }));
  const taken = new Map();
  for (const field of form.elements) {
    if (skipped(field.name) || !('value' in field) || field.type === 'submit') continue;
    const found = kept.get(field.name) ?? [];
    if (field.type === 'radio' || field.type === 'checkbox') {
      field.checked = found.includes(field.value);
    } else if (found.length) {
      const nth = taken.get(field.name) ?? 0;
      taken.set(field.name, nth + 1);
      if (nth < found.length) field.value = found[nth];
    }
  }
  form.dispatchEvent(new CustomEvent('draft:restored'));
}

/** Keep `form` under its data-draft name; `sent(values)` knows of a draft that has been sent. */
export function keep(form, { sent = () => false } = {}) {
  const name = form.dataset.draft;
  const ref = () => form.elements[form.dataset.ref ?? 'client_ref']?.value ?? '';
  let timer = 0,
    sending = false,
    queued = null,
    ready = false,
    dirty = false;

  async function save() {
    clearTimeout(timer);
    const seen = values_of(form);
    try {
      await drafts.put(name, ref(), seen);
      dirty = false;
      stand(t('save_here', { time: hms(Date.now(), ownZone()) }));
    } catch {
      stand(t('save_failed'));
    }
  }

  // A choice is kept at once, a text when the fingers rest.
  function typed(event) {
    dirty = true;
    stand(t('save_now'));
    clearTimeout(timer);
    timer = setTimeout(save, event.type === 'change' ? 0 : WAIT);
  }

  async function begin() {
    let kept = null;
    try {
      kept = await drafts.get(name);
    } catch {
      stand(t('save_failed'));
    }
    const notice = document.getElementById('kept');
    if (kept && sent(kept.values)) {
      drafts.drop(name);
      return;
    }
    // What came back from the server with its errors is newer than the draft.
    if (!kept || form.dataset.bound || dirty) return;
    restore(form, kept.values);
    stand(t('save_here', { time: hms(kept.at, ownZone()) }));
    if (!notice) return;
    notice.querySelector('.words').textContent = t('draft_back', { time: hm(kept.at, ownZone()) });
    notice.hidden = false;
    notice.querySelector('button').addEventListener('click', async () => {
      clearTimeout(timer);
      await drafts.drop(name);
      form.removeAttribute('data-draft');
      location.reload();
    });
  }

  // Is the server there, are we signed in, and is the form's token still good?
  async function reach() {
    const answer = await ask(location.href, {
      headers: { Accept: 'text/html' },
      cache: 'no-store',
    });
    if (!answer.ok) return false;
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = found.querySelector('input[name=csrfmiddlewaretoken]')?.value;
    if (fresh && form.elements.csrfmiddlewaretoken) form.elements.csrfmiddlewaretoken.value = fresh;
    return true;
  }

  async function send(submitter) {
    if (sending) return;
    sending = true;
    await save();
    stand(t('sending'));
    try {
      if (await reach()) {
        ready = true;
        form.requestSubmit(submitter ?? undefined);
        return;
      }
      stand(t('not_sent'));
    } catch {
      queued = { submitter };
      stand(t('queued'));
      say(t('queued'), { now: true });
    }
    sending = false;
    net();
  }

  function net() {
    const away =
      navigator.onLine === false ||
      queued !== null ||
      (document.documentElement.dataset.link === 'down' && !link.out);
    if (offline) offline.hidden = !away;
    const critical = document.getElementById('offline-call');
    if (critical) critical.hidden = !(away && form.elements.severity?.value === '4');
    for (const button of form.ownerDocument.querySelectorAll('[data-send]')) {
      button.querySelector('.word').textContent = away ? t('send_later') : button.dataset.send;
    }
  }

  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
  form.addEventListener('submit', event => {
    if (ready) return;
    event.preventDefault();
    send(event.submitter);
  });
  // Enter in a one-line field must not send half a report: Ctrl+Enter sends.
  form.addEventListener('keydown', event => {
    if (
      event.key === 'Enter' &&
      !event.ctrlKey &&
      event.target.matches('input:not([type=submit])')
    ) {
      event.preventDefault();
    }
  });
  addEventListener('pageshow', event => {
    if (event.persisted) [ready, sending] = [false, false];
  });
  addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && dirty && !ready) save();
  });
  for (const kind of ['online', 'offline']) addEventListener(kind, net);
  live.addEventListener('beat', () => {
    if (!queued || sending) return;
    const { submitter } = queued;
    queued = null;
    send(submitter);
  });
  live.addEventListener('signedin', ({ detail }) => {
    document.body.dataset.draftKey = detail.page.body.dataset.draftKey ?? '';
    save();
  });
  onTick(net);
  hotkey('Ctrl+KeyS', save);
  hotkey('Ctrl+Enter', () => form.requestSubmit());
  hotkey('Ctrl+NumpadEnter', () => form.requestSubmit());
  document.querySelector('[data-save]')?.addEventListener('click', save);
  begin();
  net();
  return { save };
}
