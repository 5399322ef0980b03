/** Choosing the way out first, then the way back: what is asked for in each step. */

import type { FlightQuery, Offer, Slice } from "../wire";

/** All ways out of a return, by themselves. Their price is a part of the total, so only its upper bound holds. */
export function waysOutOf(query: FlightQuery): FlightQuery {
  return {
    ...query,
    trip: "one_way",
    slices: query.slices.slice(0, 1),
    nights: null,
    price: { ...query.price, min: null },
  };
}

/** The return whose way out leaves as this one does: same airports, same day, same minute. */
export function withWayOut(query: FlightQuery, way: Slice): FlightQuery {
  const [first, last] = [way.segments[0], way.segments.at(-1)];
  const [out, ...rest] = query.slices;
  if (!first || !last || !out) return query;
  const day = first.departs_at.slice(0, 10);
  const [departs, arrives] = [first.departs_at.slice(11, 16), last.arrives_at.slice(11, 16)];
  const place = (label: string | undefined, airport: string) => ({
    label: label ?? airport,
    airports: [airport],
  });
  return {
    ...query,
    slices: [
      {
        ...out,
        origin: place(out.origin?.label, first.origin),
        destination: place(out.destination?.label, last.destination),
        depart_date: { from: day, to: day },
        weekdays: [],
        depart_time: { from: departs, to: departs },
        arrive_time: { from: arrives, to: arrives },
      },
      ...rest,
    ],
  };
}

/** The query before a way out was chosen in it: any time again, on the same day. */
export function withoutWayOut(query: FlightQuery): FlightQuery {
  return {
    ...query,
    slices: query.slices.map((slice, index) =>
      index === 0 ? { ...slice, depart_time: null, arrive_time: null } : slice,
    ),
  };
}

const flightsOf = ({ segments }: Slice) =>
  segments.map(({ carrier, flight_number, departs_at }) => carrier + flight_number + departs_at).join();

/** The way out that all offers of a return share, if there is one. */
export function sharedWayOut(offers: readonly Offer[]): Slice | null {
  const [first] = offers;
  const way = first?.slices[0];
  if (!way || first.slices.length !== 2) return null;
  return offers.every(({ slices }) => slices[0] && flightsOf(slices[0]) === flightsOf(way)) ? way : null;
}

/** Whether a way out was chosen: its minute of departure is fixed. */
export function isWayOutChosen({ trip, slices }: FlightQuery): boolean {
  const time = slices[0]?.depart_time;
  return trip === "round_trip" && time != null && time.from !== null && time.from === time.to;
}
