// The incident list: J and K walk the rows, Enter opens, the row density is remembered here.
import { hotkey } from './hotkeys.js';

const table = document.querySelector('table.rows');
const rows = () => [...(table?.tBodies[0]?.rows ?? [])];

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex(row => row.contains(document.activeElement));
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
  next.querySelector('a')?.focus();
}
hotkey('KeyJ', () => step(1));
hotkey('KeyK', () => step(-1));

const button = document.querySelector('[data-density-button]');
function press(dense) {
  if (!table) return;
  table.dataset.density = dense ? 'dense' : '';
  button?.setAttribute('aria-pressed', String(dense));
}
try {
  press(localStorage.getItem('density') === 'dense');
} catch {
  /* storage blocked */
}
button?.addEventListener('click', () => {
  const dense = button.getAttribute('aria-pressed') !== 'true';
  press(dense);
  try {
    localStorage.setItem('density', dense ? 'dense' : '');
  } catch {
    /* this page only */
  }
});
