import { describe, expect, it } from "vitest";
import { speechFor } from "../src/text/speech";
import { carriersCalled } from "../src/understanding/carriers";
import { chipsOf, placeText } from "../src/understanding/chips";
import { wordsOf } from "../src/understanding/words";
import type { FlightQuery, IntentAnswer } from "../src/wire";
import { query } from "./examples";

const speech = speechFor("en-US", () => new Date("2026-11-24T12:00:00Z"));
const NEW_YORK = { label: "New York", airports: ["JFK", "LGA", "EWR"] };
const MIAMI = { label: "Miami", airports: ["MIA"] };
const day = (date: string) => ({ from: date, to: date });

function chip(of: FlightQuery, path: string) {
  const found = chipsOf(of, [], speech).find((one) => one.path === path);
  if (!found) throw new Error(`no chip for ${path}`);
  return found;
}

const full = query({
  trip: "round_trip",
  slices: [
    {
      origin: NEW_YORK,
      destination: MIAMI,
      depart_date: day("2026-12-04"),
      weekdays: ["fri", "sat"],
      depart_time: { from: "17:00", to: "20:59" },
      arrive_time: { from: null, to: "23:00" },
    },
    { origin: MIAMI, destination: NEW_YORK, depart_date: day("2026-12-06") },
  ],
  nights: { min: 2, max: 3 },
  passengers: { adults: 2, children: 1, infants: 0 },
  cabin: "business",
  stops: { min: 0, max: 0 },
  carriers: { include: ["DL", "B6"], exclude: ["NK"] },
  price: { min: null, max: "600", currency: "USD" },
  duration: { max_minutes: 200 },
  layover: { min_minutes: 45, max_minutes: 180 },
  connections: { via: ["ATL"], avoid: ["ORD"] },
  bags: { carry_on: 1, checked: 2 },
  refundable: true,
  sort: "price",
  preferences: "quiet",
  flight: { carrier: "DL", number: "100" },
});

describe("names on chips", () => {
  const shown = (of: FlightQuery, said: { field: string; text: string }[] = []) =>
    chipsOf(
      of,
      said.map((one) => ({ ...one, start: 0, end: 1 })),
      speech,
      new Map([["DL", "Delta Air Lines"]]),
    ).map(({ field, value }) => `${field}: ${value}`);

  it("are short for a single airport, with its code", () => {
    const names = [
      ["John F. Kennedy International Airport", ["JFK"], "John F. Kennedy (JFK)"],
      ["La Guardia Airport", ["LGA"], "La Guardia (LGA)"],
      ["Denver", ["DEN"], "Denver"],
      ["Airport", ["XXX"], "Airport"],
      ["New York", ["JFK", "LGA"], "New York"],
    ] as const;
    for (const [label, airports, text] of names) {
      expect(placeText({ label, airports: [...airports] })).toBe(text);
    }
  });

  it("are those of airlines that are known, and what a group was called", () => {
    const only = (include: string[]) => query({ carriers: { include, exclude: [] } });
    const called = (text: string) => [{ field: "carriers.include", text }];
    expect(shown(only(["DL"]), called("delta"))).toEqual(["Airline: Delta Air Lines"]);
    expect(shown(only(["UA"]))).toEqual(["Airline: UA"]);
    expect(shown(only(["UA", "LH", "AC", "NH"]), called("Star Alliance"))).toEqual([
      "Airline: Star Alliance (4 airlines)",
    ]);
  });

  it("come from the request for an airline that no result names", () => {
    const said = (exclude: string[], ...texts: string[]) =>
      carriersCalled({
        query: query({ carriers: { include: [], exclude } }),
        understood: texts.map((text) => ({ field: "carriers.exclude", text, start: 0, end: 1 })),
      } as unknown as IntentAnswer);
    expect(said(["UA"], "United")).toEqual([["UA", "United (UA)"]]);
    expect(said(["UA"], "ua")).toEqual([]);
    expect(said(["UA"])).toEqual([]);
    expect(said(["UA", "NK"], "United", "Spirit")).toEqual([]);
  });

  it("do not say the airline of a flight twice, and take it away with the flight", () => {
    const flight = { carrier: "B6", number: "123" };
    const of = query({ flight, carriers: { include: ["B6"], exclude: [] } });
    expect(shown(of)).toEqual(["Flight: B6\u00a0123"]);
    expect(chip(of, "flight").without(of)).toEqual(query());
  });
});

describe("chips of a query", () => {
  it("shows nothing for what is default", () => {
    expect(chipsOf(query(), [], speech)).toEqual([]);
  });

  it("names field and value of every constraint", () => {
    const shown = chipsOf(full, [], speech).map(({ field, value }) => `${field}: ${value}`);
    expect(shown).toEqual([
      "Flight: DL\u00a0100",
      "Trip: Round trip",
      "From: New York",
      "To: Miami",
      "Leave: Fri, Dec 4",
      "On: Fri and Sat",
      "Departs: 5:00 PM – 8:59 PM",
      "Arrives: before 11:00 PM",
      "Return: Sun, Dec 6",
      "Stay: 2 – 3 nights",
      "Travellers: 2 adults and 1 child",
      "Cabin: Business",
      "Stops: Nonstop",
      "Airline: DL, B6",
      "Not with: NK",
      "Price: up to $600",
      "Travel time: up to 3h\u00a020m",
      "Layover: 45m – 3h",
      "Via: ATL",
      "Not via: ORD",
      "Carry-on: 1 piece",
      "Checked bags: 2 pieces",
      "Refund: Refundable",
      "Would like: quiet",
      "Order: Cheapest first",
    ]);
  });

  it("takes away one constraint and no other, until nothing is left", () => {
    let left = full;
    for (let count = chipsOf(left, [], speech).length; count > 0; ) {
      const [first] = chipsOf(left, [], speech);
      if (!first) throw new Error("chips are left but none is first");
      left = first.without(left);
      const remaining = chipsOf(left, [], speech);
      expect(remaining.map(({ path }) => path)).not.toContain(first.path);
      // Without the way back its chips and the nights go with the trip; otherwise exactly one goes.
      if (first.path !== "trip") expect(remaining).toHaveLength(count - 1);
      count = remaining.length;
    }
    expect(left).toEqual(query());
  });

  it("does not change the query that it was made from", () => {
    const before = structuredClone(full);
    for (const one of chipsOf(full, [], speech)) one.without(full);
    expect(full).toEqual(before);
  });

  it("takes a place of a return away in both directions", () => {
    const left = chip(full, "slices.0.destination").without(full);
    expect(left.slices[0]?.destination).toBeNull();
    expect(left.slices[1]?.origin).toBeNull();
    expect(left.slices[1]?.destination).toEqual(NEW_YORK);
  });

  it("names carriers where their names are known", () => {
    const asked = query({ carriers: { include: ["DL", "B6"], exclude: ["NK"] } });
    const names = new Map([
      ["DL", "Delta"],
      ["NK", "Spirit"],
    ]);
    expect(chipsOf(asked, [], speech, names).map(({ value }) => value)).toEqual(["Delta, B6", "Spirit"]);
  });

  it("says that a place is not known", () => {
    const unknown = query({ slices: [{ destination: { label: "Atlantis", airports: [] } }] });
    expect(chip(unknown, "slices.0.destination").value).toBe("Atlantis (not known)");
  });

  it("numbers the flights of a journey over several cities", () => {
    const journey = query({ trip: "multi_city", slices: [{ origin: NEW_YORK }, { origin: MIAMI }] });
    expect(chipsOf(journey, [], speech).map(({ field }) => field)).toEqual(["Trip", "From (1)", "From (2)"]);
  });

  it("writes whole months, open ends and other years", () => {
    const leave = (from: string | null, to: string | null) =>
      chip(query({ slices: [{ depart_date: { from, to } }] }), "slices.0.depart_date").value;
    expect(leave("2027-02-01", "2027-02-28")).toBe("February 2027");
    expect(leave("2026-12-05", null)).toBe("from Sat, Dec 5");
    expect(leave(null, "2027-01-02")).toBe("up to Sat, Jan 2, 2027");
    // Which space stands around the dash differs between versions of the Unicode data.
    expect(leave("2026-12-05", "2026-12-12").replace(/\s/g, " ")).toBe("Dec 5 – 12");
  });
});

describe("the words of a chip", () => {
  const understood = [
    { field: "slices.0.origin", text: "New York", start: 0, end: 8 },
    { field: "price.max", text: "under $300", start: 9, end: 19 },
    { field: "passengers", text: "for two", start: 20, end: 27 },
  ];

  it("are those of its field, of a part of it, or of what holds it", () => {
    expect(wordsOf("slices.0.origin", understood)).toEqual(["New York"]);
    expect(wordsOf("price", understood)).toEqual(["under $300"]);
    expect(wordsOf("passengers.adults", understood)).toEqual(["for two"]);
  });

  it("are not those of a field whose name only begins alike", () => {
    expect(wordsOf("slices.0.origin_city", understood)).toEqual([]);
  });
});
