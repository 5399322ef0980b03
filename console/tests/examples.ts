/** Whole values of the contract for tests, each with what the test is about changed. */

import { expand } from "../src/app/url";
import type { Facets, FlightQuery, Offer, SearchResult, Segment, Slice } from "../src/wire";

export function query(change: Record<string, unknown> = {}): FlightQuery {
  const whole = expand(JSON.stringify({ slices: [{}], ...change }));
  if (!whole) throw new Error("the example is no query");
  return whole;
}

export function segment(change: Partial<Segment> = {}): Segment {
  return {
    carrier: "DL",
    operating_carrier: "DL",
    flight_number: "1",
    aircraft: "A321",
    origin: "JFK",
    destination: "MIA",
    departs_at: "2026-12-04T18:00-05:00",
    arrives_at: "2026-12-04T21:00-05:00",
    duration_minutes: 180,
    cabin: "economy",
    carrier_name: "Delta Air Lines",
    origin_city: "New York",
    destination_city: "Miami",
    ...change,
  };
}

export function slice(segments: Segment[], minutes: number): Slice {
  return { duration_minutes: minutes, stops: segments.length - 1, segments };
}

export function offer(id: string, change: Partial<Offer> = {}): Offer {
  return {
    id,
    score: 0.9,
    score_parts: { price: 0.5, duration: 0.4 },
    price: { amount: "142.37", currency: "USD", basis: "estimate" },
    emissions_kg: 140,
    emissions_typical_kg: 150,
    slices: [slice([segment()], 180)],
    reasons: [],
    warnings: [],
    ...change,
  };
}

export function facets(change: Partial<Facets> = {}): Facets {
  const none = { min: null, median: null, max: null };
  return {
    carriers: [],
    stops: [],
    price: { ...none, currency: "USD", histogram: [] },
    origins: [],
    destinations: [],
    connections: [],
    departure_hours: [],
    arrival_hours: [],
    duration: none,
    emissions: none,
    ...change,
  };
}

export function result(change: Partial<SearchResult> = {}): SearchResult {
  return {
    status: "ok",
    query: query(),
    offers: [offer("o_1"), offer("o_2")],
    total: 5,
    facets: facets(),
    relaxations: [],
    notes: [],
    degraded: [],
    unsupported: [],
    snapshot: "2026-11-24T02-00-00Z",
    fares: "",
    as_of: "2026-11-24T02:00:00Z",
    next_cursor: "c2",
    timings_ms: {},
    plan: null,
    ...change,
  };
}
