// Soft beeps without any audio file. A browser keeps a page silent until the officer touches it:
// the button says so (Blocked) instead of pretending. One tab sounds, elected by a lock.
import { onTick } from './clock.js';
import { t } from './texts.js';

const user = document.body.dataset.user;
const buttons = [...document.querySelectorAll('[data-sound]')];
const AGAIN = 60000,
  SIREN = 8000;
let context = null,
  on = true,
  elected = false,
  release = null,
  asking = null;
let waiting = [],
  alarming = false,
  alarmedAt = 0,
  wasBlocked = false;
const heard = new Set(read(sessionStorage, 'heard', '').split(' '));

function read(store, key, otherwise) {
  try {
    return store.getItem(key) ?? otherwise;
  } catch {
    return otherwise;
  }
}
function write(store, key, value) {
  try {
    store.setItem(key, value);
  } catch {
    /* storage blocked: the choice lasts for this page */
  }
}

/** "on", "off" or "blocked" (wanted, but the browser waits for a click or a key). */
export function state() {
  if (!on) return 'off';
  return context?.state === 'running' ? 'on' : 'blocked';
}

// An emergency broadcast sounds even where the officer switched the sound off.
const wails = () => waiting.some(item => item.siren);
const audible = () => context?.state === 'running' && (on || wails());

function show() {
  const now = state();
  document.documentElement.dataset.sound = now;
  for (const button of buttons) {
    button.setAttribute('aria-pressed', String(now === 'on'));
    button.dataset.sound = now;
    const word = button.querySelector('.word');
    word.textContent = t(`sound_${now}`);
    button
      .querySelector('use')
      ?.setAttribute(
        'href',
        `${button.dataset.sprite}#${{ on: 'volume', off: 'volume-off', blocked: 'volume-3' }[now]}`,
      );
  }
  elect();
}

function elect() {
  if (!audible()) {
    asking?.abort();
    asking = null;
    release?.();
    release = null;
    elected = false;
    return;
  }
  if (elected || asking) return;
  if (!navigator.locks) {
    elected = true;
    return;
  }
  asking = new AbortController();
  navigator.locks
    .request(`sound:${user}`, { signal: asking.signal }, () => {
      elected = true;
      asking = null;
      sound_new();
      return new Promise(done => {
        release = done;
      });
    })
    .catch(() => {
      /* switched off while waiting */
    });
}

function tone(at, frequency) {
  const oscillator = context.createOscillator(),
    gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.18, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.22);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.25);
  const root = document.documentElement.dataset;
  root.tones = String(Number(root.tones ?? 0) + 1);
}

function siren() {
  if (!elected || !audible()) return false;
  const at = context.currentTime,
    oscillator = context.createOscillator(),
    gain = context.createGain();
  oscillator.type = 'sawtooth';
  gain.gain.setValueAtTime(0.25, at);
  for (let i = 0; i < 3; i += 1) {
    oscillator.frequency.setValueAtTime(520, at + i * 1.2);
    oscillator.frequency.linearRampToValueAtTime(1040, at + i * 1.2 + 0.6);
    oscillator.frequency.linearRampToValueAtTime(520, at + i * 1.2 + 1.2);
  }
  gain.gain.setValueAtTime(0.25, at + 3.4);
  gain.gain.linearRampToValueAtTime(0, at + 3.6);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 3.6);
  const root = document.documentElement.dataset;
  root.sirens = String(Number(root.sirens ?? 0) + 1);
  return true;
}

function play(count, frequency) {
  if (!audible()) return false;
  for (let i = 0; i < count; i += 1) tone(context.currentTime + i * 0.28, frequency);
  return true;
}

const beep = (count, frequency = 660) => on && elected && play(count, frequency);

const loudest = items => Math.max(2, ...items.map(item => item.severity));

function sound_new() {
  const fresh = waiting.filter(item => !heard.has(item.uid));
  if (!fresh.length || !beep(loudest(fresh))) return;
  for (const item of fresh) heard.add(item.uid);
  write(sessionStorage, 'heard', [...heard].slice(-200).join(' '));
  write(localStorage, `beeped:${user}`, String(Date.now()));
}

/**
 * What nobody has acknowledged yet, [{uid, severity, siren}]: new ones sound at once, all each
 * minute; while one of them is an emergency broadcast, a siren every eight seconds.
 */
export function unanswered(items) {
  waiting = items;
  if (context) elect();
  wail();
  sound_new();
}

function wail() {
  const now = Date.now();
  if (!wails() || now - Number(read(localStorage, `wailed:${user}`, '0')) < SIREN) return;
  if (siren()) write(localStorage, `wailed:${user}`, String(now));
}

/** An acknowledgement failed: it sounds again. */
export function again(uid) {
  heard.delete(uid);
  sound_new();
}

/** The local alarm of a lost link: three low tones at once and every minute until it is back. */
export function alarm(wanted) {
  if (wanted && !alarming) alarmedAt = 0;
  alarming = wanted;
}

onTick(() => {
  const now = Date.now();
  if (alarming && now - alarmedAt >= AGAIN && beep(3, 330)) alarmedAt = now;
  if (!waiting.length) return;
  wail();
  if (now - Number(read(localStorage, `beeped:${user}`, '0')) >= AGAIN && beep(loudest(waiting))) {
    write(localStorage, `beeped:${user}`, String(now));
  }
});

function unlock(event) {
  if (event.type.endsWith('down')) wasBlocked = state() === 'blocked';
  if (context && context.state !== 'running') context.resume().then(show, () => {});
}

// The click that unlocks the sound is not also a wish to switch it off.
function toggle() {
  if (wasBlocked || state() === 'blocked') {
    wasBlocked = false;
    return;
  }
  on = !on;
  write(localStorage, 'sound', on ? 'on' : 'off');
  show();
  if (on) play(1, 660);
}

if (user && (buttons.length || document.querySelector('[data-board-url]'))) {
  on = read(localStorage, 'sound', 'on') !== 'off';
  context = new AudioContext();
  context.addEventListener('statechange', show);
  for (const kind of ['keydown', 'pointerdown', 'pointerup', 'click']) {
    addEventListener(kind, unlock, { capture: true });
  }
  for (const button of buttons) button.addEventListener('click', toggle);
  addEventListener('storage', event => {
    if (event.key === 'sound') {
      on = event.newValue !== 'off';
      show();
    }
  });
  show();
}
