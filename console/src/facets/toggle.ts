/** Facets to queries: what choosing or giving up a value changes, and what there is to choose from. */

import type { FacetCount, Facets, FlightQuery } from "../wire";

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

/** Bounds the price from above, or not at all. */
export function withMaxPrice(query: FlightQuery, max: number | null): FlightQuery {
  return { ...query, price: { ...query.price, max: max === null ? null : String(max) } };
}

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
  return {
    carriers: choices(menu.carriers, now.carriers),
    stops: choices(menu.stops, now.stops),
    price: menu.price.histogram.length > 0 ? menu.price : now.price,
  };
}
