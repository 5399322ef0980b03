/** Days with prices to months of weeks, and prices to five levels of heat. */

import { numberOf, type Row, rowsOf, textOf } from "./data";

export interface DayPrice {
  readonly date: string;
  readonly price: string;
  readonly count: number;
}

/** The days in the data of an answer of kind `calendar`. */
export function daysIn(data: Row): DayPrice[] {
  return rowsOf(data, "days")
    .map((row) => ({
      date: textOf(row, "date"),
      price: textOf(row, "min"),
      count: numberOf(row, "count") ?? 0,
    }))
    .filter(({ date, price }) => date !== "" && price !== "");
}

export interface Month {
  /** Its first day. */
  readonly first: string;
  /** Rows of seven, Monday first; null where the month has no day. */
  readonly weeks: (string | null)[][];
}

export const LEVELS = 5;

const DAYS_PER_WEEK = 7;

/** The months of the days; weeks without a price are left out. */
export function monthsOf(days: readonly DayPrice[]): Month[] {
  const names = [...new Set(days.map(({ date }) => date.slice(0, 7)))].toSorted();
  const priced = new Set(days.map(({ date }) => date));
  return names.map((name) => {
    const [year, month] = name.split("-").map(Number) as [number, number];
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    // getUTCDay counts from Sunday.
    const offset = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % DAYS_PER_WEEK;
    const cells: (string | null)[] = Array<null>(offset).fill(null);
    for (let day = 1; day <= length; day += 1) cells.push(`${name}-${String(day).padStart(2, "0")}`);
    while (cells.length % DAYS_PER_WEEK !== 0) cells.push(null);
    const weeks = [];
    for (let at = 0; at < cells.length; at += DAYS_PER_WEEK) weeks.push(cells.slice(at, at + DAYS_PER_WEEK));
    const isPriced = (week: (string | null)[]) => week.some((date) => date !== null && priced.has(date));
    return { first: `${name}-01`, weeks: weeks.filter(isPriced) };
  });
}

/**
 * The level of each day, 0 (among the cheapest fifth) to 4 (among the dearest).
 *
 * By the share of days that are cheaper and not by amount: one very dear day would push all others into one
 * colour. Days of the same price take the middle of their shares, so that what is usual looks neutral.
 */
export function levelsOf(days: readonly DayPrice[]): Map<string, number> {
  const prices = days.map(({ price }) => Number(price));
  const shares = new Map<number, number>();
  for (const price of new Set(prices)) {
    const cheaper = prices.filter((other) => other < price).length;
    const equal = prices.filter((other) => other === price).length;
    shares.set(price, (cheaper + equal / 2) / prices.length);
  }
  return new Map(
    days.map(({ date, price }) => [date, Math.floor((shares.get(Number(price)) ?? 0) * LEVELS)]),
  );
}
