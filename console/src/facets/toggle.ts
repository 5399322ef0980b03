/** Facets to queries: what choosing or giving up a value changes, and what there is to choose from. */

import { isMirrored } from "../understanding/chips";
import type { FacetCount, Facets, FlightQuery, SliceQuery, TimeWindow } from "../wire";

/** Adds a carrier to those allowed, or takes it out; none left means all. */
export function toggledCarrier(query: FlightQuery, carrier: string): FlightQuery {
  const { include } = query.carriers;
  const now = include.includes(carrier) ? include.filter((code) => code !== carrier) : [...include, carrier];
  return { ...query, carriers: { ...query.carriers, include: now } };
}

export function isStopsChosen(query: FlightQuery, stops: number): boolean {
  const { min, max } = query.stops;
  return max !== null && (min ?? 0) <= stops && stops <= max;
}

/** Allows exactly this number of stops, or any again. */
export function toggledStops(query: FlightQuery, stops: number): FlightQuery {
  const isOnlyChoice = query.stops.max === stops && (query.stops.min ?? 0) === stops;
  const range = isOnlyChoice ? { min: null, max: null } : { min: stops, max: stops };
  return { ...query, stops: range };
}

/** Bounds the price; null leaves an end open. */
export function withPrices(query: FlightQuery, min: number | null, max: number | null): FlightQuery {
  const text = (value: number | null) => (value === null ? null : String(value));
  return { ...query, price: { ...query.price, min: text(min), max: text(max) } };
}

export function withMaxDuration(query: FlightQuery, minutes: number | null): FlightQuery {
  return { ...query, duration: { max_minutes: minutes } };
}

// -------------------------------------------------------------------------------------- airports

export type End = "origin" | "destination";

/** Whether the query is narrowed down to some of the airports that there are to choose from. */
export function areAirportsNarrowed(query: FlightQuery, end: End, menu: readonly FacetCount[]): boolean {
  const airports = query.slices[0]?.[end]?.airports ?? [];
  return airports.length > 0 && menu.some(({ value }) => !airports.includes(value));
}

export function isAirportChosen(
  query: FlightQuery,
  end: End,
  airport: string,
  menu: readonly FacetCount[],
): boolean {
  return (
    areAirportsNarrowed(query, end, menu) && (query.slices[0]?.[end]?.airports.includes(airport) ?? false)
  );
}

/** Adds an airport to those chosen or takes it out; none left means all that there are to choose from. */
export function toggledAirport(
  query: FlightQuery,
  end: End,
  airport: string,
  menu: readonly FacetCount[],
): FlightQuery {
  const [first] = query.slices;
  if (!first) return query;
  const isNarrowed = areAirportsNarrowed(query, end, menu);
  const chosen = isNarrowed ? (first[end]?.airports ?? []) : [];
  const toggled = chosen.includes(airport) ? chosen.filter((code) => code !== airport) : [...chosen, airport];
  const all = menu.map(({ value }) => value);
  const airports = toggled.length > 0 ? toggled : all;
  const cities = new Set(menu.filter(({ value }) => airports.includes(value)).map(({ label }) => label));
  const label = first[end]?.label ?? [...cities].join(", ");
  return withPlace(query, 0, end, { label, airports });
}

/** Sets a place; the way back follows the way out where it is only that. */
export function withPlace(
  query: FlightQuery,
  index: number,
  end: End,
  place: SliceQuery["origin"],
): FlightQuery {
  const other: End = end === "origin" ? "destination" : "origin";
  const mirrored = isMirrored(query);
  return {
    ...query,
    slices: query.slices.map((slice, at) => {
      if (at === index) return { ...slice, [end]: place };
      return mirrored ? { ...slice, [other]: place } : slice;
    }),
  };
}

/** Whether flights that change at this airport are left out. */
export function isAvoided(query: FlightQuery, airport: string): boolean {
  return query.connections.avoid.includes(airport);
}

export function toggledAvoid(query: FlightQuery, airport: string): FlightQuery {
  const { avoid } = query.connections;
  const now = avoid.includes(airport) ? avoid.filter((code) => code !== airport) : [...avoid, airport];
  return { ...query, connections: { ...query.connections, avoid: now } };
}

// ----------------------------------------------------------------------------------------- hours

export const HOURS = 24;

/** Hours `from` to `to` (the last excluded) as a window; null for the whole day. */
export function windowOf(from: number, to: number): TimeWindow | null {
  if (from <= 0 && to >= HOURS) return null;
  const two = (hour: number) => String(hour).padStart(2, "0");
  return {
    from: from <= 0 ? null : `${two(from)}:00`,
    to: to >= HOURS ? null : `${two(to - 1)}:59`,
  };
}

/** The hours that a window touches; a window over midnight has no two ends on one day: it counts as all. */
export function hoursOf(window: TimeWindow | null): [number, number] {
  if (window === null) return [0, HOURS];
  const from = window.from === null ? 0 : Number(window.from.slice(0, 2));
  const to = window.to === null ? HOURS : Number(window.to.slice(0, 2)) + (window.to.endsWith(":00") ? 0 : 1);
  return from < to ? [from, to] : [0, HOURS];
}

export function withWindow(
  query: FlightQuery,
  index: number,
  name: "depart_time" | "arrive_time",
  window: TimeWindow | null,
): FlightQuery {
  return {
    ...query,
    slices: query.slices.map((slice, at) => (at === index ? { ...slice, [name]: window } : slice)),
  };
}

// ------------------------------------------------------------------------------------------ menu

/** The values to choose from: those before narrowing, with the counts of now where they still occur. */
export function choices(before: readonly FacetCount[] | undefined, now: readonly FacetCount[]): FacetCount[] {
  if (!before) return [...now];
  const current = new Map(now.map((facet) => [facet.value, facet]));
  const known = new Set(before.map(({ value }) => value));
  return [
    ...before.map((facet) => current.get(facet.value) ?? facet),
    ...now.filter((f) => !known.has(f.value)),
  ];
}

/** The facets to offer after a further narrowing: the widest seen since the last request in words. */
export function menuOf(menu: Facets | null, now: Facets): Facets {
  if (!menu) return now;
  const widest = <T>(before: T[], after: T[]) => (before.length > 0 ? before : after);
  return {
    carriers: choices(menu.carriers, now.carriers),
    stops: choices(menu.stops, now.stops),
    price: menu.price.histogram.length > 0 ? menu.price : now.price,
    origins: choices(menu.origins, now.origins),
    destinations: choices(menu.destinations, now.destinations),
    connections: choices(menu.connections, now.connections),
    departure_hours: widest(menu.departure_hours, now.departure_hours),
    arrival_hours: widest(menu.arrival_hours, now.arrival_hours),
    duration: menu.duration.max === null ? now.duration : menu.duration,
    emissions: menu.emissions.max === null ? now.emissions : menu.emissions,
  };
}
