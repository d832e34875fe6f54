import type { Generation } from '../api/types.ts';

const LANGUAGE = 'en';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const plural = new Intl.PluralRules(LANGUAGE, { type: 'ordinal' });
const suffixes: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

/** `2` as `2nd`. */
export function ordinal(n: number): string {
  return `${n}${suffixes[plural.select(n)]}`;
}

/** Seconds as `0:42`, `12:05` or `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor((whole % HOUR) / MINUTE), whole % MINUTE];
  if (whole >= HOUR) parts.unshift(Math.floor(whole / HOUR));
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** Seconds as a person says them: `5 seconds`, `2 minutes`. Rounded as befits an estimate. */
export function roughly(seconds: number): string {
  const [value, unit] =
    seconds < 55
      ? [Math.max(1, seconds < 15 ? Math.round(seconds) : Math.round(seconds / 5) * 5), 'second']
      : seconds < 90 * MINUTE
        ? [Math.max(1, Math.round(seconds / 30) / 2), 'minute']
        : [Math.round(seconds / HOUR), 'hour'];
  return new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(
    Number(value),
  );
}

const dateTime = new Intl.DateTimeFormat(LANGUAGE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An RFC 3339 time, in the reader's own time zone. */
export function when(time: string): string {
  return dateTime.format(new Date(time));
}

const dateOnly = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', year: 'numeric' });

/** The day of an RFC 3339 time, in the reader's own time zone. */
export function day(time: string): string {
  return dateOnly.format(new Date(time));
}

const timeOnly = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** An RFC 3339 time: that of the day alone where it comes within a day of `now`. */
export function whenSoon(time: string, now: number): string {
  return (Date.parse(time) - now) / 1000 < DAY ? timeOnly.format(new Date(time)) : when(time);
}

const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });

/** How far a time is from `now`: `in 3 days`, `5 minutes ago`. */
export function fromNow(time: string, now: number): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return relative.format(0, 'second');
  if (distance < HOUR) return relative.format(Math.round(seconds / MINUTE), 'minute');
  if (distance < DAY) return relative.format(Math.round(seconds / HOUR), 'hour');
  return relative.format(Math.round(seconds / DAY), 'day');
}

/** Bytes as `1.2 MB`. */
export function bytes(count: number): string {
  const [value, unit] =
    count < 1_000
      ? [count, 'byte']
      : count < 1_000_000
        ? [count / 1e3, 'kilobyte']
        : count < 1_000_000_000
          ? [count / 1e6, 'megabyte']
          : [count / 1e9, 'gigabyte'];
  return new Intl.NumberFormat(LANGUAGE, {
    style: 'unit',
    unit: String(unit),
    // The short one of bytes has no plural.
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(Number(value));
}

export function number(value: number): string {
  return new Intl.NumberFormat(LANGUAGE).format(value);
}

/** How long a finished generation took at its provider; undefined where it never got there. Seconds. */
export function secondsTaken({ submitted_at, finished_at }: Generation): number | undefined {
  if (submitted_at === null || finished_at === null) return undefined;
  return (Date.parse(finished_at) - Date.parse(submitted_at)) / 1000;
}
