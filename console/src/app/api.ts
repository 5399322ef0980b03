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

export interface Api {
  search(request: Partial<SearchRequest> & Pick<SearchRequest, "query">): Promise<SearchResult>;
  answer(intent: IntentAnswer): Promise<AnswerResult>;
  snapshot(): Promise<SnapshotInfo>;
  /** What the chat does in one call, without the words of the reply. */
  ask(request: Partial<AskRequest>): Promise<AskResult>;
}

/** A page of offers takes milliseconds; after this the server is taken for gone. */
const TIMEOUT_MS = 20_000;

type Fetch = typeof fetch;

async function call<T>(fetcher: Fetch, path: string, body?: unknown): Promise<T> {
  const request: RequestInit =
    body === undefined
      ? {}
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetcher(path, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
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
    ask: (request) => call(fetcher, "/v1/ask", request),
  };
}
