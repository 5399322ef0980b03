import { describe, expect, it } from "vitest";
import { currencyOf } from "../src/text/currencies";
import {
  daysAfter,
  gridOf,
  lastDayOf,
  monthsAfter,
  swapped,
  widened,
  withDates,
  withTrip,
} from "../src/understanding/edit/change";
import { addableOf, pathOf, targetOf, unsetOf } from "../src/understanding/edit/fields";
import { query } from "./examples";

const JFK = { label: "New York", airports: ["JFK"] };
const MIA = { label: "Miami", airports: ["MIA"] };
const THERE = { slices: [{ origin: JFK, destination: MIA }] };
const ends = (of: ReturnType<typeof query>) =>
  of.slices.map(({ origin, destination }) => [origin?.label ?? null, destination?.label ?? null]);

describe("fields", () => {
  it("are found by the path of their chip", () => {
    expect(targetOf("slices.1.depart_date")).toEqual({ field: "depart_date", slice: 1 });
    expect(targetOf("bags.checked").field).toBe("bags");
    expect(pathOf({ field: "depart_date", slice: 1 })).toBe("slices.1.depart_date");
    expect(pathOf({ field: "stops", slice: 0 })).toBe("stops");
  });

  it("that every search has stand in the row until they are said", () => {
    expect(unsetOf(query()).map(({ field }) => field)).toEqual([
      "origin",
      "destination",
      "depart_date",
      "trip",
      "passengers",
      "stops",
    ]);
    const said = query({ ...THERE, stops: { max: 0 }, passengers: { adults: 2 } });
    expect(unsetOf(said).map(({ field }) => field)).toEqual(["depart_date", "trip"]);
    expect(unsetOf(query({ trip: "round_trip", slices: [{}, {}] })).map(pathOf)).toContain(
      "slices.1.depart_date",
    );
  });

  it("can be added while they are not set", () => {
    expect(addableOf(query()).map(({ field }) => field)).toContain("price");
    expect(addableOf(query({ price: { max: "300" } })).map(({ field }) => field)).not.toContain("price");
  });
});

describe("trips", () => {
  it("get a way back, lose it, and go on from where they end", () => {
    const back = withTrip(query(THERE), "round_trip");
    expect(ends(back)).toEqual([
      ["New York", "Miami"],
      ["Miami", "New York"],
    ]);
    expect(withTrip(back, "one_way")).toEqual(query(THERE));
    expect(ends(withTrip(query(THERE), "multi_city"))).toEqual([
      ["New York", "Miami"],
      ["Miami", null],
    ]);
  });

  it("the other way round", () => {
    expect(ends(swapped(withTrip(query(THERE), "round_trip")))).toEqual([
      ["Miami", "New York"],
      ["New York", "Miami"],
    ]);
  });

  it("a return before the way out is set free", () => {
    const back = query({
      trip: "round_trip",
      slices: [{}, { depart_date: { from: "2026-12-05", to: "2026-12-06" } }],
    });
    const later = withDates(back, 0, { from: "2026-12-10", to: "2026-12-12" }, ["fri"]);
    expect(later.slices.map((slice) => slice.depart_date?.from ?? null)).toEqual(["2026-12-10", null]);
    expect(later.slices[0]?.weekdays).toEqual(["fri"]);
  });
});

describe("days", () => {
  it("are widened, but not into the past", () => {
    const range = { from: "2026-11-26", to: "2026-11-26" };
    expect(widened(range, 3, "2026-11-24")).toEqual({ from: "2026-11-24", to: "2026-11-29" });
  });

  it("are counted over the ends of months and years", () => {
    expect(daysAfter("2026-12-31", 1)).toBe("2027-01-01");
    expect(monthsAfter("2026-12", 1)).toBe("2027-01");
    expect(lastDayOf("2028-02")).toBe("2028-02-29");
  });

  it("of a month stand in whole weeks from Monday", () => {
    const grid = gridOf("2026-12");
    expect(grid[0]).toEqual([
      null,
      "2026-12-01",
      "2026-12-02",
      "2026-12-03",
      "2026-12-04",
      "2026-12-05",
      "2026-12-06",
    ]);
    expect(grid.every((week) => week.length === 7)).toBe(true);
    expect(grid.flat().filter(Boolean)).toHaveLength(31);
  });
});

it("a locale pays in the currency of its region", () => {
  expect(["en-US", "de", "en-GB", "pt-BR", "xx-invalid-locale-"].map(currencyOf)).toEqual([
    "USD",
    "EUR",
    "GBP",
    "BRL",
    "USD",
  ]);
});
