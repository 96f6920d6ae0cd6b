// The frame of every page: clocks, theme, help, menus, sign-out. Everything here also works without
// scripts, except the moving clocks and the list of shortcuts.
import { ask } from './ask.js';
import { ahead, dmy, hm, onTick, ownZone, serverNow } from './clock.js';
import './heartbeat.js';
import { hotkey } from './hotkeys.js';
import * as live from './live.js';
import { watch } from './board.js';
import { forget, sent } from './drafts.js';
import { t } from './texts.js';

const $ = selector => document.querySelector(selector);
const root = document.documentElement;

function clocks() {
  const now = serverNow();
  for (const clock of document.querySelectorAll('[data-clock]')) {
    const text = hm(now, clock.dataset.clock);
    if (clock.textContent !== text) clock.textContent = text;
  }
  for (const badge of document.querySelectorAll('[data-shift]')) {
    const hours = (ahead(badge.dataset.shift, now) - ahead(ownZone(), now)) / 36e5;
    badge.hidden = hours === 0;
    badge.textContent = t('hours_apart', { hours: (hours > 0 ? '+' : '−') + Math.abs(hours) });
  }
  // The server wrote the day in words; from midnight on it is written in digits.
  for (const day of document.querySelectorAll('[data-day]')) {
    const text = dmy(now, day.dataset.day);
    day.dataset.shown ??= text;
    if (day.dataset.shown !== text) day.textContent = day.dataset.shown = text;
  }
}

const THEMES = ['auto', 'light', 'dark', 'night'];
function dress(theme) {
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
}
function next_theme() {
  return THEMES[(THEMES.indexOf(root.dataset.theme ?? 'auto') + 1) % THEMES.length];
}
for (const form of document.querySelectorAll('form[data-theme-form]')) {
  form.addEventListener('submit', event => {
    event.preventDefault();
    const theme = event.submitter?.dataset.theme ?? next_theme();
    dress(theme);
    try {
      localStorage.setItem('theme', theme);
    } catch {
      /* only this tab then */
    }
    const button = form.querySelector('[data-cycle]');
    if (button) button.value = next_theme();
    const body = new URLSearchParams({ theme });
    ask(form.action, { method: 'POST', body }).catch(() => {
      /* the choice stands in this page */
    });
  });
}
addEventListener('storage', event => {
  if (event.key === 'theme' && event.newValue) dress(event.newValue);
});

const keys = $('#keys');
function help() {
  if (keys && !keys.open) keys.showModal();
}
hotkey('?', help);
$('#help')?.addEventListener('click', help);
hotkey('KeyB', () => {
  const link = $('[data-broadcast]');
  if (!link || !$('[data-board], [data-board-url]')) return false;
  location.assign(link.href);
});
hotkey('KeyN', () => {
  const link = $('[data-key=n]');
  if (!link) return false;
  location.href = link.href;
});
hotkey('Slash', () => {
  const field = $('[data-search]');
  const page = $('[data-search-page]');
  if (field?.offsetParent) field.focus();
  else if (page) location.href = page.href;
  else return false;
});

// Menus are <details>: close them on Escape and on a click elsewhere.
addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  const menu = event.target.closest?.('.menu[open]');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});
addEventListener('click', event => {
  for (const menu of document.querySelectorAll('.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A shared PC: nothing that was typed stays behind after signing out.
for (const form of document.querySelectorAll('form[data-sign-out]')) {
  form.addEventListener('submit', event => {
    event.preventDefault();
    forget().finally(() => form.submit());
  });
}

live.live.addEventListener('signedin', ({ detail }) => {
  const fresh = detail.page.querySelector('input[name=csrfmiddlewaretoken]')?.value;
  if (!fresh) return;
  for (const field of document.querySelectorAll('input[name=csrfmiddlewaretoken]')) {
    field.value = fresh;
  }
});

// What the page has to say first: what is wrong, or what is about to be sent.
$('[data-focus]')?.focus();

for (const part of document.querySelectorAll('[data-needs-script]')) part.hidden = false;
for (const part of document.querySelectorAll('[data-without-script]')) part.hidden = true;
clocks();
onTick(clocks);
sent();
watch();
live.start();
