// Crossing points: what the server drew is drawn anew when somebody said something, and each minute,
// since words grow old by themselves. What is being typed in or read open stays.
import { page } from './ask.js';
import { live } from './live.js';

let asking = false;
async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  const fresh = await page(location.href).catch(() => null);
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
