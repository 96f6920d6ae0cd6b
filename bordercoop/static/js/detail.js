// One incident: the map, the timeline's filter, the composer whose button repeats its audience, the
// release dialog with its preview, and parts that follow what the other side does.
import { page } from './ask.js';
import { countdowns } from './countdown.js';
import { keep } from './draft.js';
import { hotkey } from './hotkeys.js';
import { live } from './live.js';
import { base, pin } from './map.js';
import { say } from './say.js';

// --- map
const element = document.querySelector('[data-map]');
if (element && window.L) {
  const at = [Number(element.dataset.lat), Number(element.dataset.lon)];
  base(element, { center: at, zoom: 8.75, controls: false, labels: false }).then(map =>
    pin(map, at),
  );
}

// --- timeline: all, shared, own side only
const filter = document.querySelector('[data-timeline-filter]');
let wanted = 'all';
function sift() {
  for (const entry of document.querySelectorAll('.tl [data-audience]')) {
    entry.hidden = wanted !== 'all' && entry.dataset.audience !== wanted;
  }
  for (const button of filter?.querySelectorAll('button') ?? []) {
    const kind = button.value === 'all' ? '' : `="${button.value}"`;
    button.setAttribute('aria-pressed', String(button.value === wanted));
    button.querySelector('[data-n]').textContent = document.querySelectorAll(
      `.tl [data-audience${kind}]`,
    ).length;
  }
}
filter?.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  wanted = button.value;
  sift();
});

// --- composer: the button says who will read it
for (const composer of document.querySelectorAll('form[data-composer]')) {
  const button = composer.querySelector('button .word');
  const name = () => {
    const choice = composer.querySelector('input[name=audience]:checked');
    if (choice?.dataset.add) button.textContent = choice.dataset.add;
  };
  composer.addEventListener('change', name);
  composer.addEventListener('draft:restored', name);
  name();
}
const composer = document.querySelector('form[data-composer][data-draft]');
if (composer) {
  // A note that stands in the timeline has been sent: its draft goes.
  const plain = text => text.replace(/\s+/g, ' ').trim();
  const written = [...document.querySelectorAll('.tl .box')].map(box => plain(box.textContent));
  const sent = values => {
    const text = plain(values.find(([name]) => name === 'text')?.[1] ?? '');
    return !text || written.some(one => one.startsWith(text));
  };
  keep(composer, { sent });
  hotkey('KeyU', () => composer.querySelector('textarea').focus());
}

// --- parts that live: redrawn as the server draws them, unless somebody is in them
const version_of = page_of => page_of.querySelector('[data-version]')?.dataset.version;
// The version that the description shows; the line with the state is redrawn with a newer one.
const opened = version_of(document);

// What was typed or chosen and not sent, and what was refused and stands there to be mended.
function held(field) {
  if (field.type === 'hidden') return false;
  if (field.getAttribute('aria-invalid') === 'true') return true;
  if (field.type === 'checkbox' || field.type === 'radio')
    return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const first = [...field.options].findIndex(option => option.defaultSelected);
  return field.type === 'select-one'
    ? field.selectedIndex !== Math.max(first, 0)
    : [...field.options].some(option => option.selected !== option.defaultSelected);
}
const in_use = part =>
  part.contains(document.activeElement) ||
  [...part.querySelectorAll('input, textarea, select')].some(held);

// The <details> of a part by what they are called, in their order.
function foldings(part) {
  const found = new Map();
  for (const one of part.querySelectorAll('details')) {
    const word = one.querySelector('summary > b') ?? one.querySelector('summary');
    let name = one.id || (word?.textContent ?? '');
    while (found.has(name)) name += ' ';
    found.set(name, one);
  }
  return found;
}
function redraw(part, next) {
  const before = foldings(part);
  part.replaceChildren(...[...next.childNodes].map(node => document.importNode(node, true)));
  for (const [name, one] of foldings(part)) if (before.get(name)?.open) one.open = true;
}

async function refresh() {
  const fresh = await page(location.href).catch(() => null);
  if (!fresh) return;
  // Taken back, or released again: what stands here is not what may be read now.
  const gone = page_of => page_of.querySelector('[data-recalled]') !== null;
  if (gone(fresh) !== gone(document)) {
    location.reload();
    return;
  }
  for (const part of document.querySelectorAll('[data-live-part]')) {
    const next = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
    if (!next || in_use(part)) continue;
    const before = part.textContent.replace(/\s+/g, ' ');
    if (before === next.textContent.replace(/\s+/g, ' ')) continue;
    redraw(part, next);
    if (part.dataset.say) say(part.dataset.say);
  }
  const newer = document.getElementById('newer');
  const theirs = version_of(fresh);
  if (newer && opened && theirs && opened !== theirs) newer.hidden = false;
  sift();
}
live.addEventListener('change', refresh);

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', () => {
    navigator.clipboard?.writeText(button.dataset.copy).then(() => say(button.dataset.copied));
  });
}

const go = (key, selector) =>
  hotkey(key, () => {
    const link = document.querySelector(selector);
    if (!link) return false;
    link.click();
  });
go('KeyJ', 'a[rel=next]');
go('KeyK', 'a[rel=prev]');
hotkey('KeyA', () => {
  const form = document.querySelector('form[data-answer=acknowledge]');
  if (!form) return false;
  const field = form.querySelector('input[type=text]');
  if (field) field.focus();
  else form.requestSubmit();
});

countdowns(refresh);
sift();
