// Work that goes on by itself: its part of the page is fetched anew when a desk rings, and every few
// seconds while it lasts. At its end the whole page is, because what may be done has changed.
import { page } from './ask.js';
import { live } from './live.js';

const EVERY = 3000;
let asking = false;

async function look() {
  const here = document.getElementById('progress');
  if (asking || !here?.hasAttribute('data-busy') || document.hidden) return;
  asking = true;
  const fresh = await page(location.href).catch(() => null);
  asking = false;
  const next = fresh?.getElementById('progress');
  if (!next) return;
  if (!next.hasAttribute('data-busy')) {
    location.reload();
    return;
  }
  if (here.contains(document.activeElement)) {
    here.querySelector('progress').value = next.querySelector('progress').value;
    here.querySelector('[role=status]').textContent =
      next.querySelector('[role=status]').textContent;
    return;
  }
  here.replaceChildren(...[...next.childNodes].map(node => document.importNode(node, true)));
}
live.addEventListener('change', look);
setInterval(look, EVERY);
