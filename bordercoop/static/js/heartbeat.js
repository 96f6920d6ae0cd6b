// What the officer sees of the live link: Live (disc) up to 15 s, Slow (diamond) up to 45 s, then a
// red banner with the time since when alerts may be missing and whom to call instead.
import { hm, onTick, ownZone, serverNow } from './clock.js';
import { link, live } from './live.js';
import { say } from './say.js';
import { alarm } from './sound.js';
import { t } from './texts.js';

const SLOW = 15,
  DOWN = 45,
  ALARM = 60;
const sign = document.getElementById('live');
const down = document.getElementById('link-down');
const out = document.getElementById('signed-out');
let shown = '';

function state(age) {
  if (link.heardAt === null && age <= SLOW) return 'starting';
  if (age > DOWN) return 'down';
  return age > SLOW || link.polling ? 'slow' : 'live';
}

function lost(age) {
  const time = hm(serverNow() - age * 1000, ownZone());
  const { call: name, phone } = document.querySelector('[data-phone]')?.dataset ?? {};
  return phone ? t('link_lost_call', { time, name, phone }) : t('link_lost', { time });
}

function show() {
  if (!sign || link.out) return;
  const age = Math.max(0, Math.round((Date.now() - (link.heardAt ?? link.since)) / 1000));
  const now = state(age);
  document.documentElement.dataset.linkAge = age;
  if (now === 'down') alarm(age > ALARM);
  for (const chip of document.querySelectorAll('[data-link-chip]')) {
    chip.textContent = link.heardAt === null ? '–' : t('seconds', { n: age });
    chip.className = `chip ${{ live: 'ok', slow: 'warn', starting: 'warn', down: 'bad' }[now]}`;
  }
  const aged = sign.querySelector('.age');
  aged.textContent = now === 'slow' && !link.polling ? t('seconds', { n: age }) : '';
  const key = now + link.polling;
  if (key === shown) return;
  const before = shown;
  shown = key;
  document.documentElement.dataset.link = now;
  sign.className = `live ${{ live: '', starting: 'stale', slow: 'stale', down: 'down' }[now]}`;
  sign.querySelector('.word').textContent = t(
    now === 'slow' && link.polling ? 'link_polling' : `link_${now}`,
  );
  if (now !== 'down') alarm(false);
  down.hidden = now !== 'down';
  if (now === 'down') {
    down.querySelector('.words').textContent = lost(age);
    say(lost(age), { now: true });
  } else if (before.startsWith('down')) {
    say(t('link_back'));
  }
}

live.addEventListener('signedout', event => {
  document.documentElement.dataset.link = 'down';
  if (sign) {
    sign.className = 'live down';
    sign.querySelector('.word').textContent = t('signed_out_short');
  }
  const to = out.querySelector('a');
  const here = new URLSearchParams({ next: location.pathname + location.search });
  if (to) to.href = event.detail?.address ?? `${to.pathname}?${here}`;
  out.hidden = false;
  say(out.querySelector('.words').textContent, { now: true });
  alarm(false);
});
live.addEventListener('signedin', () => {
  out.hidden = true;
  shown = '';
});
live.addEventListener('beat', show);
onTick(show);
show();
