import { describe, expect, it } from "vitest";
import { emissionsPercent } from "../src/offers/emissions";
import { middleLongitude } from "../src/pictures/geometry";
import { placed } from "../src/pictures/labels";
import { dotsOf, legsOf, shareCheaper, stopsOf } from "../src/pictures/offers_of_picture";
import { offer, segment, slice } from "./examples";

const via = offer("o_2", {
  price: { amount: "99.00", currency: "USD", basis: "estimate" },
  slices: [
    slice(
      [
        segment({ destination: "ATL", destination_city: "Atlanta", departs_at: "2026-12-04T06:30-05:00" }),
        segment({ origin: "ATL", origin_city: "Atlanta" }),
      ],
      400,
    ),
  ],
});

describe("what is drawn of offers", () => {
  it("dots in the order of departure", () => {
    expect(dotsOf([offer("o_1"), via]).map(({ minute, price, stops }) => [minute, price, stops])).toEqual([
      [390, 99, 1],
      [1080, 142.37, 0],
    ]);
  });

  it("one line per pair of airports, whichever way", () => {
    const back = offer("o_3", { slices: [slice([segment({ origin: "MIA", destination: "JFK" })], 180)] });
    expect(legsOf([offer("o_1"), back])).toEqual([{ from: "JFK", to: "MIA" }]);
  });

  it("stops with their lowest price; one changes at a connection", () => {
    expect(stopsOf([offer("o_1"), via]).map(({ airport, role, price }) => [airport, role, price])).toEqual([
      ["JFK", "origin", null],
      ["MIA", "destination", "99.00"],
      ["ATL", "connection", null],
    ]);
  });

  it("the share that is cheaper, a bin in part", () => {
    const bins = [
      { from: "0", to: "100", count: 30 },
      { from: "100", to: "200", count: 10 },
    ];
    expect(shareCheaper(50, bins)).toBeCloseTo(0.375);
    expect(shareCheaper(200, bins)).toBe(1);
    expect(shareCheaper(50, [])).toBeNull();
  });
});

describe("the map", () => {
  it("finds its middle over the date line", () => {
    const [tokyo, honolulu] = [
      { longitude: 140, latitude: 35 },
      { longitude: -158, latitude: 21 },
    ];
    expect(Math.abs(middleLongitude([tokyo, honolulu]))).toBeCloseTo(171);
  });

  it("labels what has room, the first first, right or left of its dot, and covers no other", () => {
    const label = (key: string, x: number, y: number) => ({ key, x, y, width: 30, height: 10 });
    const frame = { width: 100, height: 100 };
    const dots = [{ x: 78, y: 52, width: 4, height: 4 }];
    const labels = [
      label("right", 10, 10),
      label("no-room", 15, 12),
      label("left", 90, 30),
      label("beside-a-dot", 60, 54),
    ];
    expect([...placed(labels, dots, frame)]).toEqual([
      ["right", "end"],
      ["left", "start"],
      ["beside-a-dot", "start"],
    ]);
  });
});

it("CO2 is compared with the median of the route where both are known", () => {
  expect(emissionsPercent(offer("o", { emissions_kg: 135, emissions_typical_kg: 150 }))).toBe(-10);
  expect(emissionsPercent(offer("o", { emissions_kg: null }))).toBeNull();
  expect(emissionsPercent(offer("o", { emissions_typical_kg: null }))).toBeNull();
});
