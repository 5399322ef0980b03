import { describe, expect, it } from "vitest";
import { lowestOf, MOST_COMPARED, toggled } from "../src/compare/compared";
import { calendarOf, csvOf, textOf } from "../src/export/files";
import { isWayOutChosen, sharedWayOut, waysOutOf, withoutWayOut, withWayOut } from "../src/offers/way_out";
import { speechFor } from "../src/text/speech";
import { offer, query, segment, slice } from "./examples";

const speech = speechFor("en-US", () => new Date("2026-11-24T12:00:00Z"));
const NOW = new Date("2026-11-24T12:00:00Z");

describe("files", () => {
  it("CSV has a row per flight and marks what a spreadsheet would run", () => {
    const evil = offer("o_1", { slices: [slice([segment({ carrier_name: '=HYPERLINK("x"),1' })], 180)] });
    const [head, row, ...rest] = csvOf([evil]).split("\r\n");
    expect(head?.split(",")).toHaveLength(19);
    expect(row).toContain(`"'=HYPERLINK(""x""),1"`);
    expect(row).toContain("142.37,USD,estimate,140,1,0,180,1,DL1");
    expect(rest).toEqual([""]);
  });

  it("a calendar has an event per flight, in UTC, in lines of 75 octets", () => {
    const file = calendarOf(offer("o_1"), speech, NOW);
    expect(file).toContain("DTSTART:20261204T230000Z\r\n");
    expect(file).toContain("DTEND:20261205T020000Z\r\n");
    expect(file).toContain("SUMMARY:DL 1 JFK → MIA\r\n");
    const octets = file.split("\r\n").map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...octets)).toBeLessThanOrEqual(75);
    expect(file.replaceAll("\r\n ", "")).toContain("\\n$142 (estimate)".replace("$", "$"));
  });

  it("text is what one would write to a friend", () => {
    expect(textOf(offer("o_1"), speech).replaceAll(/\s/g, " ")).toBe(
      "Friday, December 4, 2026: 6:00 PM New York (JFK) → 9:00 PM Miami (MIA) Delta Air Lines DL 1 · 3h, nonstop $142 (estimate)",
    );
  });
});

describe("side by side", () => {
  it("holds four, each once", () => {
    const five = ["1", "2", "3", "4", "5"].reduce(
      (held, id) => toggled(held, offer(id)),
      [] as ReturnType<typeof toggled>,
    );
    expect(five.map(({ id }) => id)).toEqual(["1", "2", "3", "4"]);
    expect(five).toHaveLength(MOST_COMPARED);
    expect(toggled(five, offer("2"))).toHaveLength(3);
  });

  it("marks the lowest, unless all are the same", () => {
    expect(lowestOf([3, 1, null, 1])).toEqual([false, true, false, true]);
    expect(lowestOf([2, 2])).toEqual([false, false]);
    expect(lowestOf([2])).toEqual([false]);
  });
});

describe("the way out first", () => {
  const JFK = { label: "New York", airports: ["JFK", "EWR"] };
  const MIA = { label: "Miami", airports: ["MIA"] };
  const both = query({
    trip: "round_trip",
    nights: { min: 3, max: 5 },
    price: { min: "50", max: "500" },
    slices: [
      { origin: JFK, destination: MIA, depart_date: { from: "2026-12-01", to: "2026-12-31" } },
      { origin: MIA, destination: JFK },
    ],
  });

  it("is asked for alone, below the total", () => {
    const out = waysOutOf(both);
    expect([out.trip, out.slices.length, out.nights, out.price.min, out.price.max]).toEqual([
      "one_way",
      1,
      null,
      null,
      "500",
    ]);
  });

  it("is fixed to its minute, and set free again", () => {
    const taken = withWayOut(both, slice([segment()], 180));
    expect(taken.slices[0]).toMatchObject({
      origin: { label: "New York", airports: ["JFK"] },
      depart_date: { from: "2026-12-04", to: "2026-12-04" },
      depart_time: { from: "18:00", to: "18:00" },
    });
    expect(taken.slices[1]).toEqual(both.slices[1]);
    expect(isWayOutChosen(taken)).toBe(true);
    expect(isWayOutChosen(withoutWayOut(taken))).toBe(false);
  });

  it("is shared by all offers or by none", () => {
    const back = slice([segment({ origin: "MIA", destination: "JFK", flight_number: "2" })], 190);
    const pair = (id: string, number: string) =>
      offer(id, { slices: [slice([segment({ flight_number: number })], 180), back] });
    expect(sharedWayOut([pair("1", "1"), pair("2", "1")])?.segments[0]?.flight_number).toBe("1");
    expect(sharedWayOut([pair("1", "1"), pair("2", "7")])).toBeNull();
    expect(sharedWayOut([offer("1")])).toBeNull();
  });
});
