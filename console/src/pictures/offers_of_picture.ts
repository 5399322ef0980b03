/** Offers to what is drawn of them. */

import { minuteOfDay } from "../text/format";
import type { Offer } from "../wire";

/** One offer of the scatter: when it leaves and what it costs. */
export interface Dot {
  readonly offer: Offer;
  readonly minute: number;
  readonly price: number;
  readonly stops: number;
}

export function dotsOf(offers: readonly Offer[]): Dot[] {
  return offers
    .flatMap((offer) => {
      const departs = offer.slices[0]?.segments[0]?.departs_at;
      if (!departs) return [];
      const stops = Math.max(...offer.slices.map((slice) => slice.stops));
      return [{ offer, minute: minuteOfDay(departs), price: Number(offer.price.amount), stops }];
    })
    .toSorted((a, b) => a.minute - b.minute || a.price - b.price);
}

/** One line of the map: a flight between two airports, either way. */
export interface Leg {
  readonly from: string;
  readonly to: string;
}

export function legsOf(offers: readonly Offer[]): Leg[] {
  const legs = new Map<string, Leg>();
  for (const offer of offers) {
    for (const { origin, destination } of offer.slices.flatMap(({ segments }) => segments)) {
      const [from, to] = origin < destination ? [origin, destination] : [destination, origin];
      legs.set(from + to, { from, to });
    }
  }
  return [...legs.values()];
}

/** One end of the journeys: an airport, what one reaches it from, and how many offers do. */
export interface Stop {
  readonly airport: string;
  readonly city: string;
  readonly price: string | null;
  readonly role: "origin" | "destination" | "connection";
}

export function stopsOf(offers: readonly Offer[]): Stop[] {
  const stops = new Map<string, Stop>();
  const lowest = new Map<string, string>();
  for (const offer of offers) {
    const way = offer.slices[0]?.segments ?? [];
    way.forEach(({ origin, origin_city, destination, destination_city }, index) => {
      const isLast = index === way.length - 1;
      const keep = (airport: string, city: string, role: Stop["role"]) => {
        const known = stops.get(airport)?.role;
        if (known === undefined || known === "connection") {
          stops.set(airport, { airport, city, price: null, role });
        }
      };
      keep(origin, origin_city, index === 0 ? "origin" : "connection");
      keep(destination, destination_city, isLast ? "destination" : "connection");
      if (!isLast) return;
      const before = lowest.get(destination);
      if (before === undefined || Number(offer.price.amount) < Number(before)) {
        lowest.set(destination, offer.price.amount);
      }
    });
  }
  return [...stops.values()].map((stop) => ({
    ...stop,
    price: stop.role === "destination" ? (lowest.get(stop.airport) ?? null) : null,
  }));
}

/** How much of all matches is cheaper than a price, 0 to 1, by the histogram of them. */
export function shareCheaper(
  price: number,
  histogram: readonly { from: string; to: string; count: number }[],
): number | null {
  const total = histogram.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const cheaper = histogram.reduce((sum, bin) => {
    const from = Number(bin.from);
    const to = Number(bin.to);
    const part = to > from ? Math.min(1, Math.max(0, (price - from) / (to - from))) : Number(price > from);
    return sum + bin.count * part;
  }, 0);
  return cheaper / total;
}
