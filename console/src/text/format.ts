/**
 * Figures, money, dates and times as the reader's locale writes them.
 *
 * Times of flights are local to their airport and come as ISO 8601 with an offset: the clock on the airport's
 * wall is what is shown, so the offset is cut off for showing and used only for durations between airports.
 */

import type { Amount, DateRange, TimeWindow } from "../wire";

const MINUTES_PER_HOUR = 60;
const MILLISECONDS_PER_DAY = 86_400_000;
const MILLISECONDS_PER_MINUTE = 60_000;

/** Seconds of each unit that an age is told in, the largest first. */
const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Where weather is told in degrees Fahrenheit, and where rain in inches (unit preferences of the Unicode CLDR). */
const FAHRENHEIT_REGIONS: ReadonlySet<string> = new Set(["BS", "BZ", "KY", "PR", "PW", "US"]);
const INCH_REGIONS: ReadonlySet<string> = new Set(["PR", "US"]);
const MILLIMETRES_PER_INCH = 25.4;

/** Midnight UTC of a calendar day: a day without a time zone, for `Intl` with `timeZone: "UTC"`. */
function dayOf(iso: string): Date {
  return new Date(`${iso.slice(0, 10)}T00:00:00Z`);
}

/** The clock on the wall as if it were UTC. */
function wallClock(iso: string): Date {
  return new Date(`${iso.slice(0, 16)}:00Z`);
}

/** How many calendar days after the departure's day the arrival's day is, each at its own airport. */
export function dayShift(departsAt: string, arrivesAt: string): number {
  return Math.round((dayOf(arrivesAt).getTime() - dayOf(departsAt).getTime()) / MILLISECONDS_PER_DAY);
}

/** Minutes between two instants, each written with its own offset. */
export function minutesBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MILLISECONDS_PER_MINUTE);
}

/** Minutes since midnight on the airport's wall clock. */
export function minuteOfDay(iso: string): number {
  return Number(iso.slice(11, 13)) * MINUTES_PER_HOUR + Number(iso.slice(14, 16));
}

/** Joins a mark and what it belongs to so that a line never breaks between them. */
export const NO_BREAK_SPACE = "\u00a0";

export interface Formats {
  readonly locale: string;
  number(value: number): string;
  money(amount: Amount, currency: string): string;
  /** Money in whole units: an estimate to the cent would claim to know more than it does. */
  about(amount: Amount, currency: string): string;
  duration(minutes: number): string;
  time(iso: string): string;
  clock(hhmm: string): string;
  /** A whole hour, short: `6 AM`, `06`. */
  hour(hour: number): string;
  day(iso: string): string;
  longDay(iso: string): string;
  month(iso: string): string;
  weekdayNames(): string[];
  dateRange(range: DateRange, open: OpenEnds): string;
  timeWindow(window: TimeWindow, open: OpenEnds): string;
  instant(iso: string): string;
  /** A share of one as whole percent. */
  percent(share: number): string;
  /** `+8%`, `−12%`. */
  signedPercent(percent: number): string;
  kilograms(value: number): string;
  kilometres(value: number): string;
  miles(value: number): string;
  /** A mean temperature, in the unit of the reader's region. */
  temperature(celsius: number): string;
  /** Rain that falls in a month, in the unit of the reader's region. */
  rain(millimetres: number): string;
  /** How long ago, in the largest unit that fits. */
  ago(seconds: number): string;
  /** How long an instant is ago; nothing is ahead of now, however the clocks differ. */
  since(iso: string): string;
  megabytes(value: number): string;
  seconds(value: number): string;
  milliseconds(value: number): string;
  list(parts: string[]): string;
}

/** How a range with one open end is worded. */
export interface OpenEnds {
  from(bound: string): string;
  to(bound: string): string;
}

/** Builds the formats of one locale; `today` decides whether a date shows its year. */
export function formatsFor(locale: string, today: () => Date = () => new Date()): Formats {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const signed = new Intl.NumberFormat(locale, { style: "percent", signDisplay: "exceptZero" });
  const unit = (name: string, display: "short" | "narrow" | "long", digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: display,
      maximumFractionDigits: digits,
    });
  const utc = { timeZone: "UTC" } as const;
  const hours = unit("hour", "narrow");
  const minutes = unit("minute", "narrow");
  const kilogram = unit("kilogram", "short");
  const kilometre = unit("kilometer", "short");
  const mile = unit("mile", "short");
  const megabyte = unit("megabyte", "short");
  const region = regionOf(locale);
  const isFahrenheit = FAHRENHEIT_REGIONS.has(region);
  const isInches = INCH_REGIONS.has(region);
  const degree = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: isFahrenheit ? "fahrenheit" : "celsius",
    maximumFractionDigits: 0,
    // There is no minus zero on a thermometer.
    signDisplay: "negative",
  });
  const rain = isInches ? unit("inch", "short", 1) : unit("millimeter", "short");
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const second = unit("second", "long");
  const millisecond = unit("millisecond", "short");
  const shortClock = new Intl.DateTimeFormat(locale, { ...utc, hour: "numeric", minute: "2-digit" });
  // As on timetables: 7:05 PM, but 07:05.
  const clock = shortClock.resolvedOptions().hour12
    ? shortClock
    : new Intl.DateTimeFormat(locale, { ...utc, hour: "2-digit", minute: "2-digit" });
  const hour = new Intl.DateTimeFormat(locale, { ...utc, hour: "numeric" });
  const month = new Intl.DateTimeFormat(locale, { ...utc, month: "long", year: "numeric" });
  const longDay = new Intl.DateTimeFormat(locale, {
    ...utc,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const dayThisYear = new Intl.DateTimeFormat(locale, {
    ...utc,
    weekday: "short",
    day: "numeric",
    month: "short",
  });
  const dayOtherYear = new Intl.DateTimeFormat(locale, {
    ...utc,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const spanThisYear = new Intl.DateTimeFormat(locale, { ...utc, day: "numeric", month: "short" });
  const spanOtherYear = new Intl.DateTimeFormat(locale, {
    ...utc,
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const weekday = new Intl.DateTimeFormat(locale, { ...utc, weekday: "short" });
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const isThisYear = (iso: string) => Number(iso.slice(0, 4)) === today().getFullYear();

  const formats: Formats = {
    locale,
    number: (value) => number.format(value),
    money: (amount, currency) => {
      const value = Number(amount);
      // Whole amounts drop their cents: columns of prices are easier to compare without ".00".
      const digits = Number.isInteger(value) ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
      return new Intl.NumberFormat(locale, { style: "currency", currency, ...digits }).format(value);
    },
    about: (amount, currency) => formats.money(String(Math.round(Number(amount))), currency),
    duration: (total) => {
      const whole = Math.floor(total / MINUTES_PER_HOUR);
      const rest = total % MINUTES_PER_HOUR;
      const parts = [];
      if (whole > 0) parts.push(hours.format(whole));
      if (rest > 0 || whole === 0) parts.push(minutes.format(rest));
      return parts.join(NO_BREAK_SPACE);
    },
    time: (iso) => clock.format(wallClock(iso)),
    clock: (hhmm) => clock.format(new Date(`1970-01-01T${hhmm}:00Z`)),
    hour: (value) => hour.format(new Date(Date.UTC(1970, 0, 1, value % 24))),
    day: (iso) => (isThisYear(iso) ? dayThisYear : dayOtherYear).format(dayOf(iso)),
    longDay: (iso) => longDay.format(dayOf(iso)),
    month: (iso) => month.format(dayOf(iso)),
    weekdayNames: () =>
      // 1 January 2024 is a Monday, the first day of the week here.
      [1, 2, 3, 4, 5, 6, 7].map((day) => weekday.format(new Date(Date.UTC(2024, 0, day)))),
    dateRange: ({ from, to }, open) => {
      if (from && to) {
        if (from === to) return formats.day(from);
        if (isWholeMonth(from, to)) return month.format(dayOf(from));
        const span = isThisYear(from) && isThisYear(to) ? spanThisYear : spanOtherYear;
        return span.formatRange(dayOf(from), dayOf(to));
      }
      if (from) return open.from(formats.day(from));
      if (to) return open.to(formats.day(to));
      return "";
    },
    timeWindow: ({ from, to }, open) => {
      if (from && from === to) return formats.clock(from);
      if (from && to) return `${formats.clock(from)} – ${formats.clock(to)}`;
      if (from) return open.from(formats.clock(from));
      if (to) return open.to(formats.clock(to));
      return "";
    },
    instant: (iso) => {
      const at = new Date(iso);
      return Number.isNaN(at.getTime()) ? iso : instant.format(at);
    },
    percent: (share) => percent.format(share),
    signedPercent: (percent) => signed.format(percent / 100),
    kilograms: (value) => kilogram.format(value),
    kilometres: (value) => kilometre.format(value),
    miles: (value) => mile.format(value),
    temperature: (celsius) => degree.format(isFahrenheit ? celsius * 1.8 + 32 : celsius),
    rain: (millimetres) => rain.format(isInches ? millimetres / MILLIMETRES_PER_INCH : millimetres),
    ago: (seconds) => {
      const [unit, size] = AGES.find(([, length]) => seconds >= length) ?? ["minute", 60];
      return ago.format(-Math.floor(seconds / size), unit);
    },
    since: (iso) => formats.ago(Math.max(0, (today().getTime() - Date.parse(iso)) / 1_000)),
    megabytes: (value) => megabyte.format(value),
    seconds: (value) => second.format(value),
    milliseconds: (value) => millisecond.format(value),
    list: (parts) => list.format(parts),
  };
  return formats;
}

/** The region that a locale names, or the one where its language is mostly spoken. */
function regionOf(locale: string): string {
  return new Intl.Locale(locale.replaceAll("_", "-")).maximize().region ?? "";
}

function isWholeMonth(from: string, to: string): boolean {
  if (from.slice(0, 7) !== to.slice(0, 7) || !from.endsWith("-01")) return false;
  const [year, monthNumber] = from.split("-").map(Number);
  if (year === undefined || monthNumber === undefined) return false;
  const lastDay = new Date(Date.UTC(year, monthNumber, 0)).getUTCDate();
  return Number(to.slice(8, 10)) === lastDay;
}
