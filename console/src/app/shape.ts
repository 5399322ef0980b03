/**
 * Whether a value is a query, down to its last field.
 *
 * An address can hold anything. What does not have the shape of a query never reaches the components, which
 * trust it; what has the shape and makes no sense is for the server to refuse.
 */

import type { Cabin, FlightQuery, Kind, Sort, Trip, Weekday } from "../wire";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => typeof value === "number" && Number.isSafeInteger(value);
const isFlag: Check = (value) => typeof value === "boolean";

const written =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

function oneOf<T extends string>(names: Record<T, true>): Check {
  return (value) => typeof value === "string" && Object.hasOwn(names, value);
}

function fields<T>(checks: { [name in keyof T]: Check }): Check {
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries<Check>(checks).every(([name, check]) => check((value as Record<string, unknown>)[name]));
}

const isDay: Check = (value) =>
  written(/^\d{4}-\d\d-\d\d$/)(value) && !Number.isNaN(Date.parse(`${String(value)}T00:00:00Z`));
const isClock = written(/^([01]\d|2[0-3]):[0-5]\d$/);
const isAmount = written(/^\d{1,12}(\.\d{1,4})?$/);

const isPlace = fields({ label: isText, airports: listOf(isText) });
const isWindow = fields({ from: orNull(isClock), to: orNull(isClock) });
const isRange = fields({ min: orNull(isCount), max: orNull(isCount) });

const isSlice = fields<FlightQuery["slices"][number]>({
  origin: orNull(isPlace),
  destination: orNull(isPlace),
  depart_date: orNull(fields({ from: orNull(isDay), to: orNull(isDay) })),
  weekdays: listOf(
    oneOf<Weekday>({ mon: true, tue: true, wed: true, thu: true, fri: true, sat: true, sun: true }),
  ),
  depart_time: orNull(isWindow),
  arrive_time: orNull(isWindow),
});

export const isKind = oneOf<Kind>({
  search: true,
  calendar: true,
  explore: true,
  fare: true,
  airlines: true,
  count: true,
  schedule: true,
  flight_number: true,
  aircraft: true,
  distance: true,
  airport: true,
  help: true,
  out_of_scope: true,
});

export const isQuery = fields<FlightQuery>({
  trip: oneOf<Trip>({ one_way: true, round_trip: true, multi_city: true }),
  slices: listOf(isSlice),
  nights: orNull(isRange),
  passengers: fields({ adults: isCount, children: isCount, infants: isCount }),
  cabin: orNull(oneOf<Cabin>({ economy: true, premium_economy: true, business: true, first: true })),
  stops: isRange,
  carriers: fields({ include: listOf(isText), exclude: listOf(isText) }),
  price: fields({ min: orNull(isAmount), max: orNull(isAmount), currency: written(/^[A-Z]{3}$/) }),
  duration: fields({ max_minutes: orNull(isCount) }),
  layover: fields({ min_minutes: orNull(isCount), max_minutes: orNull(isCount) }),
  connections: fields({ via: listOf(isText), avoid: listOf(isText) }),
  bags: fields({ carry_on: orNull(isCount), checked: orNull(isCount) }),
  refundable: orNull(isFlag),
  sort: oneOf<Sort>({
    best: true,
    price: true,
    duration: true,
    departure_time: true,
    departure_time_desc: true,
    arrival_time: true,
    emissions: true,
  }),
  preferences: isText,
  flight: orNull(fields({ carrier: isText, number: isText })),
  kind: orNull(isKind),
});
