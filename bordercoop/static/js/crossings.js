// Crossing points: what the server drew is drawn anew when somebody said something, and each minute,
// since words grow old by themselves. What is being typed in or read open stays.
import { page } from './ask.js';
import { live } from './live.js';

// After a form that was refused the page stands at the form's own address.
const own = new URL(
  document.querySelector('[data-live-from]')?.dataset.liveFrom ?? '',
  location.href,
);
const here = own.pathname === location.pathname ? location.href : own.href;
let asking = false;
async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  const fresh = await page(here).catch(() => null);
  asking = false;
  if (!fresh) return;
  for (const part of document.querySelectorAll('[data-live-part]')) {
    const next = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
    if (!next || part.contains(document.activeElement) || part.querySelector('details[open]'))
      continue;
    if (part.innerHTML === next.innerHTML) continue;
    part.replaceChildren(...[...next.childNodes].map(node => document.importNode(node, true)));
  }
}

setInterval(refresh, 60000);
live.addEventListener('change', refresh);
