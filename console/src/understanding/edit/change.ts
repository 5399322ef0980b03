/** Changes of a query that concern more than one field. All return a new query. */

import type { DateRange, FlightQuery, SliceQuery, Trip, Weekday } from "../../wire";

/** A flight of which nothing is said. */
export const NO_SLICE: SliceQuery = {
  origin: null,
  destination: null,
  depart_date: null,
  weekdays: [],
  depart_time: null,
  arrive_time: null,
};

/** The query before anything is said. */
export function emptyQuery(currency: string): FlightQuery {
  return {
    trip: "one_way",
    slices: [NO_SLICE],
    nights: null,
    passengers: { adults: 1, children: 0, infants: 0 },
    cabin: null,
    stops: { min: null, max: null },
    carriers: { include: [], exclude: [] },
    price: { min: null, max: null, currency },
    duration: { max_minutes: null },
    layover: { min_minutes: null, max_minutes: null },
    connections: { via: [], avoid: [] },
    bags: { carry_on: null, checked: null },
    refundable: null,
    sort: "best",
    preferences: "",
    flight: null,
    kind: null,
  };
}

export function withSlice(query: FlightQuery, index: number, change: Partial<SliceQuery>): FlightQuery {
  return {
    ...query,
    slices: query.slices.map((slice, at) => (at === index ? { ...slice, ...change } : slice)),
  };
}

/** One way keeps the first flight; a return adds its mirror; several cities go on from where the last one ends. */
export function withTrip(query: FlightQuery, trip: Trip): FlightQuery {
  const first = query.slices[0] ?? NO_SLICE;
  const last = query.slices.at(-1) ?? first;
  const wayBack = { ...NO_SLICE, origin: first.destination, destination: first.origin };
  switch (trip) {
    case "one_way":
      return { ...query, trip, slices: [first], nights: null };
    case "round_trip":
      return {
        ...query,
        trip,
        slices: [first, query.trip === "multi_city" ? wayBack : (query.slices[1] ?? wayBack)],
      };
    case "multi_city":
      return {
        ...query,
        trip,
        slices: [...query.slices, { ...NO_SLICE, origin: last.destination }],
        nights: null,
      };
  }
}

/** The two ends of every flight change places. */
export function swapped(query: FlightQuery): FlightQuery {
  return {
    ...query,
    slices: query.slices.map((slice) => ({
      ...slice,
      origin: slice.destination,
      destination: slice.origin,
    })),
  };
}

/** A day, some days later. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Days around those chosen: widened on both sides, but not into the past. */
export function widened({ from, to }: DateRange, days: number, today: string): DateRange {
  const early = from === null ? null : daysAfter(from, -days);
  return {
    from: early !== null && early < today ? today : early,
    to: to === null ? null : daysAfter(to, days),
  };
}

/** A return that would now leave before the way out is set free. */
export function withDates(
  query: FlightQuery,
  index: number,
  dates: DateRange | null,
  weekdays: Weekday[],
): FlightQuery {
  const changed = withSlice(query, index, { depart_date: dates, weekdays });
  const start = dates?.from ?? null;
  return {
    ...changed,
    slices: changed.slices.map((slice, at) => {
      const end = slice.depart_date?.to ?? null;
      const isTooEarly = at > index && start !== null && end !== null && end < start;
      return isTooEarly ? { ...slice, depart_date: null } : slice;
    }),
  };
}

/** A calendar month as rows of seven days, Monday first; null where it has no day. */
export function gridOf(month: string): (string | null)[][] {
  const [year, number] = month.split("-").map(Number) as [number, number];
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const offset = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const cells: (string | null)[] = Array<null>(offset).fill(null);
  for (let day = 1; day <= length; day += 1) cells.push(`${month}-${String(day).padStart(2, "0")}`);
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, row) => cells.slice(row * 7, row * 7 + 7));
}

/** `2026-12` some months later. */
export function monthsAfter(month: string, months: number): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

export function lastDayOf(month: string): string {
  return daysAfter(`${monthsAfter(month, 1)}-01`, -1);
}
