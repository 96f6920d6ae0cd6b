// The server's time and a tick every second. A wrong clock of the PC does no harm: the page knows
// the server's time from its own rendering and from every heartbeat.
const rendered = Date.parse(document.documentElement.dataset.now);
const page = performance.getEntriesByType('navigation')[0];
let base = Number.isNaN(rendered) ? Date.now() : rendered;
let mark = Number.isNaN(rendered) ? performance.now() : page?.responseStart || 0;

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = () => base + performance.now() - mark;

export function setServerNow(iso) {
  const heard = Date.parse(iso);
  if (!Number.isNaN(heard)) [base, mark] = [heard, performance.now()];
}

const parts = (zone, options) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
const formats = new Map();
function format(kind, zone) {
  const key = kind + zone;
  const options = {
    hm: { hour: '2-digit', minute: '2-digit' },
    hms: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
    dmy: { day: '2-digit', month: '2-digit', year: 'numeric' },
  }[kind];
  if (!formats.has(key)) formats.set(key, parts(zone, options));
  return formats.get(key);
}

/** "02:07" in an IANA zone. */
export const hm = (at, zone) => format('hm', zone).format(at);
export const hms = (at, zone) => format('hms', zone).format(at);
/** "22.11.2026" in an IANA zone. */
export const dmy = (at, zone) => format('dmy', zone).format(at).replaceAll('/', '.');

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
export function ahead(zone, at) {
  const found = parts(zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const p = Object.fromEntries(found.map(x => [x.type, x.value]));
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute) - Math.floor(at / 6e4) * 6e4;
}

/** The zone in which the officer of this page reads times. */
export const ownZone = () => document.documentElement.dataset.zone || 'UTC';

const listeners = new Set();
export const onTick = listener => listeners.add(listener);
function tick() {
  for (const listener of listeners) listener();
}
try {
  new Worker(new URL('./ticker.js', import.meta.url)).onmessage = tick;
} catch {
  setInterval(tick, 1000);
}
