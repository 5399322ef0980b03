/**
 * Query to chips: each constraint as field, value and the words it came from, with the way to take it away.
 *
 * A chip's `without` returns the query that lacks this constraint and nothing else.
 */

import { NO_BREAK_SPACE } from "../text/format";
import type { Speech } from "../text/speech";
import type { Strings } from "../text/strings";
import type { FlightQuery, IntRange, Place, SliceQuery, Understood } from "../wire";
import type { Field } from "./edit/fields";
import { wordsOf } from "./words";

export interface Chip {
  /** Where in the query the constraint stands, in the contract's dotted names. */
  readonly path: string;
  readonly field: string;
  readonly value: string;
  /** The words of the request that were read as this; empty for what was set by hand or inferred. */
  readonly words: string[];
  readonly without: (query: FlightQuery) => FlightQuery;
}

/** What a field is called, said or not. */
export function nameOf(field: Field, { chip }: Strings): string {
  const names: Record<Field, string> = {
    origin: chip.origin,
    destination: chip.destination,
    depart_date: chip.departDate,
    weekdays: chip.weekdays,
    depart_time: chip.departTime,
    arrive_time: chip.arriveTime,
    trip: chip.trip,
    nights: chip.nights,
    passengers: chip.passengers,
    cabin: chip.cabin,
    stops: chip.stops,
    "carriers.include": chip.carriers,
    "carriers.exclude": chip.carriersExcluded,
    price: chip.price,
    duration: chip.duration,
    layover: chip.layover,
    "connections.via": chip.via,
    "connections.avoid": chip.avoid,
    bags: chip.bags,
    refundable: chip.refundable,
    preferences: chip.preferences,
    sort: chip.sort,
    flight: chip.flight,
  };
  return names[field];
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** The chips of a query; carriers show their name where `carrierNames` knows it, else their code. */
export function chipsOf(
  query: FlightQuery,
  understood: readonly Understood[],
  speech: Speech,
  carrierNames = NO_NAMES,
): Chip[] {
  const chips: Chip[] = [];
  const add = (path: string, field: string, value: string, without: Chip["without"]) => {
    if (value) chips.push({ path, field, value, words: wordsOf(path, understood), without });
  };
  addTrip(query, speech, add);
  query.slices.forEach((slice, index) => {
    addSlice(query, slice, index, speech, add);
  });
  addRest(query, understood, speech, carrierNames, add);
  return chips;
}

type Add = (path: string, field: string, value: string, without: Chip["without"]) => void;

function addTrip(query: FlightQuery, { words }: Speech, add: Add): void {
  if (query.flight) {
    const { carrier, number } = query.flight;
    add("flight", words.chip.flight, `${carrier}${NO_BREAK_SPACE}${number}`, (now) => ({
      ...now,
      flight: null,
      carriers: isOfFlight(now) ? { ...now.carriers, include: [] } : now.carriers,
    }));
  }
  if (query.trip === "one_way") return;
  const name = query.trip === "round_trip" ? words.value.roundTrip : words.value.multiCity;
  add("trip", words.chip.trip, name, (now) => ({
    ...now,
    trip: "one_way",
    slices: now.slices.slice(0, 1),
    nights: null,
  }));
}

/** Whether the airline is only that of the flight named by its number. */
function isOfFlight({ flight, carriers }: FlightQuery): boolean {
  return flight !== null && carriers.include.length === 1 && carriers.include[0] === flight.carrier;
}

/** `John F. Kennedy (JFK)` for a single airport; other places go by their name. */
export function placeText({ label, airports }: Place): string {
  const [code] = airports;
  const short = label.replace(
    /( (International|Regional|Municipal|Metropolitan|Intercontinental))* Airport$/i,
    "",
  );
  return code && airports.length === 1 && short !== label && short ? `${short} (${code})` : label;
}

/** Whether the second slice is only the way back of the first. */
export function isMirrored(query: FlightQuery): boolean {
  const [out, back] = query.slices;
  if (query.trip !== "round_trip" || !out || !back) return false;
  const same = (a: SliceQuery["origin"], b: SliceQuery["origin"]) =>
    (a?.airports.join() ?? "") === (b?.airports.join() ?? "") && (a?.label ?? "") === (b?.label ?? "");
  return same(out.origin, back.destination) && same(out.destination, back.origin);
}

function addSlice(query: FlightQuery, slice: SliceQuery, index: number, speech: Speech, add: Add): void {
  const { words, formats } = speech;
  const mirrored = isMirrored(query);
  const isReturn = mirrored && index === 1;
  const path = (name: string) => `slices.${index}.${name}`;
  const label = (name: string) =>
    query.slices.length > 1 && !mirrored ? words.chip.slice(name, index + 1) : name;
  const clear = (change: Partial<SliceQuery>) => (now: FlightQuery) => changeSlice(now, index, change);
  const days = { from: words.value.from, to: words.value.upTo };
  const times = { from: words.value.after, to: words.value.before };

  for (const end of ["origin", "destination"] as const) {
    const place = slice[end];
    if (!place || isReturn) continue;
    const known = place.airports.length > 0;
    const other = end === "origin" ? "destination" : "origin";
    add(
      path(end),
      label(words.chip[end]),
      known ? placeText(place) : words.value.unknownPlace(place.label),
      (now) => {
        const cleared = changeSlice(now, index, { [end]: null });
        // The way back follows the way out, or the place would stay in the query unseen.
        return isMirrored(now) ? changeSlice(cleared, 1 - index, { [other]: null }) : cleared;
      },
    );
  }
  if (slice.depart_date) {
    const name = isReturn ? words.chip.returnDate : label(words.chip.departDate);
    const value = formats.dateRange(slice.depart_date, days);
    add(path("depart_date"), name, value, clear({ depart_date: null }));
  }
  if (slice.weekdays.length > 0) {
    const names = slice.weekdays.map((day) => words.value.weekday[day]);
    add(path("weekdays"), label(words.chip.weekdays), formats.list(names), clear({ weekdays: [] }));
  }
  if (slice.depart_time) {
    const value = formats.timeWindow(slice.depart_time, times);
    add(path("depart_time"), label(words.chip.departTime), value, clear({ depart_time: null }));
  }
  if (slice.arrive_time) {
    const value = formats.timeWindow(slice.arrive_time, times);
    add(path("arrive_time"), label(words.chip.arriveTime), value, clear({ arrive_time: null }));
  }
}

function changeSlice(query: FlightQuery, index: number, change: Partial<SliceQuery>): FlightQuery {
  return {
    ...query,
    slices: query.slices.map((slice, at) => (at === index ? { ...slice, ...change } : slice)),
  };
}

const OPEN: IntRange = { min: null, max: null };

function addRest(
  query: FlightQuery,
  understood: readonly Understood[],
  speech: Speech,
  names: ReadonlyMap<string, string>,
  add: Add,
): void {
  const named = (path: string, codes: string[]) =>
    carriersText(codes, wordsOf(path, understood), names, speech);
  const { words, formats } = speech;
  const { chip, value } = words;
  const { passengers, carriers, price, layover, connections, bags } = query;

  if (query.nights) {
    const text = rangeText(query.nights, speech, (count) => value.nights(formats.number(count), count === 1));
    add("nights", chip.nights, text, (now) => ({ ...now, nights: null }));
  }
  if (passengers.adults !== 1 || passengers.children > 0 || passengers.infants > 0) {
    add("passengers", chip.passengers, partyText(query, speech), (now) => ({
      ...now,
      passengers: { adults: 1, children: 0, infants: 0 },
    }));
  }
  if (query.cabin) add("cabin", chip.cabin, value.cabin[query.cabin], (now) => ({ ...now, cabin: null }));
  add("stops", chip.stops, stopsText(query.stops, speech), (now) => ({ ...now, stops: OPEN }));
  if (carriers.include.length > 0 && !isOfFlight(query)) {
    add("carriers.include", chip.carriers, named("carriers.include", carriers.include), (now) => ({
      ...now,
      carriers: { ...now.carriers, include: [] },
    }));
  }
  if (carriers.exclude.length > 0) {
    add("carriers.exclude", chip.carriersExcluded, named("carriers.exclude", carriers.exclude), (now) => ({
      ...now,
      carriers: { ...now.carriers, exclude: [] },
    }));
  }
  const money = (amount: string) => formats.money(amount, price.currency);
  add("price", chip.price, boundsText(price.min, price.max, money, speech), (now) => ({
    ...now,
    price: { ...now.price, min: null, max: null },
  }));
  add(
    "duration",
    chip.duration,
    boundsText(null, query.duration.max_minutes, formats.duration, speech),
    (now) => ({
      ...now,
      duration: { max_minutes: null },
    }),
  );
  add(
    "layover",
    chip.layover,
    boundsText(layover.min_minutes, layover.max_minutes, formats.duration, speech),
    (now) => ({ ...now, layover: { min_minutes: null, max_minutes: null } }),
  );
  add("connections.via", chip.via, connections.via.join(", "), (now) => ({
    ...now,
    connections: { ...now.connections, via: [] },
  }));
  add("connections.avoid", chip.avoid, connections.avoid.join(", "), (now) => ({
    ...now,
    connections: { ...now.connections, avoid: [] },
  }));
  if (bags.carry_on !== null) {
    add("bags.carry_on", chip.carryOn, value.pieces(bags.carry_on), (now) => ({
      ...now,
      bags: { ...now.bags, carry_on: null },
    }));
  }
  if (bags.checked !== null) {
    add("bags.checked", chip.checked, value.pieces(bags.checked), (now) => ({
      ...now,
      bags: { ...now.bags, checked: null },
    }));
  }
  if (query.refundable !== null) {
    const text = query.refundable ? value.refundable : value.notRefundable;
    add("refundable", chip.refundable, text, (now) => ({ ...now, refundable: null }));
  }
  add("preferences", chip.preferences, query.preferences, (now) => ({ ...now, preferences: "" }));
  if (query.sort !== "best") {
    add("sort", chip.sort, words.sort.chip[query.sort], (now) => ({ ...now, sort: "best" }));
  }
}

/** More codes than these are a group, and what it was called says more than its members. */
const MOST_CARRIERS_NAMED = 3;

/** Airlines by name where it is known; a group by what it was called. */
function carriersText(
  codes: string[],
  said: string[],
  names: ReadonlyMap<string, string>,
  { words, formats }: Speech,
): string {
  const [called] = said;
  if (called && said.length === 1 && codes.length > MOST_CARRIERS_NAMED) {
    return words.value.carrierGroup(called, formats.number(codes.length));
  }
  return codes.map((code) => names.get(code) ?? code).join(", ");
}

/** Who travels, in words; what a price is for. */
export function partyText({ passengers }: FlightQuery, { words, formats }: Speech): string {
  const parts = [];
  if (passengers.adults > 0) parts.push(words.value.adults(passengers.adults));
  if (passengers.children > 0) parts.push(words.value.children(passengers.children));
  if (passengers.infants > 0) parts.push(words.value.infants(passengers.infants));
  return formats.list(parts);
}

function stopsText({ min, max }: IntRange, speech: Speech): string {
  if (max === 0) return speech.words.value.nonstop;
  return rangeText({ min: min === 0 ? null : min, max }, speech, speech.words.value.stops);
}

function rangeText({ min, max }: IntRange, speech: Speech, write: (count: number) => string): string {
  if (min !== null && min === max) return write(min);
  if (min !== null && max !== null) return speech.words.value.range(speech.formats.number(min), write(max));
  return boundsText(min, max, write, speech);
}

function boundsText<T>(min: T | null, max: T | null, write: (bound: T) => string, { words }: Speech): string {
  if (min !== null && max !== null) return words.value.range(write(min), write(max));
  if (min !== null) return words.value.from(write(min));
  if (max !== null) return words.value.upTo(write(max));
  return "";
}
