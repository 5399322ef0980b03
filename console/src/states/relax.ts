/** Relaxations: how much each of them changes, and its change merged into a query. */

import type { FlightQuery, Relaxation } from "../wire";

/** How much of a request goes: one wish, two, or all but places and days. */
export type Extent = "one" | "two" | "all";

const EXTENTS: readonly Extent[] = ["one", "two", "all"];

/** A relaxation names its field, the two fields of a pair with a comma between, or `all`. */
export function extentOf({ field }: Relaxation): Extent {
  if (field === "all") return "all";
  return field.includes(",") ? "two" : "one";
}

/** The relaxations by how much they change, the least first; an extent without any is left out. */
export function byExtent(relaxations: readonly Relaxation[]): [Extent, Relaxation[]][] {
  return EXTENTS.map((extent): [Extent, Relaxation[]] => [
    extent,
    relaxations.filter((one) => extentOf(one) === extent),
  ]).filter(([, some]) => some.length > 0);
}

type Json = unknown;

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merged(target: Json, change: Json): Json {
  if (Array.isArray(change)) return mergedList(target, change);
  if (!isObject(change)) return change;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(change)) result[name] = merged(result[name], value);
  return result;
}

/** A list of objects (the slices) merges place by place and takes the length of the change; others replace. */
function mergedList(target: Json, change: Json[]): Json[] {
  const old = Array.isArray(target) ? target : [];
  return change.map((item, index) => (isObject(item) ? merged(old[index], item) : item));
}

/** The query with `change` in it: objects merge, lists of codes, plain values and nulls replace. */
export function relaxed(query: FlightQuery, change: Record<string, unknown>): FlightQuery {
  return merged(query, change) as FlightQuery;
}
