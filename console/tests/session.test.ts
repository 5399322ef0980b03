import { describe, expect, it } from "vitest";
import type { Api } from "../src/app/api";
import { createSession, joined } from "../src/app/session";
import { ProblemError, readProblem } from "../src/states/problem";
import { type AskResult, type IntentAnswer, isSearchResult, type SearchResult } from "../src/wire";
import { offer, query, result } from "./examples";
import { FakeWorld } from "./fake_line";

function unused(): never {
  throw new Error("this test does not call it");
}

function open(api: Partial<Api> = {}, { accepts = true } = {}) {
  const world = new FakeWorld();
  let count = 0;
  const session = createSession({
    api: {
      search: unused,
      answer: unused,
      snapshot: unused,
      ask: unused,
      places: unused,
      airports: unused,
      ...api,
    },
    surroundings: world,
    locale: "en-US",
    currency: "USD",
    today: () => "2026-11-24",
    newId: () => {
      count += 1;
      return `id${count}`;
    },
    restored: [],
    past: [],
    badMessage: "unreadable",
    unreachable: "no answer",
  });
  session.connect();
  if (accepts) world.accept();
  return { world, session };
}

/** Asks and lets the server answer with a result. */
function answered(api: Partial<Api>, answer: SearchResult) {
  const { world, session } = open(api);
  const id = session.ask("New York to Miami");
  world.line.say({
    event: "understood",
    id,
    intent: { kind: "search", query: answer.query, understood: [] },
  });
  world.line.say({ event: "results", id, result: answer });
  world.line.say({ event: "done", id, took_ms: 3 });
  return { world, session, id };
}

function offersOf(session: ReturnType<typeof open>["session"]) {
  const shown = session.shown.value?.result;
  return shown && isSearchResult(shown) ? shown.offers.map(({ id }) => id) : [];
}

describe("a turn", () => {
  it("goes from asked to done and keeps all that came", () => {
    const { world, session } = open();
    const id = session.ask("New York to Miami");
    const phases = () => session.shown.value?.phase;
    expect(phases()).toBe("asked");
    world.line.say({ event: "understood", id, intent: { kind: "search", query: query(), understood: [] } });
    expect(phases()).toBe("understood");
    world.line.say({ event: "results", id, result: result() });
    world.line.say({ event: "reply", id, text: "Five " });
    world.line.say({ event: "reply", id, text: "flights." });
    expect(phases()).toBe("answered");
    world.line.say({ event: "done", id, took_ms: 3 });
    expect(session.shown.value).toMatchObject({ phase: "done", reply: "Five flights.", tookMs: 3 });
  });

  it("does not say its reply twice after the line broke in the middle", () => {
    const { world, session } = open();
    const id = session.ask("New York to Miami");
    world.line.say({ event: "reply", id, text: "Five " });
    world.breakAndWait();
    world.accept();
    for (const text of ["Five ", "flights."]) world.line.say({ event: "reply", id, text });
    expect(session.shown.value?.reply).toBe("Five flights.");
  });

  it("is stopped by the next one", () => {
    const { session } = open();
    session.ask("one");
    session.ask("two");
    expect(session.turns.value.map(({ phase }) => phase)).toEqual(["stopped", "asked"]);
  });

  it("that failed keeps the problem and can be asked again in its place", () => {
    const { world, session } = open();
    const id = session.ask("one");
    world.line.say({ event: "problem", id, problem: { title: "Busy", remedy: "Wait.", retry_after_s: 2.5 } });
    const failed = session.shown.value;
    expect(failed).toMatchObject({ phase: "failed", problem: { title: "Busy", retryAfterSeconds: 2.5 } });
    if (failed) session.retry(failed);
    expect(session.turns.value).toHaveLength(1);
    expect(session.shown.value).toMatchObject({ id, phase: "asked", problem: null });
  });
});

describe("a follow-up", () => {
  it("sends the query as it was executed", () => {
    const executed = query({ stops: { min: 0, max: 0 } });
    const { world, session } = answered({}, result({ query: executed }));
    session.ask("one stop is fine");
    expect(world.line.sent.at(-1)).toMatchObject({ text: "one stop is fine", previous: executed });
  });

  it("from the start page refines nothing: new line, no previous query", () => {
    const { world, session } = answered({}, result());
    session.show(null);
    session.ask("Boston");
    world.accept();
    expect(world.lines).toHaveLength(2);
    expect(world.line.sent).toHaveLength(1);
    expect(world.line.sent[0]).not.toHaveProperty("previous");
  });

  it("changed by hand sends the query without words", () => {
    const { world, session } = answered({}, result());
    session.change(query({ sort: "price" }), "Sorted by Price");
    expect(world.line.sent.at(-1)).toMatchObject({ query: { sort: "price" } });
    expect(world.line.sent.at(-1)).not.toHaveProperty("text");
  });

  it("changed by hand keeps its kind, which only HTTP takes", async () => {
    const kinds: string[] = [];
    const { session, world } = open({
      answer: async (intent) => {
        kinds.push(intent.kind);
        return { ...result(), query: undefined, text: "12 December", data: {} } as never;
      },
    });
    session.change(query(), "Without: Nonstop", { kind: "calendar" });
    await Promise.resolve();
    await Promise.resolve();
    expect(kinds).toEqual(["calendar"]);
    expect(world.line.sent).toEqual([]);
    expect(session.shown.value?.phase).toBe("done");
  });
});

describe("the offers of before", () => {
  it("stay while they are refined, and go when the answer is there", () => {
    const { world, session } = answered({}, result());
    const id = session.change(query({ sort: "price" }), "Sorted by Price");
    expect(session.shown.value?.before?.offers).toHaveLength(2);
    world.line.say({ event: "results", id, result: result({ total: 7 }) });
    expect(session.shown.value).toMatchObject({ before: null, result: { total: 7 } });
  });

  it("do not stay for a request that refines nothing", () => {
    const { session } = answered({}, result());
    session.show(null);
    session.ask("Boston");
    expect(session.shown.value?.before).toBeNull();
  });
});

describe("showing more", () => {
  it("asks for the page after the cursor and appends it", async () => {
    const asked: Parameters<Api["search"]>[0][] = [];
    const { session } = answered(
      {
        search: async (request) => {
          asked.push(request);
          return result({ offers: [offer("o_2"), offer("o_3")], next_cursor: null });
        },
      },
      result(),
    );
    await session.showMore();
    expect(asked).toEqual([{ query: query(), limit: 50, cursor: "c2" }]);
    expect(offersOf(session)).toEqual(["o_1", "o_2", "o_3"]);
    await session.showMore();
    expect(asked).toHaveLength(1);
  });

  it("asks once however often it is pressed", async () => {
    let calls = 0;
    const { session } = answered(
      {
        search: async () => {
          calls += 1;
          return result({ offers: [offer("o_3")], next_cursor: "c3" });
        },
      },
      result(),
    );
    await Promise.all([session.showMore(), session.showMore()]);
    expect(calls).toBe(1);
  });

  it("keeps the offers and shows the problem when it fails", async () => {
    const problem = readProblem({ title: "The cursor does not belong to this search" });
    const { session } = answered({ search: () => Promise.reject(new ProblemError(problem)) }, result());
    await session.showMore();
    expect(session.shown.value?.paging).toEqual(problem);
    expect(offersOf(session)).toEqual(["o_1", "o_2"]);
  });

  it("says that the server does not answer when the line is broken", async () => {
    const { session } = answered(
      { search: () => Promise.reject(new TypeError("Failed to fetch")) },
      result(),
    );
    await session.showMore();
    expect(session.shown.value?.paging).toMatchObject({ detail: "no answer" });
  });

  it("drops a page that comes after another search took the place", () => {
    const now = result({ next_cursor: "other" });
    expect(joined(now, result({ offers: [offer("o_9")] }), "c2")).toBe(now);
  });
});

describe("a follow-up on something that was no search", () => {
  it("refines what was there before a request that was no search", () => {
    const { world, session } = answered({}, result());
    const id = session.ask("hello");
    world.line.say({ event: "understood", id, intent: { kind: "help", query: null, understood: [] } });
    world.line.say({ event: "results", id, result: { text: "Ask me.", data: {}, offers: [], status: "ok" } });
    world.line.say({ event: "done", id, took_ms: 1 });
    session.ask("only nonstop");
    expect(world.line.sent.at(-1)).toMatchObject({ text: "only nonstop", previous: result().query });
  });
});

describe("where no WebSocket opens", () => {
  const found = result({ offers: [offer("a")], total: 1 });
  const intent = { kind: "search", query: found.query, understood: [] } as unknown as IntentAnswer;
  const settle = () => new Promise((resolve) => setTimeout(resolve));

  it("answers over HTTP, and says nothing of a lost connection once that works", async () => {
    const asked: unknown[] = [];
    const ask: Api["ask"] = (request) => {
      asked.push(request);
      return Promise.resolve({ intent, result: found });
    };
    const { world, session } = open({ ask }, { accepts: false });
    session.ask("New York to Miami");
    world.line.onclose?.();
    await settle();
    expect(session.shown.value).toMatchObject({ phase: "done", intent });
    expect(offersOf(session)).toEqual(["a"]);
    expect(session.connection.value).toEqual({ state: "http" });
    session.ask("only nonstop");
    await settle();
    expect(asked).toMatchObject([
      { text: "New York to Miami", previous: null, locale: "en-US", currency: "USD" },
      { text: "only nonstop", previous: found.query },
    ]);
    expect(world.line.sent).toEqual([]);
  });

  it("searches over HTTP for what was changed by hand", async () => {
    const search: Api["search"] = ({ query: wanted }) => Promise.resolve({ ...found, query: wanted });
    const { world, session } = open({ search }, { accepts: false });
    session.change(query({ sort: "price" }), "Cheapest first");
    world.line.onclose?.();
    await settle();
    expect(session.shown.value).toMatchObject({ phase: "done", result: { query: { sort: "price" } } });
  });

  it("shows what the server refuses", async () => {
    const ask = () => Promise.reject(new ProblemError({ ...readProblem(null), title: "Too long" }));
    const { world, session } = open({ ask }, { accepts: false });
    session.ask("New York to Miami");
    world.line.onclose?.();
    await settle();
    expect(session.shown.value).toMatchObject({ phase: "failed", problem: { title: "Too long" } });
  });

  it("keeps the request while HTTP does not work either, and sends it when a line opens", async () => {
    const ask = () => Promise.reject(new TypeError("Failed to fetch"));
    const { world, session } = open({ ask }, { accepts: false });
    const id = session.ask("New York to Miami");
    world.line.onclose?.();
    await settle();
    expect(session.connection.value.state).toBe("waiting");
    expect(session.shown.value?.phase).toBe("asked");
    world.passWait();
    expect(world.accept().sent).toMatchObject([{ id, text: "New York to Miami" }]);
    expect(session.connection.value.state).toBe("open");
  });

  it("does not go over HTTP for a line that worked and broke", async () => {
    const { world, session } = open();
    session.ask("New York to Miami");
    world.line.onclose?.();
    await settle();
    expect(session.connection.value.state).toBe("waiting");
    world.passWait();
    expect(world.accept().sent).toHaveLength(1);
  });

  it("gives up what is stopped", async () => {
    let give: (answer: AskResult) => void = unused;
    const ask = () =>
      new Promise<AskResult>((resolve) => {
        give = resolve;
      });
    const { world, session } = open({ ask }, { accepts: false });
    session.ask("New York to Miami");
    world.line.onclose?.();
    session.stop();
    give({ intent, result: found });
    await settle();
    expect(session.shown.value).toMatchObject({ phase: "stopped", result: null });
  });
});
