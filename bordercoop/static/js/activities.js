// The calendar of activities: keys, and dragging an activity to another time. Nothing is saved by
// the drag: the server says what the new time clashes with, in a dialog that asks.
import { page } from './ask.js';
import { hotkey } from './hotkeys.js';
import { when } from './when.js';

const follow = selector => () => {
  const link = document.querySelector(selector);
  if (!link) return false;
  location.assign(link.href);
};
hotkey('KeyT', follow('[data-today]'));
hotkey('KeyC', follow('[data-create]'));
hotkey('ArrowLeft', follow('[data-before]'));
hotkey('ArrowRight', follow('[data-after]'));

const dialog = document.querySelector('#move');
let dragged = null;

function mark(cell) {
  for (const each of document.querySelectorAll('td.over')) each.classList.remove('over');
  cell?.classList.add('over');
}

/** The page of the move as a dialog; where it is not to be had, the page itself. */
async function offer(address) {
  const found = await page(address).catch(() => null);
  const part = found?.querySelector('[data-move-page]');
  if (!part || !dialog.showModal) {
    location.assign(address);
    return;
  }
  dialog.replaceChildren(document.importNode(part, true));
  for (const group of dialog.querySelectorAll('[data-when]')) when(group);
  dialog.querySelector('[data-back]')?.addEventListener('click', event => {
    event.preventDefault();
    dialog.close();
  });
  dialog.showModal();
  dialog.querySelector('[value=save], [data-back]')?.focus();
}

for (const grid of document.querySelectorAll('[data-grid]')) {
  grid.addEventListener('dragstart', event => {
    dragged = event.target.closest?.('[data-move]');
    if (!dragged) return;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', dragged.href);
    dragged.classList.add('dragged');
  });
  grid.addEventListener('dragend', () => {
    dragged?.classList.remove('dragged');
    dragged = null;
    mark(null);
  });
  grid.addEventListener('dragover', event => {
    const cell = event.target.closest?.('td[data-on]');
    if (!dragged || !cell) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
    mark(cell);
  });
  grid.addEventListener('drop', event => {
    const cell = event.target.closest?.('td[data-on]');
    if (!dragged || !cell) return;
    event.preventDefault();
    const asked = new URLSearchParams({ day: cell.dataset.on });
    if (cell.dataset.hour) asked.set('hour', cell.dataset.hour);
    mark(null);
    offer(`${dragged.dataset.move}?${asked}`);
  });
}
