/**
 * The page's address for each question, so that it can be shared and reopened.
 *
 * `?q=words` · `?q=words&after={query}` for a follow-up · `?query={query}&kind=calendar` for one changed by hand.
 * `&compare=ids` names the offers side by side, `&view=map` says how the offers are looked at. Queries are JSON without what is default, so that addresses stay short.
 */

import type { View } from "../pictures/views";
import { emptyQuery, NO_SLICE } from "../understanding/edit/change";
import type { FlightQuery, Kind } from "../wire";
import { isKind, isQuery } from "./shape";
import { askedAs, type Question } from "./turn";

const EMPTY_QUERY: FlightQuery = { ...emptyQuery("USD"), slices: [] };

function without<T extends object>(value: T, defaults: object): Partial<T> {
  const plain = defaults as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value).filter(([name, part]) => JSON.stringify(part) !== JSON.stringify(plain[name])),
  ) as Partial<T>;
}

/** The query without what is default. */
export function compact(query: FlightQuery): object {
  const { slices, ...rest } = query;
  return { ...without(rest, EMPTY_QUERY), slices: slices.map((slice) => without(slice, NO_SLICE)) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The whole query from a compact one, or null if it is none. The server checks what it asks for. */
export function expand(text: string): FlightQuery | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || !Array.isArray(value.slices) || !value.slices.every(isObject)) return null;
    if (value.slices.length === 0) return null;
    const query: Record<string, unknown> = { ...EMPTY_QUERY };
    for (const [name, part] of Object.entries(value)) {
      const plain = query[name];
      if (isObject(plain) && !isObject(part)) return null;
      query[name] = isObject(plain) && isObject(part) ? { ...plain, ...part } : part;
    }
    query.slices = value.slices.map((slice) => ({ ...NO_SLICE, ...slice }));
    return isQuery(query) ? (query as unknown as FlightQuery) : null;
  } catch {
    return null;
  }
}

/** The query string of a question, and of how its offers are looked at. */
export function searchOf(question: Question, view: View = "list", compared: readonly string[] = []): string {
  const parameters = new URLSearchParams();
  if (question.type === "words") {
    parameters.set("q", question.text);
    if (question.previous) parameters.set("after", JSON.stringify(compact(question.previous)));
  } else {
    parameters.set("query", JSON.stringify(compact(askedAs(question.query, "search"))));
    if (question.kind !== "search") parameters.set("kind", question.kind);
  }
  if (compared.length > 0) parameters.set("compare", compared.join());
  if (view !== "list") parameters.set("view", view);
  return `?${parameters}`;
}

/** The question of a query string; null for the start page and for what cannot be read. */
export function questionOf(search: string, label: string): Question | null {
  const parameters = new URLSearchParams(search);
  const text = parameters.get("q")?.trim();
  if (text) return { type: "words", text, previous: expand(parameters.get("after") ?? "") };
  const query = expand(parameters.get("query") ?? "");
  if (!query) return null;
  const named = parameters.get("kind");
  const kind = isKind(named) ? (named as Kind) : "search";
  return { type: "query", query: askedAs(query, kind), kind, label };
}
