// The incident list: J and K walk the rows, Enter opens, the row density is remembered here. htmx
// replaces the list when a filter changes, so everything looks the table up anew.
import { hotkey } from './hotkeys.js';

const rows = () => [...document.querySelectorAll('table.rows tbody tr')];
const links = () => rows().map(row => row.querySelector('a'));

function step(by) {
  const all = links();
  if (!all.length) return false;
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))].focus();
  return true;
}
hotkey('KeyJ', () => step(1));
hotkey('KeyK', () => step(-1));

const button = document.querySelector('[data-density-button]');
let dense = false;
try {
  dense = localStorage.getItem('density') === 'dense';
} catch {
  /* storage blocked: wide rows */
}
function dress() {
  const table = document.querySelector('table.rows');
  if (table) table.dataset.density = dense ? 'dense' : '';
  button?.setAttribute('aria-pressed', String(dense));
}
button?.addEventListener('click', () => {
  dense = !dense;
  dress();
  try {
    localStorage.setItem('density', dense ? 'dense' : '');
  } catch {
    /* this page only */
  }
});
document.addEventListener('htmx:after:swap', dress);
dress();

// Filters that ask for nothing stay out of the address.
document.querySelector('form.filters')?.addEventListener('formdata', ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});
