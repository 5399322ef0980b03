/** Offers as files and as text: CSV for tables, iCalendar for calendars, plain words for a message. */

import type { Speech } from "../text/speech";
import type { Offer, Segment } from "../wire";

// ------------------------------------------------------------------------------------------- CSV

const COLUMNS = [
  "offer",
  "price",
  "currency",
  "price_basis",
  "emissions_kg",
  "slice",
  "stops",
  "slice_minutes",
  "segment",
  "flight",
  "airline",
  "operated_by",
  "aircraft",
  "cabin",
  "origin",
  "departs_at",
  "destination",
  "arrives_at",
  "segment_minutes",
] as const;

/** What a spreadsheet would take for a formula is marked as text. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One row per segment, with its offer's figures on each: nothing is lost, and any table can group it. */
export function csvOf(offers: readonly Offer[]): string {
  const rows = offers.flatMap((offer) =>
    offer.slices.flatMap((slice, way) =>
      slice.segments.map((segment, number) => [
        offer.id,
        offer.price.amount,
        offer.price.currency,
        offer.price.basis,
        offer.emissions_kg,
        way + 1,
        slice.stops,
        slice.duration_minutes,
        number + 1,
        `${segment.carrier}${segment.flight_number}`,
        segment.carrier_name,
        segment.operating_carrier,
        segment.aircraft,
        segment.cabin,
        segment.origin,
        segment.departs_at,
        segment.destination,
        segment.arrives_at,
        segment.duration_minutes,
      ]),
    ),
  );
  return [[...COLUMNS], ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

// ------------------------------------------------------------------------------------- iCalendar

/** An instant as iCalendar writes it in UTC: `20261204T230000Z`. */
function stamp(instant: Date): string {
  return instant.toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll(/[,;]/g, "\\$&").replaceAll(/\r?\n/g, "\\n");
}

const MAX_OCTETS = 75;

/** Lines of at most 75 octets (RFC 5545), never cut inside a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let result = "";
  let length = 0;
  for (const character of line) {
    const octets = encoder.encode(character).length;
    if (length + octets > MAX_OCTETS) {
      result += "\r\n ";
      length = 1;
    }
    result += character;
    length += octets;
  }
  return result;
}

/** One event per flight; `now` is when the file is made. */
export function calendarOf(offer: Offer, speech: Speech, now: Date): string {
  const events = offer.slices
    .flatMap(({ segments }) => segments)
    .flatMap((segment, index) => [
      "BEGIN:VEVENT",
      `UID:${offer.id}-${index}@flight-search`,
      `DTSTAMP:${stamp(now)}`,
      `DTSTART:${stamp(new Date(segment.departs_at))}`,
      `DTEND:${stamp(new Date(segment.arrives_at))}`,
      `SUMMARY:${escaped(`${segment.carrier} ${segment.flight_number} ${segment.origin} → ${segment.destination}`)}`,
      `LOCATION:${escaped(placeOf(segment.origin_city, segment.origin))}`,
      `DESCRIPTION:${escaped(textOf(offer, speech))}`,
      "TRANSP:OPAQUE",
      "END:VEVENT",
    ]);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//flight-search//console//EN",
    "CALSCALE:GREGORIAN",
    ...events,
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function placeOf(city: string, airport: string): string {
  return city ? `${city} (${airport})` : airport;
}

// ------------------------------------------------------------------------------------------ text

/** An offer in a few lines, as one would write them to a friend. */
export function textOf(offer: Offer, { words, formats }: Speech): string {
  const { amount, currency, basis } = offer.price;
  const money = basis === "estimate" ? formats.about(amount, currency) : formats.money(amount, currency);
  const lines = offer.slices.map((slice) => {
    const first = slice.segments[0];
    const last = slice.segments.at(-1);
    if (!first || !last) return "";
    const stops = slice.stops === 0 ? words.offers.nonstop : words.offers.stops(slice.stops);
    const between = slice.segments.slice(1).map(({ origin }) => origin);
    const via = between.length > 0 ? ` ${words.offers.viaAirports(between.join(", "))}` : "";
    return [
      `${formats.longDay(first.departs_at)}: ${formats.time(first.departs_at)} ${placeOf(first.origin_city, first.origin)} → ${formats.time(last.arrives_at)} ${placeOf(last.destination_city, last.destination)}`,
      `${slice.segments.map(flightOf).join(", ")} · ${formats.duration(slice.duration_minutes)}, ${stops}${via}`,
    ].join("\n");
  });
  return [...lines, `${money} (${words.offers.basis[basis]})`].join("\n");
}

function flightOf({ carrier, carrier_name, flight_number }: Segment): string {
  return carrier_name ? `${carrier_name} ${carrier} ${flight_number}` : `${carrier} ${flight_number}`;
}
