// Times that run: until an alert escalates, and how long ago something was.
import { hm, onTick, ownZone, serverNow } from './clock.js';
import { t } from './texts.js';

const two = n => String(n).padStart(2, '0');
function left(seconds) {
  const rest = Math.max(0, Math.ceil(seconds));
  const hours = Math.floor(rest / 3600);
  const minutes = two(Math.floor(rest / 60) % 60);
  return `${hours ? `${hours}:` : ''}${minutes}:${two(rest % 60)}`;
}

function ago(seconds) {
  if (seconds < 60) return t('ago_seconds', { n: Math.max(0, Math.round(seconds)) });
  if (seconds < 5400) return t('ago_minutes', { n: Math.round(seconds / 60) });
  return t('ago_hours', { n: Math.round(seconds / 3600) });
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Run every [data-until] (deadline, ISO 8601) and [data-ago]; at zero say to whom it went. */
export function countdowns(overdue) {
  const told = new Set(),
    overdueSaid = new WeakSet();
  function run() {
    const now = serverNow();
    for (const element of document.querySelectorAll('[data-until]')) {
      const at = Date.parse(element.dataset.until),
        rest = (at - now) / 1000;
      const card = element.closest('.alert');
      card?.classList.toggle('due', rest <= 120);
      if (rest > 0) {
        put(element, left(rest));
        continue;
      }
      const label = element.parentElement.querySelector('[data-until-label]');
      const time = hm(at, ownZone());
      const who = card?.querySelector('.ladder .now + li')?.textContent.trim() ?? '';
      if (label && !overdueSaid.has(element)) {
        overdueSaid.add(element);
        put(label, t('escalated_to', { who, time }));
      }
      put(element, '00:00');
      const key = (element.closest('[data-key]')?.dataset.key ?? '') + element.dataset.until;
      if (!told.has(key)) {
        told.add(key);
        setTimeout(overdue, 3000);
      }
    }
    for (const element of document.querySelectorAll('[data-ago]')) {
      put(element, ago((now - Date.parse(element.dataset.ago)) / 1000));
    }
  }
  onTick(run);
  run();
}
