/** One request and all that came of it. */

import type { Problem } from "../states/problem";
import type { AnswerResult, Facets, FlightQuery, IntentAnswer, Kind, SearchResult } from "../wire";

/** What is asked: words (that may refine an earlier query), or a query that was changed by hand. */
export type Question =
  | { readonly type: "words"; readonly text: string; readonly previous: FlightQuery | null }
  | { readonly type: "query"; readonly query: FlightQuery; readonly kind: Kind; readonly label: string };

export type Phase = "asked" | "understood" | "answered" | "done" | "stopped" | "failed";

export interface Turn {
  readonly id: string;
  readonly question: Question;
  readonly phase: Phase;
  readonly intent: IntentAnswer | null;
  readonly result: SearchResult | AnswerResult | null;
  readonly reply: string;
  readonly problem: Problem | null;
  readonly tookMs: number | null;
  readonly paging: "idle" | "loading" | Problem;
  /** The facets before narrowing by them, so that what was filtered out can be chosen again. */
  readonly menu: Facets | null;
  /** The result that this refines: it stays on the page until the new one is there. */
  readonly before: SearchResult | null;
}

export function newTurn(
  id: string,
  question: Question,
  { menu = null, before = null }: Partial<Pick<Turn, "menu" | "before">> = {},
): Turn {
  return {
    id,
    question,
    phase: "asked",
    intent: null,
    result: null,
    reply: "",
    problem: null,
    tookMs: null,
    paging: "idle",
    menu,
    before,
  };
}

export function isBusy({ phase }: Turn): boolean {
  return phase === "asked" || phase === "understood" || phase === "answered";
}

/** The query that the chips show and the next follow-up refines. */
export function queryOf({ question, intent, result }: Turn): FlightQuery | null {
  if (result && "query" in result) return result.query;
  if (intent) return intent.query;
  return question.type === "query" ? question.query : null;
}

/** What the next words refine: a turn without a query (a greeting, a failure) leaves what was there before it. */
export function contextOf(turn: Turn | null): FlightQuery | null {
  if (turn === null) return null;
  return queryOf(turn) ?? (turn.question.type === "words" ? turn.question.previous : null);
}

/** The query, to be answered as `kind`: it says so itself, for whoever refines it next. */
export function askedAs(query: FlightQuery, kind: Kind): FlightQuery {
  return { ...query, kind: kind === "search" ? null : kind };
}

export function kindOf({ question, intent }: Turn): Kind {
  return question.type === "query" ? question.kind : (intent?.kind ?? "search");
}
