import { describe, expect, it } from "vitest";
import { axisHours, axisMinutes, barsOf, dayPercent } from "../src/offers/timebar";
import { offer, segment, slice } from "./examples";

const overnight = slice(
  [segment({ departs_at: "2026-12-04T23:00-05:00", arrives_at: "2026-12-05T02:00-05:00" })],
  180,
);

describe("the axis", () => {
  it("is a day, and longer in steps of six hours where a flight lands later", () => {
    expect(axisMinutes([offer("a")])).toBe(1_440);
    expect(axisMinutes([offer("a"), offer("b", { slices: [overnight] })])).toBe(1_800);
    expect(axisMinutes([])).toBe(1_440);
  });

  it("has a mark every six hours between its ends", () => {
    expect(axisHours(1_440)).toEqual([6, 12, 18]);
    expect(axisHours(1_800)).toEqual([6, 12, 18, 24]);
  });

  it("repeats the sky with each day", () => {
    expect(dayPercent(1_440)).toBe(100);
    expect(dayPercent(2_880)).toBe(50);
  });
});

describe("the bars", () => {
  it("are to scale", () => {
    const [bar] = barsOf(slice([segment()], 180), 1_440).segments;
    expect(bar).toEqual({ startPercent: 75, widthPercent: 12.5 });
  });

  it("stay to scale over time zones: a flight is as long as it takes", () => {
    const west = segment({
      departs_at: "2026-12-04T12:00-05:00",
      arrives_at: "2026-12-04T15:00-08:00",
      duration_minutes: 360,
    });
    const [bar] = barsOf(slice([west], 360), 1_440).segments;
    expect(bar).toEqual({ startPercent: 50, widthPercent: 25 });
  });

  it("leave room between segments for the layover, measured in instants", () => {
    const first = segment({
      departs_at: "2026-12-04T06:00-05:00",
      arrives_at: "2026-12-04T07:00-06:00",
      duration_minutes: 120,
      destination: "ORD",
    });
    const second = segment({
      departs_at: "2026-12-04T08:12-06:00",
      arrives_at: "2026-12-04T10:36-06:00",
      duration_minutes: 144,
      origin: "ORD",
    });
    const { segments, layovers } = barsOf(slice([first, second], 336), 1_440);
    expect(segments.map(({ startPercent }) => startPercent)).toEqual([25, 38.333333333333336]);
    expect(layovers).toHaveLength(1);
    expect(layovers[0]?.startPercent).toBeCloseTo(33.33);
    expect(layovers[0]?.widthPercent).toBeCloseTo(5);
  });

  it("never vanish and never leave the axis", () => {
    const hop = segment({ duration_minutes: 5, arrives_at: "2026-12-04T18:05-05:00" });
    expect(barsOf(slice([hop], 5), 1_440).segments[0]?.widthPercent).toBe(1);
    const axis = axisMinutes([offer("b", { slices: [overnight] })]);
    const [bar] = barsOf(overnight, axis).segments;
    expect((bar?.startPercent ?? 0) + (bar?.widthPercent ?? 0)).toBeLessThanOrEqual(100);
  });

  it("are none for a slice without segments", () => {
    expect(barsOf(slice([], 0), 1_440)).toEqual({ segments: [], layovers: [] });
  });
});
