import { describe, expect, it } from "vitest";
import type { Question } from "../src/app/turn";
import { dictationOf } from "../src/chat/dictation";
import { forgotten, keepPast, MOST_KEPT, recallPast, remembered } from "../src/chat/past";
import { query } from "./examples";

const words = (text: string): Question => ({ type: "words", text, previous: null });

class Box {
  value: string | null = null;
  getItem = () => this.value;
  setItem = (_: string, value: string) => {
    this.value = value;
  };
}

describe("what was searched for before", () => {
  it("has the last on top, each once, and not without end", () => {
    const two = remembered(remembered([], words("a"), 1), words("b"), 2);
    expect(remembered(two, words("a"), 3).map(({ at }) => at)).toEqual([3, 2]);
    const many = Array.from({ length: 60 }).reduce<ReturnType<typeof remembered>>(
      (past, _, index) => remembered(past, words(`to ${index}`), index),
      [],
    );
    expect(many).toHaveLength(MOST_KEPT);
    expect(forgotten(two, words("a"))).toHaveLength(1);
  });

  it("is read back whole; what is none is left out", () => {
    const box = new Box() as unknown as Storage;
    const past = remembered([], { type: "query", query: query(), kind: "search", label: "x" }, 5);
    keepPast(box, past);
    expect(recallPast(box)).toEqual(past);
    box.setItem("", JSON.stringify([1, null, { at: 3 }, { at: 3, question: { type: "words", text: 7 } }]));
    expect(recallPast(box)).toEqual([]);
    box.setItem("", "{");
    expect(recallPast(box)).toEqual([]);
  });
});

describe("dictation", () => {
  class Recognition {
    static last: Recognition;
    onresult: ((event: unknown) => void) | null = null;
    onend: (() => void) | null = null;
    onerror: ((event: unknown) => void) | null = null;
    lang = "";
    constructor() {
      Recognition.last = this;
    }
    start() {}
    stop() {
      this.onend?.();
    }
  }

  it("is there where the browser has it, and hands over all that was heard", () => {
    expect(dictationOf({}, "en-US")).toBeNull();
    const dictation = dictationOf({ webkitSpeechRecognition: Recognition }, "de-DE");
    const heard: (string | null)[] = [];
    dictation?.start(
      (text) => heard.push(text),
      (error) => heard.push(error),
    );
    expect(Recognition.last.lang).toBe("de-DE");
    Recognition.last.onresult?.({ results: [[{ transcript: "New York " }], [{ transcript: " to Miami" }]] });
    Recognition.last.onerror?.({ error: "no-speech" });
    dictation?.stop();
    expect(heard).toEqual(["New York to Miami", null]);
  });

  it("says why it could not listen", () => {
    const dictation = dictationOf({ SpeechRecognition: Recognition }, "en");
    const ends: (string | null)[] = [];
    dictation?.start(
      () => {},
      (error) => ends.push(error),
    );
    Recognition.last.onerror?.({ error: "not-allowed" });
    Recognition.last.onend?.();
    expect(ends).toEqual(["not-allowed"]);
  });
});
