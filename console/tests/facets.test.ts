import { describe, expect, it } from "vitest";
import {
  areAirportsNarrowed,
  choices,
  hoursOf,
  isAvoided,
  isStopsChosen,
  menuOf,
  toggledAirport,
  toggledAvoid,
  toggledCarrier,
  toggledStops,
  windowOf,
  withPrices,
} from "../src/facets/toggle";
import { query, result } from "./examples";

const facet = (value: string, count: number) => ({ value, label: value, count, min_price: null });

describe("choosing", () => {
  it("adds carriers one by one and takes them out again; none left means all", () => {
    const one = toggledCarrier(query(), "DL");
    const two = toggledCarrier(one, "B6");
    expect(two.carriers.include).toEqual(["DL", "B6"]);
    expect(toggledCarrier(toggledCarrier(two, "DL"), "B6")).toEqual(query());
  });

  it("takes exactly one number of stops, or any", () => {
    const one = toggledStops(query(), 1);
    expect(one.stops).toEqual({ min: 1, max: 1 });
    expect(isStopsChosen(one, 1)).toBe(true);
    expect(isStopsChosen(one, 0)).toBe(false);
    expect(toggledStops(one, 1)).toEqual(query());
    expect(isStopsChosen(query({ stops: { min: null, max: 1 } }), 0)).toBe(true);
  });

  it("bounds the price from both sides", () => {
    expect(withPrices(query(), 100, 300).price).toMatchObject({ min: "100", max: "300" });
    expect(withPrices(query({ price: { max: "300" } }), null, null)).toEqual(query());
  });

  it("narrows a city down to some of its airports and widens again", () => {
    const menu = [facet("JFK", 3), facet("LGA", 2), facet("EWR", 1)];
    const origin = { label: "New York", airports: ["JFK", "LGA", "EWR"] };
    const all = query({ slices: [{ origin }] });
    expect(areAirportsNarrowed(all, "origin", menu)).toBe(false);
    const one = toggledAirport(all, "origin", "LGA", menu);
    expect(one.slices[0]?.origin).toEqual({ label: "New York", airports: ["LGA"] });
    expect(toggledAirport(one, "origin", "JFK", menu).slices[0]?.origin?.airports).toEqual(["LGA", "JFK"]);
    expect(toggledAirport(one, "origin", "LGA", menu).slices[0]?.origin?.airports).toEqual(origin.airports);
  });

  it("names an open end by the cities that were chosen, and the way back follows", () => {
    const back = query({ trip: "round_trip", slices: [{}, {}] });
    const menu = [{ ...facet("MIA", 3), label: "Miami" }, facet("BOS", 1)];
    const next = toggledAirport(back, "destination", "MIA", menu);
    expect(next.slices.map(({ origin, destination }) => [origin?.label, destination?.label])).toEqual([
      [undefined, "Miami"],
      ["Miami", undefined],
    ]);
  });

  it("leaves out airports to change at", () => {
    const without = toggledAvoid(query(), "ORD");
    expect(isAvoided(without, "ORD")).toBe(true);
    expect(toggledAvoid(without, "ORD")).toEqual(query());
  });
});

describe("hours", () => {
  it.each([
    [6, 12, { from: "06:00", to: "11:59" }],
    [0, 12, { from: null, to: "11:59" }],
    [18, 24, { from: "18:00", to: null }],
    [0, 24, null],
  ])("%i to %i are a window and back", (from, to, window) => {
    expect(windowOf(from, to)).toEqual(window);
    expect(hoursOf(window)).toEqual([from, to]);
  });

  it("of a window over midnight are the whole day", () => {
    expect(hoursOf({ from: "21:00", to: "02:59" })).toEqual([0, 24]);
  });
});

describe("what there is to choose", () => {
  it("stays when narrowing hides it, with the counts of now", () => {
    const before = [facet("DL", 9), facet("B6", 4)];
    expect(choices(before, [facet("B6", 3)])).toEqual([facet("DL", 9), facet("B6", 3)]);
    expect(choices(undefined, [facet("B6", 3)])).toEqual([facet("B6", 3)]);
    expect(choices(before, [facet("AA", 1)])).toHaveLength(3);
  });

  it("keeps the widest prices", () => {
    const { facets } = result();
    const wide = { ...facets, price: { ...facets.price, histogram: [{ from: "1", to: "2", count: 3 }] } };
    expect(menuOf(wide, facets).price).toBe(wide.price);
    expect(menuOf(null, facets)).toBe(facets);
  });
});
