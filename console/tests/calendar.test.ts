import { describe, expect, it } from "vitest";
import { LEVELS, levelsOf, monthsOf } from "../src/answers/calendar";

const day = (date: string, price: string) => ({ date, price, count: 1 });

describe("months", () => {
  it("lay days out in weeks from Monday", () => {
    const [december] = monthsOf([day("2026-12-01", "1"), day("2026-12-31", "1")]);
    expect(december?.first).toBe("2026-12-01");
    // 1 December 2026 is a Tuesday.
    expect(december?.weeks[0]).toEqual([null, ...[1, 2, 3, 4, 5, 6].map((date) => `2026-12-0${date}`)]);
    expect(december?.weeks).toHaveLength(2);
    expect(december?.weeks.every((week) => week.length === 7)).toBe(true);
  });

  it("know leap years and stand in order", () => {
    const months = monthsOf([day("2028-03-01", "1"), day("2028-02-29", "1")]);
    expect(months.map(({ first }) => first)).toEqual(["2028-02-01", "2028-03-01"]);
    expect(months[0]?.weeks.flat()).toContain("2028-02-29");
  });
});

describe("levels", () => {
  it("go by rank, so that one dear day does not flatten the rest", () => {
    const prices = ["100", "110", "120", "130", "9000"];
    const levels = levelsOf(prices.map((price, index) => day(`2026-12-0${index + 1}`, price)));
    expect([...levels.values()]).toEqual([0, 1, 2, 3, 4]);
  });

  it("are neutral for the usual price, however many days have it", () => {
    const prices = ["100", ...Array<string>(18).fill("145"), "200"];
    const levels = levelsOf(
      prices.map((price, index) => day(`2026-12-${String(index + 1).padStart(2, "0")}`, price)),
    );
    expect(levels.get("2026-12-01")).toBe(0);
    expect(levels.get("2026-12-10")).toBe(2);
    expect(levels.get("2026-12-20")).toBe(4);
  });

  it("are the same for the same price and never out of range", () => {
    const levels = [
      ...levelsOf(["5", "5", "7"].map((price, index) => day(`2026-12-0${index + 1}`, price))).values(),
    ];
    expect(levels[0]).toBe(levels[1]);
    expect(Math.max(...levels)).toBeLessThan(LEVELS);
    expect([...levelsOf([day("2026-12-01", "5")]).values()]).toEqual([2]);
  });
});
