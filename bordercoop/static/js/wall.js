// Wall times: reading what an officer types and finding the instant it means in an IANA zone. The
// server reads the same forms; here it is only for the line below the fields.
import { ahead } from './clock.js';

const real = (y, m, d) => {
  const day = new Date(Date.UTC(y, m - 1, d));
  return day.getUTCMonth() === m - 1 && day.getUTCDate() === d;
};

/** {y, m, d} from 22.11.2026, 22.11., 2211, 22112026 or 2026-11-22; null when it is no date. */
export function day_of(text, now) {
  const typed = text.trim();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  const found = iso
    ? [iso[0], iso[3], iso[2], iso[1]]
    : (/^(\d{1,2})[./](\d{1,2})[./]?(\d{4})?$/.exec(typed) ??
      /^(\d{2})(\d{2})(\d{4})?$/.exec(typed));
  if (!found) return null;
  const [d, m] = [Number(found[1]), Number(found[2])];
  let y = Number(found[3] ?? new Date(now).getUTCFullYear());
  // Without a year it is the last such day: in January, 3112 was in the old year.
  if (!found[3] && Date.UTC(y, m - 1, d) > now + 36e5 * 36) y -= 1;
  return real(y, m, d) ? { y, m, d } : null;
}

/** {hour, minute} from 0207, 2:07, 02.07 or 207; null when it is no time. */
export function time_of(text) {
  const found = /^(\d{1,2})[:. ]?(\d{2})$/.exec(text.trim());
  if (!found) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2])];
  return hour < 24 && minute < 60 ? { hour, minute } : null;
}

/** "1702 0800", "17.02. 8:00" or "17.02.2026 0800" in one entry: [day text, time text] or null. */
export function split_entry(text) {
  const found = /^(\d{1,2}\.\d{1,2}\.?(?:\d{4})?|\d{4}|\d{8}|\d{4}-\d{2}-\d{2})[ ,]+(\S+)$/.exec(
    text.trim(),
  );
  return found && time_of(found[2]) ? [found[1], found[2]] : null;
}

const two = n => String(n).padStart(2, '0');
export const write_day = ({ y, m, d }) => `${two(d)}.${two(m)}.${y}`;
export const write_time = ({ hour, minute }) => `${two(hour)}:${two(minute)}`;

/** The instants (milliseconds) that a wall time means in a zone: none, one, or two at a change. */
export function instants({ y, m, d }, { hour, minute }, zone) {
  const wall = Date.UTC(y, m - 1, d, hour, minute);
  const around = [-3, 0, 3].map(hours => wall - ahead(zone, wall + hours * 36e5));
  const exact = around.filter(instant => instant + ahead(zone, instant) === wall);
  return [...new Set(exact)].sort((a, b) => a - b);
}
