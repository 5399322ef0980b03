import { describe, expect, it } from "vitest";
import { dayShift, formatsFor, minutesBetween } from "../src/text/format";
import { speechFor } from "../src/text/speech";

const today = () => new Date("2026-11-24T12:00:00Z");
const american = formatsFor("en-US", today);
const german = formatsFor("de-DE", today);

describe("money", () => {
  it("is written as the locale does, without cents where there are none", () => {
    expect(american.money("412.00", "USD")).toBe("$412");
    expect(american.money("412.50", "USD")).toBe("$412.50");
    expect(german.money("1412.5", "EUR")).toBe("1.412,50\u00a0€");
    expect(american.money("52000", "JPY")).toBe("¥52,000");
  });

  it("is whole when it is an estimate", () => {
    expect(american.about("142.37", "USD")).toBe("$142");
    expect(american.about("142.50", "USD")).toBe("$143");
  });
});

describe("durations", () => {
  it("name hours and minutes, each only where there are some", () => {
    expect(american.duration(192)).toBe("3h\u00a012m");
    expect(american.duration(180)).toBe("3h");
    expect(american.duration(45)).toBe("45m");
    expect(american.duration(0)).toBe("0m");
  });
});

describe("times", () => {
  it("are those on the airport's wall, whatever the offset", () => {
    // Which space stands before PM differs between versions of the Unicode data.
    expect(american.time("2026-12-04T19:30-05:00").replace(/\s/g, " ")).toBe("7:30 PM");
    expect(german.time("2026-12-04T19:30+09:00")).toBe("19:30");
    expect(american.time("2026-12-04T07:05-05:00").replace(/\s/g, " ")).toBe("7:05 AM");
    expect(formatsFor("en-GB", today).time("2026-12-04T00:05+00:00")).toBe("00:05");
  });

  it("count the days until landing by calendar, over time zones and the date line", () => {
    expect(dayShift("2026-12-04T19:30-05:00", "2026-12-05T07:25+00:00")).toBe(1);
    expect(dayShift("2026-12-04T09:00-05:00", "2026-12-04T12:00-05:00")).toBe(0);
    expect(dayShift("2026-12-04T22:00+09:00", "2026-12-04T15:00-08:00")).toBe(0);
    expect(dayShift("2026-12-05T00:30+09:00", "2026-12-04T17:00-08:00")).toBe(-1);
    expect(dayShift("2026-12-31T23:00-05:00", "2027-01-02T06:00+11:00")).toBe(2);
  });

  it("measure what lies between two instants", () => {
    expect(minutesBetween("2026-12-04T19:30-05:00", "2026-12-05T07:25+00:00")).toBe(415);
  });
});

describe("days", () => {
  it("show their year only when it is not this one", () => {
    expect(american.day("2026-12-04")).toBe("Fri, Dec 4");
    expect(american.day("2027-01-01")).toBe("Fri, Jan 1, 2027");
    expect(german.day("2026-12-04")).toBe("Fr., 4. Dez.");
  });

  it("begin the week on Monday", () => {
    expect(american.weekdayNames()[0]).toBe("Mon");
  });
});

describe("weather", () => {
  it("is told in the units of the reader's region", () => {
    expect(american.temperature(20)).toBe("68°F");
    expect(german.temperature(20)).toMatch(/^20\s°C$/);
    expect(formatsFor("en-GB", today).temperature(-0.4)).toBe("0°C");
    expect(formatsFor("es-PR", today).temperature(0)).toMatch(/^32\s?°F$/);
    expect(american.rain(51)).toBe("2 in");
    expect(formatsFor("en-GB", today).rain(51)).toBe("51 mm");
  });
});

describe("ages", () => {
  it("are told in the largest unit that fits, and never lie ahead", () => {
    expect(american.since("2026-11-24T09:00:00Z")).toBe("3 hours ago");
    expect(american.since("2026-11-23T11:00:00Z")).toBe("yesterday");
    expect(german.since("2026-11-20T12:00:00Z")).toBe("vor 4 Tagen");
    expect(american.since("2026-11-24T12:05:00Z")).toBe("this minute");
  });
});

describe("the locale", () => {
  it("falls back where the browser names one that the server refuses", () => {
    expect(speechFor("en-US@posix").formats.locale).toBe("en-US");
    expect(speechFor("").formats.locale).toBe("en-US");
    expect(speechFor("pt-BR").formats.locale).toBe("pt-BR");
  });
});
