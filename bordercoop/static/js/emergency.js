// The banner of an emergency session: how long it lasts. It goes when the time is over.
import { onTick, serverNow } from './clock.js';

const shown = document.querySelector('[data-emergency-until]');
const until = Date.parse(shown.dataset.emergencyUntil);
const two = n => String(n).padStart(2, '0');

function run() {
  const rest = Math.max(0, Math.ceil((until - serverNow()) / 1000));
  const text = `${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
  if (shown.textContent !== text) shown.textContent = text;
  // Not reloaded: something may be typed on this page. What it may no longer do, the server says.
  if (rest === 0) shown.closest('.emergency').hidden = true;
}
onTick(run);
run();
