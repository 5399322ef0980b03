// @vitest-environment happy-dom
/** The page as it is drawn, over a fake line. */

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { App } from "../src/app/app";
import { createSession, type Session } from "../src/app/session";
import { SpeechProvider, speechFor } from "../src/text/speech";
import { offer, query, result } from "./examples";
import { FakeWorld } from "./fake_line";

let world: FakeWorld;
let session: Session;
let root: HTMLElement;

beforeEach(() => {
  world = new FakeWorld();
  let count = 0;
  session = createSession({
    api: {
      search: () => Promise.reject(new Error("not here")),
      answer: () => Promise.reject(new Error("not here")),
      snapshot: () => Promise.reject(new Error("not here")),
      places: async () => [],
      airports: async () => [],
      ask: () => Promise.reject(new Error("not here")),
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
  world.accept();
  root = document.createElement("div");
  document.body.append(root);
  act(() =>
    render(
      <SpeechProvider value={speechFor("en-US", () => new Date("2026-11-24T12:00:00Z"))}>
        <App session={session} />
      </SpeechProvider>,
      root,
    ),
  );
});

afterEach(() => {
  render(null, root);
  root.remove();
});

const HOSTILE = '<img src=x onerror="alert(1)">';

function say(event: object) {
  act(() => world.line.say(event));
}

function button(name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find(
    (one) => one.getAttribute("aria-label") === name || one.textContent?.includes(name),
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
}

function ask(text: string): string {
  let id = "";
  act(() => {
    id = session.ask(text);
  });
  return id;
}

const nonstop = query({
  slices: [{ origin: { label: "New York", airports: ["JFK"] } }],
  stops: { min: 0, max: 0 },
});

function understand(id: string, change: object = {}) {
  say({
    event: "understood",
    id,
    intent: {
      kind: "search",
      query: nonstop,
      missing: [],
      unsupported: [],
      question: null,
      understood: [{ field: "stops", text: "nonstop", start: 0, end: 7 }],
      confidence: 1,
      engine: "local",
      degraded: [],
      took_ms: 1,
      locale: null,
      ...change,
    },
  });
}

describe("the page", () => {
  it("shows chips as soon as the request is understood, and removing one searches without words", () => {
    const id = ask("nonstop from New York");
    understand(id);
    expect(root.querySelector("mark")?.textContent).toBe("nonstop");
    act(() => button("Remove Stops: Nonstop").click());
    const sent = world.line.sent.at(-1);
    expect(sent).toMatchObject({ query: { stops: { min: null, max: null } } });
    expect(sent).not.toHaveProperty("text");
    expect(root.querySelector(".chips")?.textContent).not.toContain("Nonstop");
  });

  it("never takes text for markup", () => {
    const id = ask(HOSTILE);
    understand(id, { unsupported: [HOSTILE], question: HOSTILE });
    say({
      event: "results",
      id,
      result: result({
        notes: [HOSTILE],
        offers: [offer("o_1", { reasons: [HOSTILE], warnings: [HOSTILE] })],
      }),
    });
    say({ event: "reply", id, text: HOSTILE });
    expect(root.querySelectorAll("img[src=x]")).toHaveLength(0);
    expect(root.querySelector(".reply")?.textContent).toBe(HOSTILE);
    expect(root.querySelectorAll(".offer .remarked")[0]?.textContent).toBe(HOSTILE);
  });

  it("marks an estimate as one and rounds it", () => {
    const id = ask("nonstop");
    understand(id);
    say({ event: "results", id, result: result() });
    const price = root.querySelector(".price")?.textContent ?? "";
    expect(price).toContain("$142");
    expect(price).not.toContain("$142.37");
    expect(price).toContain("estimate");
  });

  it("offers each relaxation as a button that searches", () => {
    const id = ask("nonstop");
    understand(id);
    say({
      event: "results",
      id,
      result: result({
        status: "no_match",
        query: nonstop,
        offers: [],
        total: 0,
        relaxations: [
          {
            field: "stops",
            text: "Allow one stop",
            change: { stops: { min: null, max: 1 } },
            total: 12,
            from_price: "189.20",
            currency: "USD",
          },
        ],
      }),
    });
    expect(root.textContent).toContain("12 flights from $189");
    act(() => button("Allow one stop").click());
    expect(world.line.sent.at(-1)).toMatchObject({ query: { stops: { min: null, max: 1 } } });
  });

  it("names what is unsupported, missing, degraded and asked", () => {
    const id = ask("a window seat");
    understand(id, { unsupported: ["a window seat"], question: "Which Portland?", degraded: ["llm"] });
    say({ event: "results", id, result: result({ status: "partial", degraded: ["vectors"] }) });
    for (const text of ["a window seat", "Which Portland?", "llm", "vectors", "part of the data"]) {
      expect(root.textContent).toContain(text);
    }
  });

  it("shows a problem with what to do", () => {
    const id = ask("one");
    say({
      event: "problem",
      id,
      problem: {
        title: "Not valid",
        detail: "Too long.",
        remedy: "Say less.",
        errors: [{ pointer: "/text", detail: "long" }],
      },
    });
    const box = root.querySelector("[role=alert]")?.textContent ?? "";
    for (const text of ["Not valid", "Too long.", "Say less.", "/text"]) expect(box).toContain(text);
  });

  it("says that the line is lost and that the request is kept", () => {
    ask("one");
    act(() => world.line.onclose?.());
    expect(root.querySelector(".connection")?.textContent).toContain("Your request is kept");
    act(() => button("Try now").click());
    act(() => {
      world.accept();
    });
    expect(root.querySelector(".connection")?.textContent).toBe("");
  });

  it("can be stopped", () => {
    ask("one");
    act(() => button("Stop").click());
    expect(session.shown.value?.phase).toBe("stopped");
  });
});
