import { describe, expect, it } from "vitest";
import { gaugeOf, seasonIn } from "../src/answers/season";

const data = {
  verdict: "low",
  season: {
    from: "2026-11-01",
    to: "2027-01-31",
    lowest_of_a_day: "80.00",
    p25: "90.00",
    median: "100.00",
    p75: "130.00",
  },
};

describe("the verdict of a fare", () => {
  it("is read with its figures", () => {
    expect(seasonIn(data)).toEqual({
      level: "low",
      lowest: 80,
      p25: 90,
      p75: 130,
      from: "2026-11-01",
      to: "2027-01-31",
    });
  });

  it("is none where a part of it is missing, damaged or of a newer server", () => {
    expect(seasonIn({})).toBeNull();
    expect(seasonIn({ verdict: null, season: null })).toBeNull();
    expect(seasonIn({ ...data, verdict: "toString" })).toBeNull();
    expect(seasonIn({ ...data, season: { ...data.season, p75: null } })).toBeNull();
    expect(seasonIn({ ...data, season: { ...data.season, from: "soon" } })).toBeNull();
  });
});

describe("the gauge", () => {
  const gauge = (lowest: number, p25: number, p75: number) =>
    gaugeOf({ level: "typical", lowest, p25, p75, from: "2026-11-01", to: "2027-01-31" });

  it("puts the price on the side of the middle half where it is, inside the line", () => {
    for (const [lowest, p25, p75] of [
      [80, 90, 130],
      [100, 90, 130],
      [900, 90, 130],
      [5, 90, 130],
    ] as const) {
      const at = gauge(lowest, p25, p75);
      expect(at.lowest < at.p25).toBe(lowest < p25);
      expect(at.lowest > at.p75).toBe(lowest > p75);
      for (const place of Object.values(at)) expect(place > 0 && place < 100).toBe(true);
    }
  });

  it("is drawn where all days cost the same, even nothing", () => {
    expect(gauge(90, 90, 90)).toEqual({ lowest: 50, p25: 50, p75: 50 });
    expect(gauge(0, 0, 0)).toEqual({ lowest: 50, p25: 50, p75: 50 });
  });
});
