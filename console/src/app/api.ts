/** The calls over HTTP: further pages, answers to a changed query, what data is loaded, all where no chat opens. */

import { ProblemError, readProblem } from "../states/problem";
import type {
  AnswerResult,
  AskRequest,
  AskResult,
  IntentAnswer,
  SearchRequest,
  SearchResult,
  SnapshotInfo,
} from "../wire";

/** A place that typed letters can stand for. */
export interface PlaceSuggestion {
  readonly label: string;
  readonly kind: string;
  readonly airports: readonly string[];
  readonly country: string;
  readonly subdivision: string;
}

/** Where an airport lies. */
export interface AirportPosition {
  readonly iata: string;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Api {
  search(request: Partial<SearchRequest> & Pick<SearchRequest, "query">): Promise<SearchResult>;
  answer(intent: IntentAnswer): Promise<AnswerResult>;
  snapshot(): Promise<SnapshotInfo>;
  /** What the chat does in one call, without the words of the reply. */
  ask(request: Partial<AskRequest>): Promise<AskResult>;
  places(text: string, signal: AbortSignal): Promise<PlaceSuggestion[]>;
  airports(codes: readonly string[]): Promise<AirportPosition[]>;
}

/** A page of offers takes milliseconds; after this the server is taken for gone. */
const TIMEOUT_MS = 20_000;

/** As many as the server locates in one call. */
const MOST_AIRPORTS = 400;

type Fetch = typeof fetch;

async function call<T>(fetcher: Fetch, path: string, body?: unknown, stop?: AbortSignal): Promise<T> {
  const request: RequestInit =
    body === undefined
      ? {}
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = stop ? AbortSignal.any([timeout, stop]) : timeout;
  const response = await fetcher(path, { ...request, signal });
  if (response.ok) return (await response.json()) as T;
  const problem: unknown = await response.json().catch(() => null);
  const shown = readProblem(problem, response.headers.get("Retry-After"));
  throw new ProblemError({
    ...shown,
    title: shown.title || `${response.status} ${response.statusText}`,
    status: response.status,
  });
}

export function httpApi(fetcher: Fetch): Api {
  return {
    search: (request) => call(fetcher, "/v1/search", request),
    answer: (intent) => call(fetcher, "/v1/answer", intent),
    snapshot: () => call(fetcher, "/v1/snapshot"),
    places: (text, signal) =>
      call(fetcher, `/v1/places?${new URLSearchParams({ q: text, limit: "8" })}`, undefined, signal),
    airports: (codes) => call(fetcher, `/v1/airports?codes=${codes.slice(0, MOST_AIRPORTS).join(",")}`),
    ask: (request) => call(fetcher, "/v1/ask", request),
  };
}
