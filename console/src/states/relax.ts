/** Merges the change of a relaxation into a query. */

import type { FlightQuery } from "../wire";

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
