/** Which fields of a query can be changed by hand: those shown, and those that can be added. */

import type { FlightQuery } from "../../wire";

export type Field =
  | "origin"
  | "destination"
  | "depart_date"
  | "weekdays"
  | "depart_time"
  | "arrive_time"
  | "trip"
  | "nights"
  | "passengers"
  | "cabin"
  | "stops"
  | "carriers.include"
  | "carriers.exclude"
  | "price"
  | "duration"
  | "layover"
  | "connections.via"
  | "connections.avoid"
  | "bags"
  | "refundable"
  | "preferences"
  | "sort"
  | "flight";

/** A field of the query, of one of its slices where it is a slice's. */
export interface Target {
  readonly field: Field;
  readonly slice: number;
}

/** The target of a chip's path: `slices.1.depart_date` is `depart_date` of the second slice. */
export function targetOf(path: string): Target {
  const match = /^slices\.(\d+)\.(.+)$/.exec(path);
  if (match?.[1] && match[2]) return { field: match[2] as Field, slice: Number(match[1]) };
  return { field: path.startsWith("bags.") ? "bags" : (path as Field), slice: 0 };
}

export function pathOf({ field, slice }: Target): string {
  return SLICE_FIELDS.has(field) ? `slices.${slice}.${field}` : field;
}

const SLICE_FIELDS: ReadonlySet<Field> = new Set([
  "origin",
  "destination",
  "depart_date",
  "weekdays",
  "depart_time",
  "arrive_time",
]);

/** What every search is about: it stands in the row even where it is not said. */
export function unsetOf(query: FlightQuery): Target[] {
  const [first] = query.slices;
  const targets: Target[] = [];
  const add = (field: Field, slice = 0) => targets.push({ field, slice });
  if (!first?.origin) add("origin");
  if (!first?.destination) add("destination");
  if (!first?.depart_date) add("depart_date");
  if (query.trip === "one_way" && query.flight === null) add("trip");
  if (query.trip === "round_trip" && !query.slices[1]?.depart_date && !query.nights) add("depart_date", 1);
  const { adults, children, infants } = query.passengers;
  if (adults === 1 && children + infants === 0) add("passengers");
  if (query.stops.min === null && query.stops.max === null) add("stops");
  return targets;
}

/** The further limits that can be added, in the order in which people think of them. */
export function addableOf(query: FlightQuery): Target[] {
  const [first] = query.slices;
  const { price, layover, connections, bags, carriers } = query;
  const unset: [Field, boolean][] = [
    ["price", price.min === null && price.max === null],
    ["depart_time", !first?.depart_time],
    ["arrive_time", !first?.arrive_time],
    ["weekdays", (first?.weekdays.length ?? 0) === 0],
    ["nights", query.trip === "round_trip" && query.nights === null],
    ["cabin", query.cabin === null],
    ["carriers.include", carriers.include.length === 0],
    ["carriers.exclude", carriers.exclude.length === 0],
    ["duration", query.duration.max_minutes === null],
    ["layover", layover.min_minutes === null && layover.max_minutes === null],
    ["connections.via", connections.via.length === 0],
    ["connections.avoid", connections.avoid.length === 0],
    ["bags", bags.carry_on === null && bags.checked === null],
    ["refundable", query.refundable === null],
    ["preferences", query.preferences === ""],
    ["flight", query.flight === null],
    ["sort", query.sort === "best"],
  ];
  return unset.flatMap(([field, isUnset]) => (isUnset ? [{ field, slice: 0 }] : []));
}
