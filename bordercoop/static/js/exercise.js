// The control room of an exercise: its clock and what is left until each inject run on between two
// answers of the server. The parts are asked for when the doorbell rings and every few seconds; the
// server answers with nothing (304) while nothing changed.
import { ask } from './ask.js';
import { live } from './live.js';

const EVERY = 3000;
const two = n => String(n).padStart(2, '0');
let read = performance.now();
let mark = document.querySelector('[data-control]')?.dataset.control ?? '';
let asking = false;
let again = false;

function written(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = two(Math.floor(seconds / 60) % 60);
  return `${hours ? `${hours}:` : ''}${minutes}:${two(seconds % 60)}`;
}

function write(element, seconds) {
  const text = written(seconds);
  if (element.textContent !== text) element.textContent = text;
}

function run() {
  const clock = document.querySelector('[data-exercise-clock][data-ticking]');
  if (!clock) return;
  const passed = Math.floor((performance.now() - read) / 1000);
  const seconds = Number(clock.dataset.exerciseClock) + passed;
  write(clock, seconds);
  for (const due of document.querySelectorAll('[data-due]')) {
    write(due, Math.max(Number(due.dataset.due) - seconds, 0));
  }
}

function draw(fresh) {
  for (const part of document.querySelectorAll('[data-live-part]')) {
    const next = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
    if (!next || part.innerHTML === next.innerHTML) continue;
    if (part.querySelector('[data-exercise-clock]')) read = performance.now();
    else if (part.contains(document.activeElement)) {
      mark = ''; // drawn the next time
      continue;
    }
    const focused = part.contains(document.activeElement) && document.activeElement.value;
    part.replaceChildren(...[...next.childNodes].map(node => document.importNode(node, true)));
    // Whoever stands on a button of the clock stays on it, or on the one that took its place.
    if (focused) {
      const same = part.querySelector(`button[value="${focused}"]`);
      (same ?? part.querySelector('button'))?.focus();
    }
  }
  run();
}

async function refresh() {
  if (document.hidden) return;
  if (asking) {
    again = true; // the doorbell rang while the answer was on its way
    return;
  }
  asking = true;
  try {
    const answer = await ask(`${location.pathname}?part=live`, {
      headers: { Accept: 'text/html', 'If-None-Match': mark },
      cache: 'no-store',
    });
    if (answer.status === 200) {
      mark = answer.headers.get('ETag') ?? '';
      draw(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    }
  } catch {
    /* no connection: the next try comes */
  }
  asking = false;
  if (again) {
    again = false;
    refresh();
  }
}

setInterval(run, 250);
setInterval(refresh, EVERY);
live.addEventListener('change', refresh);
document.addEventListener('visibilitychange', refresh);
