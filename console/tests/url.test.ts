import { describe, expect, it } from "vitest";
import type { Question } from "../src/app/turn";
import { compact, expand, questionOf, searchOf } from "../src/app/url";
import { query } from "./examples";

const asked = query({
  slices: [{ origin: { label: "New York", airports: ["JFK"] } }],
  stops: { min: 0, max: 0 },
});

describe("the address of a question", () => {
  const questions: Question[] = [
    { type: "words", text: "New York → Miami & back? 100% 🏖️ #1", previous: null },
    { type: "words", text: "one stop is fine", previous: asked },
    { type: "query", query: asked, kind: "search", label: "shared" },
    { type: "query", query: { ...asked, kind: "calendar" }, kind: "calendar", label: "shared" },
  ];
  it.each(questions)("leads back to the same question: %o", (question) => {
    expect(questionOf(searchOf(question), "shared")).toEqual(question);
  });

  it("leaves out what is default", () => {
    expect(compact(query())).toEqual({ slices: [{}] });
    expect(compact(asked)).toEqual({
      slices: [{ origin: { label: "New York", airports: ["JFK"] } }],
      stops: { min: 0, max: 0 },
    });
  });

  it("keeps a currency that is not the default", () => {
    expect(compact(query({ price: { max: "9", currency: "EUR" } }))).toMatchObject({
      price: { currency: "EUR" },
    });
  });
});

describe("an address that is damaged", () => {
  it.each([
    "",
    "?",
    "?q=",
    "?q=%20",
    "?query=",
    "?query=%7B",
    "?query=[]",
    "?query={}",
    '?query={"slices":[]}',
  ])("%s leads to the start page", (search) => {
    expect(questionOf(search, "")).toBeNull();
  });

  it("with a part of the wrong type is no query", () => {
    expect(expand('{"slices":[{}],"stops":3}')).toBeNull();
    expect(expand('{"slices":[1]}')).toBeNull();
  });

  it.each([
    '{"slices":[{"origin":"x"}]}',
    '{"slices":[{"origin":{"label":"Miami"}}]}',
    '{"slices":[{"depart_date":{"from":"soon","to":null}}]}',
    '{"slices":[{"depart_date":{"from":"2026-13-01","to":null}}]}',
    '{"slices":[{"weekdays":["someday"]}]}',
    '{"slices":[{"depart_time":{"from":"25:00","to":null}}]}',
    '{"slices":[{}],"price":{"max":"cheap"}}',
    '{"slices":[{}],"price":{"currency":"no"}}',
    '{"slices":[{}],"carriers":{"include":"DL"}}',
    '{"slices":[{}],"stops":{"max":"two"}}',
    '{"slices":[{}],"cabin":"roof"}',
    '{"slices":[{}],"sort":"toString"}',
    '{"slices":[{}],"nights":[]}',
    '{"slices":[{}],"refundable":"no"}',
    '{"slices":[{}],"kind":"poem"}',
  ])("%s is no query", (text) => {
    expect(expand(text)).toBeNull();
  });

  it("of a kind that there is not is a search", () => {
    expect(questionOf('?query={"slices":[{}]}&kind=poem', "")).toMatchObject({ kind: "search" });
  });

  it("still asks the words when only the query to refine is damaged", () => {
    expect(questionOf("?q=hello&after={", "")).toEqual({ type: "words", text: "hello", previous: null });
  });
});
