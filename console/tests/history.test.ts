import { describe, expect, it } from "vitest";
import { newTurn } from "../src/app/turn";
import { recall, remember } from "../src/chat/history";

/** A storage that holds so many characters. */
class SmallStorage implements Storage {
  readonly #items = new Map<string, string>();
  readonly #room: number;
  constructor(room: number) {
    this.#room = room;
  }
  get length(): number {
    return this.#items.size;
  }
  clear(): void {
    this.#items.clear();
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  key(): string | null {
    return null;
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  setItem(key: string, value: string): void {
    if (value.length > this.#room) throw new DOMException("full", "QuotaExceededError");
    this.#items.set(key, value);
  }
}

const turns = Array.from({ length: 30 }, (_, index) =>
  newTurn(`t${index}`, { type: "words", text: `request ${index}`, previous: null }),
);

describe("the history of a tab", () => {
  it("keeps the last turns", () => {
    const storage = new SmallStorage(1_000_000);
    remember(storage, turns);
    expect(recall(storage)).toEqual(turns.slice(-20));
  });

  it("keeps fewer where there is less room, and the page goes on where there is none", () => {
    const storage = new SmallStorage(2_000);
    remember(storage, turns);
    expect(recall(storage).length).toBeGreaterThan(0);
    expect(recall(storage).at(-1)).toEqual(turns.at(-1));
    const none = new SmallStorage(0);
    remember(none, turns);
    expect(recall(none)).toEqual([]);
  });

  it.each(["no json", "{}", "null", "[null, 3, {}]"])("counts %s as none", (kept) => {
    const storage = new SmallStorage(100);
    storage.setItem("flight-search.turns", kept);
    expect(recall(storage)).toEqual([]);
  });
});
