import { describe, expect, it } from "vitest";
import {
  choices,
  isStopsChosen,
  menuOf,
  toggledCarrier,
  toggledStops,
  withMaxPrice,
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

  it("bounds the price from above", () => {
    expect(withMaxPrice(query(), 300).price.max).toBe("300");
    expect(withMaxPrice(query({ price: { max: "300" } }), null)).toEqual(query());
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
