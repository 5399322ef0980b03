/**
 * The state of the page and everything that can be done to it.
 *
 * Components read the signals and call the actions; nothing else changes state. Turns are values: each event
 * replaces the turn it belongs to.
 */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type DayPrice, daysIn } from "../answers/calendar";
import { forgotten, type Past, remembered } from "../chat/past";
import { ChatSocket, type Connection, type Outgoing, type Surroundings } from "../chat/socket";
import { MOST_COMPARED, toggled } from "../compare/compared";
import type { View } from "../pictures/views";
import { type Problem, ProblemError, problemOf, readProblem } from "../states/problem";
import { carriersCalled } from "../understanding/carriers";
import type {
  AskResult,
  ChatEvent,
  ChatRequest,
  Facets,
  FlightQuery,
  IntentAnswer,
  Kind,
  Offer,
  SearchResult,
  SnapshotInfo,
} from "../wire";
import { isSearchResult } from "../wire";
import type { AirportPosition, Api, PlaceSuggestion } from "./api";
import { askedAs, contextOf, isBusy, newTurn, type Question, queryOf, type Turn } from "./turn";

/** Offers of the first page; what the server gives by default. */
const PAGE_SIZE = 10;

/** Offers of each further page: whoever wants more than ten wants to look through them. */
const FURTHER_PAGE_SIZE = 50;

/** As many as the server gives in one page. */
const MOST_OFFERS = 1_000;

export interface Setting {
  readonly api: Api;
  readonly surroundings: Surroundings;
  readonly locale: string;
  readonly currency: string;
  readonly newId: () => string;
  /** The reader's day, as `2026-11-24`. */
  readonly today: () => string;
  readonly restored: readonly Turn[];
  readonly past: readonly Past[];
  /** What to say of a message that is no event. */
  readonly badMessage: string;
  /** What to say when the server does not answer a call. */
  readonly unreachable: string;
}

export interface Session {
  readonly turns: ReadonlySignal<readonly Turn[]>;
  readonly shown: ReadonlySignal<Turn | null>;
  readonly connection: ReadonlySignal<Connection>;
  /** Code → name of every carrier that was seen in a result or called by name: queries have codes alone. */
  readonly carrierNames: ReadonlySignal<ReadonlyMap<string, string>>;
  readonly snapshot: ReadonlySignal<SnapshotInfo | Problem | null>;
  /** What prices are asked for in. */
  readonly currency: ReadonlySignal<string>;
  useCurrency(code: string): void;
  today(): string;
  /** How the offers are looked at. */
  readonly view: ReadonlySignal<View>;
  look(view: View): void;
  /** What was searched for in this browser before. */
  readonly past: ReadonlySignal<readonly Past[]>;
  /** Forgets one of them, or with null all. */
  forget(question: Question | null): void;
  /** Offers that are put side by side. */
  readonly compared: ReadonlySignal<readonly Offer[]>;
  /** Puts an offer beside the others, or takes it away. */
  compare(offer: Offer): void;
  compareNone(): void;
  /** Finds offers of a shared address again among those of the query that is shown. */
  restoreCompared(ids: readonly string[]): Promise<void>;
  /** Places that typed letters can stand for. */
  places(text: string, signal: AbortSignal): Promise<PlaceSuggestion[]>;
  /** All airports of a place that was seen, whichever of them are chosen; null for one that was not. */
  airportsOf(label: string): readonly string[] | null;
  /** The lowest price of each day with flights. */
  dayPrices(query: FlightQuery): Promise<DayPrice[]>;
  /** Offers of a query besides those that are listed, for pictures and files. */
  offersOf(query: FlightQuery, limit: number): Promise<SearchResult>;
  airports(codes: readonly string[]): Promise<AirportPosition[]>;
  connect(): void;
  /** Asks in words; a follow-up refines the query that is shown. Returns the turn's id. */
  ask(text: string): string;
  /** Searches for a query that was changed by hand, without the language step. */
  change(query: FlightQuery, label: string, options?: { kind?: Kind; menu?: Facets | null }): string;
  /** Runs a question that came from the address; with an id, in the place of that turn. */
  run(question: Question, id?: string, view?: View): string;
  /** Asks the same again. */
  retry(turn: Turn): void;
  stop(): void;
  show(id: string | null, view?: View): void;
  showMore(): Promise<void>;
  loadSnapshot(): Promise<void>;
}

export function createSession(setting: Setting): Session {
  const turns = signal<readonly Turn[]>(setting.restored);
  const shownId = signal<string | null>(null);
  const line = signal<Connection>({ state: "connecting" });
  /** Whether every try to open a line has failed: a proxy may let HTTP through and WebSockets not. */
  const isWithoutLine = signal(false);
  const isReachedOverHttp = signal(false);
  const connection = computed<Connection>(() =>
    isWithoutLine.value && isReachedOverHttp.value ? { state: "http" } : line.value,
  );
  const snapshot = signal<SnapshotInfo | Problem | null>(null);
  const shown = computed(() => turns.value.find(({ id }) => id === shownId.value) ?? null);
  const carrierNames = computed(() => namesIn(turns.value));
  const currency = signal(setting.currency);
  const view = signal<View>("list");
  const past = signal<readonly Past[]>(setting.past);
  const compared = signal<readonly Offer[]>([]);
  const airportsByPlace = new Map<string, readonly string[]>();
  const sessionId = setting.newId();
  let wasOpen = false;

  const update = (id: string, change: (turn: Turn) => Partial<Turn>) => {
    turns.value = turns.value.map((turn) => (turn.id === id ? { ...turn, ...change(turn) } : turn));
  };

  const receive = (event: ChatEvent) => {
    switch (event.event) {
      case "understood":
        return update(event.id, () => ({ phase: "understood", intent: event.intent }));
      case "results":
        return update(event.id, () => ({ phase: "answered", result: event.result, before: null }));
      case "reply":
        return update(event.id, ({ reply }) => ({
          reply: event.replaces ? event.text : reply + event.text,
        }));
      case "done":
        return update(event.id, () => ({ phase: "done", tookMs: event.took_ms }));
      case "problem":
        return update(event.id, () => ({
          phase: "failed",
          problem: readProblem(event.problem),
          before: null,
        }));
    }
  };

  const socket = new ChatSocket(setting.surroundings, {
    event: (event) => batch(() => receive(event)),
    connection: (now) => {
      if (now.state === "open") wasOpen = true;
      batch(() => {
        line.value = now;
        isWithoutLine.value = !wasOpen && (isWithoutLine.value || now.state === "waiting");
      });
      const pending = now.state === "waiting" && isWithoutLine.value ? socket.take() : null;
      if (pending) void askOverHttp(pending);
    },
    resent: (id) => update(id, () => ({ phase: "asked", reply: "" })),
    unreadable: (id) => {
      const problem = { ...readProblem(null), detail: setting.badMessage };
      if (id) update(id, () => ({ phase: "failed", problem }));
    },
  });

  /** Over the socket, except for a changed query of another kind than a search: only HTTP takes its kind. */
  const send = (id: string, question: Question) => {
    if (question.type === "query" && question.kind !== "search") {
      socket.stop();
      void answerOverHttp(id, { ...handMade(question.query), kind: question.kind });
      return;
    }
    const request: Outgoing = {
      id,
      session: sessionId,
      locale: setting.locale,
      currency: currency.value,
      limit: PAGE_SIZE,
      ...(question.type === "words"
        ? { text: question.text, ...(question.previous ? { previous: question.previous } : {}) }
        : { query: question.query }),
    };
    if (connection.value.state === "http") void askOverHttp(request);
    else socket.send(request, { isFresh: question.type === "words" && question.previous === null });
  };

  /** Answers a request of the chat without it. While the server is not reached at all, the socket keeps it. */
  const askOverHttp = async (request: Outgoing) => {
    const { id, text = "", query = null, previous = null } = request;
    const began = setting.surroundings.now();
    const change = await answerTo(
      setting.api,
      { text, query, previous },
      { locale: setting.locale, currency: currency.value },
    ).then(
      ({ intent, result }): Partial<Turn> => ({
        phase: "done",
        intent,
        result,
        reply: isSearchResult(result) ? "" : result.text,
        before: null,
        tookMs: setting.surroundings.now() - began,
      }),
      (error: unknown): Partial<Turn> | null =>
        error instanceof ProblemError ? { phase: "failed", problem: error.problem, before: null } : null,
    );
    isReachedOverHttp.value = change !== null;
    const turn = turns.value.find((one) => one.id === id);
    if (!turn || !isBusy(turn)) return;
    if (change) update(id, () => change);
    else socket.putBack(request);
  };

  const answerOverHttp = async (id: string, intent: IntentAnswer) => {
    update(id, () => ({ phase: "understood", intent }));
    const change = await setting.api.answer(intent).then(
      (result): Partial<Turn> => ({ phase: "done", result, reply: result.text }),
      (error: unknown): Partial<Turn> => ({
        phase: "failed",
        problem: problemOf(error, setting.unreachable),
      }),
    );
    update(id, (turn) => (turn.phase === "understood" ? change : {}));
  };

  const stop = () => {
    socket.stop();
    turns.value = turns.value.map((turn) => (isBusy(turn) ? { ...turn, phase: "stopped" } : turn));
  };

  const run = (
    question: Question,
    id = setting.newId(),
    menu: Facets | null = null,
    nextView: View = menu ? view.value : "list",
  ) => {
    const isRefining = question.type === "query" || question.previous !== null;
    const before = isRefining ? offersOf(shown.value) : null;
    batch(() => {
      // What is still under way is ended by the new request, here as on the server.
      const others = turns.value
        .filter((turn) => turn.id !== id)
        .map((turn): Turn => (isBusy(turn) ? { ...turn, phase: "stopped" } : turn));
      turns.value = [...others, newTurn(id, question, { menu, before })];
      shownId.value = id;
      view.value = nextView;
      past.value = remembered(past.value, question, setting.surroundings.now());
    });
    send(id, question);
    return id;
  };

  const showMore = async () => {
    const turn = shown.value;
    if (!turn?.result || !isSearchResult(turn.result) || turn.paging === "loading") return;
    const { query, next_cursor: cursor } = turn.result;
    if (cursor === null) return;
    update(turn.id, () => ({ paging: "loading" }));
    try {
      const page = await setting.api.search({ query, limit: FURTHER_PAGE_SIZE, cursor });
      update(turn.id, ({ result }) => ({
        paging: "idle",
        result: result && isSearchResult(result) ? joined(result, page, cursor) : result,
      }));
    } catch (error) {
      update(turn.id, () => ({ paging: problemOf(error, setting.unreachable) }));
    }
  };

  const loadSnapshot = async () => {
    try {
      snapshot.value = await setting.api.snapshot();
      isReachedOverHttp.value = true;
    } catch (error) {
      snapshot.value = problemOf(error, setting.unreachable);
    }
  };

  return {
    turns,
    shown,
    connection,
    carrierNames,
    snapshot,
    currency,
    useCurrency: (code) => {
      currency.value = code;
    },
    today: setting.today,
    past,
    forget: (question) => {
      past.value = question === null ? [] : forgotten(past.value, question);
    },
    compared,
    compare: (offer) => {
      compared.value = toggled(compared.value, offer);
    },
    compareNone: () => {
      batch(() => {
        compared.value = [];
        if (view.value === "compare") view.value = "list";
      });
    },
    restoreCompared: async (ids) => {
      const query = shown.value ? queryOf(shown.value) : null;
      if (!query) return;
      const { offers } = await setting.api.search({ query, limit: MOST_OFFERS, cursor: null });
      compared.value = offers.filter(({ id }) => ids.includes(id)).slice(0, MOST_COMPARED);
    },
    view,
    look: (next) => {
      view.value = next;
    },
    places: async (text, stop) => {
      const found = await setting.api.places(text, stop);
      for (const { label, airports } of found) airportsByPlace.set(label, airports);
      return found;
    },
    airportsOf: (label) => airportsByPlace.get(label) ?? airportsSaid(turns.value, label),
    dayPrices: async (query) => {
      const { data } = await setting.api.answer({
        ...handMade(askedAs(query, "calendar")),
        kind: "calendar",
      });
      return daysIn(data);
    },
    offersOf: (query, limit) => setting.api.search({ query, limit, cursor: null }),
    airports: (codes) => setting.api.airports(codes),
    connect: () => socket.connect(),
    ask: (text) => run({ type: "words", text, previous: contextOf(shown.value) }),
    change: (query, label, { kind = "search", menu = null } = {}) =>
      // Narrowing down by the facets keeps the way of looking; a day or a city that was picked leads to a list.
      run({ type: "query", query: askedAs(query, kind), kind, label }, undefined, menu),
    run: (question, id, next) => run(question, id, null, next),
    retry: (turn) => {
      run(turn.question, turn.id, turn.menu, view.value);
    },
    stop,
    show: (id, next = "list") => {
      batch(() => {
        shownId.value = id;
        view.value = next;
      });
    },
    showMore,
    loadSnapshot,
  };
}

/** The page after the offers that are there; offers that came already are not shown twice. */
export function joined(result: SearchResult, page: SearchResult, cursor: string): SearchResult {
  if (result.next_cursor !== cursor) return result;
  const known = new Set(result.offers.map(({ id }) => id));
  const fresh = page.offers.filter(({ id }) => !known.has(id));
  return {
    ...result,
    offers: [...result.offers, ...fresh],
    next_cursor: page.next_cursor,
    total: page.total,
  };
}

/** The offers that a turn shows: its own, or until they are there those it started from. */
function offersOf(turn: Turn | null): SearchResult | null {
  if (!turn?.result) return turn?.before ?? null;
  return isSearchResult(turn.result) && turn.result.offers.length > 0 ? turn.result : null;
}

/** The airports that a place had when it was first understood: what is narrowed later is a part of them. */
function airportsSaid(turns: readonly Turn[], label: string): readonly string[] | null {
  const places = turns.flatMap(({ intent }) =>
    (intent?.query?.slices ?? []).flatMap(({ origin, destination }) => [origin, destination]),
  );
  const known = places.filter((place) => place?.label === label);
  return known.reduce<readonly string[] | null>(
    (most, place) => (place && place.airports.length > (most?.length ?? 0) ? place.airports : most),
    null,
  );
}

function namesIn(turns: readonly Turn[]): Map<string, string> {
  const called = turns.flatMap(({ intent }) => (intent ? carriersCalled(intent) : []));
  const facets = turns.flatMap(({ result }) =>
    result && isSearchResult(result) ? result.facets.carriers : [],
  );
  return new Map([...called, ...facets.map(({ value, label }): [string, string] => [value, label])]);
}

/** What the chat would have understood and found: the words in one call, a query made by hand as a search. */
async function answerTo(
  api: Api,
  { text, query, previous }: Pick<ChatRequest, "text" | "query" | "previous">,
  { locale, currency }: Pick<Setting, "locale" | "currency">,
): Promise<AskResult> {
  if (query === null) return api.ask({ text, previous, locale, currency, limit: PAGE_SIZE });
  return { intent: handMade(query), result: await api.search({ query, limit: PAGE_SIZE, cursor: null }) };
}

/** The intent of a query that nobody said. */
function handMade(query: FlightQuery): IntentAnswer {
  return {
    kind: "search",
    query,
    missing: [],
    unsupported: [],
    question: null,
    understood: [],
    confidence: 1,
    engine: "local",
    degraded: [],
    took_ms: 0,
    locale: null,
  };
}
