// The console on a wall: kept up to date by the live stream, nothing to press. It fetches its own
// page and takes the board out of it; it never scrolls, it says how many alerts stand below its edge.
import { page } from './ask.js';
import { hm, onTick, serverNow } from './clock.js';
import { countdowns } from './countdown.js';
import './heartbeat.js';
import { live, pollWith, start } from './live.js';

const NUDGE = 600000;
const frame = document.querySelector('.wall-page');
const board = () => document.querySelector('[data-wall]');
let pulling = null,
  again = false;

function clocks() {
  for (const clock of document.querySelectorAll('[data-clock]')) {
    const text = hm(serverNow(), clock.dataset.clock);
    if (clock.textContent !== text) clock.textContent = text;
  }
  // A still picture burns into the screen: two pixels every ten minutes, around a square.
  frame.dataset.nudge = String(Math.floor(Date.now() / NUDGE) % 4);
  const at = Date.parse(board().dataset.reloadAt);
  if (at && serverNow() > at + 5000 && document.documentElement.dataset.link === 'live') {
    board().dataset.reloadAt = '';
    location.reload();
  }
}

/** Leave out what does not fit, the least urgent first, and say how many. */
function fit() {
  const list = board().querySelector('[data-cards]');
  const more = board().querySelector('[data-more]');
  if (!list) return;
  const cards = [...list.children];
  for (const card of cards) card.hidden = false;
  const total = Number(more.dataset.total);
  let shown = cards.length;
  const say = () => {
    more.hidden = total <= shown;
    more.querySelector('[data-rest]').textContent = String(total - shown);
  };
  say();
  const place = board().querySelector('.wall-need');
  while (shown > 1 && place.scrollHeight > place.clientHeight + 1) {
    shown -= 1;
    cards[shown].hidden = true;
    say();
  }
}

async function fetched() {
  const found = await page(location.href);
  const fresh = found?.querySelector('[data-wall]');
  if (!fresh) return false;
  if (found.body.dataset.user !== document.body.dataset.user) {
    // Another display was opened in this browser: what stands here would never change again.
    if ('display' in document.body.dataset) location.reload();
    return false;
  }
  board().replaceWith(document.adoptNode(fresh));
  fit();
  return true;
}

// One at a time; what was rung for meanwhile is asked for once more.
async function pull() {
  if (pulling) {
    again = true;
    return pulling;
  }
  try {
    pulling = fetched();
    return await pulling;
  } catch {
    return false;
  } finally {
    pulling = null;
    if (again) {
      again = false;
      pull();
    }
  }
}

for (const part of document.querySelectorAll('[data-needs-script]')) part.hidden = false;
pollWith(pull);
live.addEventListener('change', pull);
live.addEventListener('signedin', () => location.reload());
// A display that has ended keeps nothing on the screen.
live.addEventListener('signedout', () => {
  if ('display' in document.body.dataset) location.reload();
});
addEventListener('resize', fit);
document.fonts?.ready.then(fit);
countdowns(pull);
fit();
clocks();
onTick(clocks);
// Times that run become shorter than what the server wrote, and cards lower with them.
onTick(fit);
// Who is on duty and whether the other desk watches changes without a ring.
setInterval(() => {
  if (document.documentElement.dataset.link === 'live') pull();
}, 60000);
start();
