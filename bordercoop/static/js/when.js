// A time group of the form: date, time and zone; the line with both sides' times; and the question
// which one is meant when the clocks were put back.
import { ahead, dmy, hm, ownZone, serverNow } from './clock.js';
import { t } from './texts.js';
import * as wall from './wall.js';

const clocks = [...document.querySelectorAll('.clocks [data-clock]')]
  .filter(clock => clock.dataset.city)
  .map(clock => ({ zone: clock.dataset.clock, city: clock.dataset.city }));

/** Both sides' times and UTC; one that is on another day than on the wall of `in_zone` says which. */
function reading(at, in_zone) {
  const time = zone =>
    dmy(at, zone) === dmy(at, in_zone) ? hm(at, zone) : `${dmy(at, zone).slice(0, 6)} ${hm(at, zone)}`;
  const [first, second] = clocks.map(({ zone, city }) =>
    t('time_at', { time: time(zone), city }),
  );
  return t('time_triple', { first, second: second ?? first, utc: time('UTC') });
}

/** Bring a [data-when] group to life; returns {now} to fill it with the present. */
export function when(group) {
  const field = name => group.querySelector(`[data-${name}]`);
  const date = field('date'),
    time = field('time'),
    zone = field('zone');
  const line = field('triple'),
    twice = field('twice'),
    precision = field('precision');

  // Where something is to come, a date without a year lies ahead (ComingMomentField).
  const coming = group.matches('[data-coming]') ? 300 * 24 * 36e5 : 0;
  const from = () => serverNow() + coming;

  const exact = () => !precision || precision.value === 'minute' || precision.value === '';

  function show() {
    const coarse = !exact();
    const around = group.querySelector('[data-time-field]');
    if (around) around.hidden = coarse;
    const day = wall.day_of(date.value, from()),
      clock = time && wall.time_of(time.value);
    let found = null;
    const in_zone = zone?.value || ownZone();
    if (!coarse && day && clock) found = wall.instants(day, clock, in_zone);
    if (twice) {
      twice.hidden = found?.length !== 2;
      if (found?.length === 2) {
        [...twice.querySelectorAll('[data-reading]')].forEach((part, i) => {
          part.textContent = reading(found[i], in_zone);
        });
      }
    }
    line.classList.toggle('err', found?.length === 0);
    if (found?.length === 1) line.textContent = reading(found[0], in_zone);
    else if (found?.length === 0) line.textContent = t('time_never');
    else if (found?.length === 2) line.textContent = t('time_twice');
    else line.textContent = !coarse && date.value && time?.value ? t('time_unclear') : '';
  }

  // "1702 0800" in either field fills both; half a date gets its year.
  function tidy(event) {
    const split = wall.split_entry(event.target.value);
    if (split && (event.target === date || event.target === time)) [date.value, time.value] = split;
    const day = wall.day_of(date.value, from()),
      clock = time && wall.time_of(time.value);
    if (day) date.value = wall.write_day(day);
    if (clock) time.value = wall.write_time(clock);
    show();
  }

  function now() {
    const at = serverNow(),
      in_zone = zone?.value || ownZone();
    date.value = dmy(at, in_zone);
    if (time) time.value = hm(at, in_zone);
    const hits = time
      ? wall.instants(wall.day_of(date.value, at), wall.time_of(time.value), in_zone)
      : [];
    if (hits.length === 2 && twice) {
      const later = at - hits[0] >= 36e5 / 2 && ahead(in_zone, at) === ahead(in_zone, hits[1]);
      twice.querySelectorAll('input')[later ? 1 : 0].checked = true;
    }
    show();
    date.dispatchEvent(new Event('input', { bubbles: true }));
  }

  group.addEventListener('input', show);
  group.addEventListener('change', tidy);
  field('now')?.addEventListener('click', now);
  show();
  return { now, show };
}
