import { expect, it } from "vitest";
import { byExtent, extentOf, relaxed } from "../src/states/relax";
import type { Relaxation } from "../src/wire";
import { query } from "./examples";

const MIAMI = { label: "Miami", airports: ["MIA"] };

it("merges objects, so that only what the change names is changed", () => {
  const before = query({ stops: { min: 0, max: 0 }, price: { max: "300" }, cabin: "first" });
  const after = relaxed(before, { price: { max: "420" }, cabin: null });
  expect(after).toEqual({ ...before, cabin: null, price: { min: null, max: "420", currency: "USD" } });
  expect(before.price.max).toBe("300");
});

it("merges slices place by place", () => {
  const before = query({
    trip: "round_trip",
    slices: [
      { destination: MIAMI, depart_date: { from: "2026-12-04", to: "2026-12-04" } },
      { origin: MIAMI },
    ],
  });
  const after = relaxed(before, { slices: [{ depart_date: { from: "2026-12-03", to: "2026-12-05" } }, {}] });
  expect(after.slices[0]?.destination).toEqual(MIAMI);
  expect(after.slices[0]?.depart_date).toEqual({ from: "2026-12-03", to: "2026-12-05" });
  expect(after.slices[1]?.origin).toEqual(MIAMI);
});

it("drops slices that the change leaves out: one way instead of a return", () => {
  const before = query({ trip: "round_trip", slices: [{ destination: MIAMI }, { origin: MIAMI }] });
  const after = relaxed(before, { trip: "one_way", slices: [{}] });
  expect(after.trip).toBe("one_way");
  expect(after.slices).toHaveLength(1);
  expect(after.slices[0]?.destination).toEqual(MIAMI);
});

it("replaces lists of codes as a whole", () => {
  const before = query({ carriers: { include: ["DL", "B6"], exclude: [] } });
  expect(relaxed(before, { carriers: { include: [] } }).carriers.include).toEqual([]);
});

const relaxation = (field: string): Relaxation => ({
  field,
  text: field,
  change: {},
  total: 1,
  from_price: null,
  currency: "USD",
});

it("tells one change from two and from all", () => {
  expect(extentOf(relaxation("price"))).toBe("one");
  expect(extentOf(relaxation("depart_date,price"))).toBe("two");
  expect(extentOf(relaxation("all"))).toBe("all");
  const [price, pair, stops] = [relaxation("price"), relaxation("cabin,stops"), relaxation("stops")];
  expect(byExtent([pair, price, stops])).toEqual([
    ["one", [price, stops]],
    ["two", [pair]],
  ]);
  expect(byExtent([])).toEqual([]);
});
