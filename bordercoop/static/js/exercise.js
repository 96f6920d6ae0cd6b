// The control room of an exercise: its clock runs on between two answers of the server, and the
// injects with what the desks answered are redrawn as the server draws them.
import { page } from './ask.js';
import { live } from './live.js';

const two = n => String(n).padStart(2, '0');
let read = performance.now();

function run() {
  const clock = document.querySelector('[data-exercise-clock][data-ticking]');
  if (!clock) return;
  const passed = Math.floor((performance.now() - read) / 1000);
  const seconds = Number(clock.dataset.exerciseClock) + passed;
  const hours = Math.floor(seconds / 3600);
  const minutes = two(Math.floor(seconds / 60) % 60);
  const text = `${hours ? `${hours}:` : ''}${minutes}:${two(seconds % 60)}`;
  if (clock.textContent !== text) clock.textContent = text;
}

let asking = false;
async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  const fresh = await page(location.href).catch(() => null);
  asking = false;
  if (!fresh) return;
  for (const part of document.querySelectorAll('[data-live-part]')) {
    const next = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
    if (!next || part.contains(document.activeElement)) continue;
    if (part.innerHTML === next.innerHTML) continue;
    if (part.querySelector('[data-exercise-clock]')) read = performance.now();
    part.replaceChildren(...[...next.childNodes].map(node => document.importNode(node, true)));
  }
  run();
}

setInterval(run, 250);
setInterval(refresh, 5000);
live.addEventListener('change', refresh);
