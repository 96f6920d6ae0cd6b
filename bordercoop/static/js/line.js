// Line checks: a page in sight says that it drew one, one key answers it, and the head of the console
// is asked for anew every 20 s, so that the age of the other desk's presence is true. No sound.
import { ask, page, refusal } from './ask.js';
import { hotkey } from './hotkeys.js';
import { live } from './live.js';
import { say, toast } from './say.js';
import { t } from './texts.js';

const EVERY = 20000;
const console_ = document.querySelector('[data-line-url]');
const reported = new Set();
let asked = Date.now();

/** The checks in a board that no screen has reported yet are drawn by this page now. */
export function line_checks(within) {
  if (document.visibilityState !== 'visible') return;
  const call = within.querySelector('[data-line-drawn]');
  const fresh = (call?.dataset.lineDrawn ?? '')
    .split(' ')
    .filter(uid => uid && !reported.has(uid));
  if (!fresh.length) return;
  for (const uid of fresh) reported.add(uid);
  if (!console_) {
    const board = document.querySelector('[data-board-url]');
    toast(call.textContent.replace(/\s+/g, ' ').trim(), board?.href);
  }
  const forget = () => fresh.forEach(uid => reported.delete(uid));
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const body = new URLSearchParams(fresh.map(uid => ['uid', uid]));
      ask(call.dataset.lineDrawnUrl, { method: 'POST', body }).then(
        said => said.ok || forget(),
        forget,
      );
    }),
  );
}

async function renew() {
  asked = Date.now();
  const doc = await page(console_.dataset.lineUrl).catch(() => null);
  if (!doc) return;
  for (const fresh of doc.querySelectorAll('[data-part]')) {
    const part = console_.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (!part || part.contains(document.activeElement)) continue;
    part.replaceChildren(...[...fresh.childNodes].map(node => document.importNode(node, true)));
  }
  line_checks(console_);
}

async function heard(form) {
  const button = form.querySelector('button');
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  let reason;
  try {
    const headers = { Accept: 'application/json' };
    const said = await ask(form.action, { method: 'POST', body: new FormData(form), headers });
    if (said.ok) {
      button.blur();
      await renew();
      return;
    }
    reason = await refusal(said);
  } catch {
    reason = t('no_connection');
  }
  button.removeAttribute('aria-disabled');
  say(reason, { now: true });
  toast(reason);
}

if (console_) {
  console_.addEventListener('submit', event => {
    if (!event.target.matches('[data-line-answer]')) return;
    event.preventDefault();
    heard(event.target);
  });
  hotkey('KeyH', () => {
    const form = console_.querySelector('[data-line-answer]');
    if (!form) return false;
    form.requestSubmit();
  });
  live.addEventListener('beat', () => {
    if (document.visibilityState === 'visible' && Date.now() - asked >= EVERY) renew();
  });
  addEventListener('visibilitychange', () => line_checks(console_));
  line_checks(console_);
}
