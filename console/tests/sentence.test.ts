import { expect, it } from "vitest";
import { stretchesOf } from "../src/understanding/sentence";

const mark = (field: string, text: string, start: number) => ({
  field,
  text,
  start,
  end: start + text.length,
});

it("cuts the text at the marks and loses no character", () => {
  const text = "from New York to Miami";
  const stretches = stretchesOf(text, [mark("to", "Miami", 17), mark("from", "New York", 5)]);
  expect(stretches.map((stretch) => stretch.text).join("")).toBe(text);
  expect(stretches.filter(({ field }) => field).map((stretch) => stretch.text)).toEqual([
    "New York",
    "Miami",
  ]);
});

it("counts an emoji as one character, as the server does", () => {
  const stretches = stretchesOf("🏖️ Miami", [mark("to", "Miami", 3)]);
  expect(stretches.at(-1)).toEqual({ text: "Miami", field: "to" });
});

it("survives marks that overlap, are empty or lie outside", () => {
  const marks = [mark("a", "one two", 0), mark("b", "two", 4), mark("c", "", 2), mark("d", "beyond", 90)];
  expect(stretchesOf("one two three", marks).map(({ text }) => text)).toEqual(["one two", " three"]);
});
