/** What was searched for in this browser, across tabs and days: questions alone, no results. */

import type { Question } from "../app/turn";
import { expand, searchOf } from "../app/url";

export interface Past {
  readonly question: Question;
  /** When it was asked, milliseconds since 1970. */
  readonly at: number;
}

const KEY = "flight-search.past";

/** More than these nobody looks through. */
export const MOST_KEPT = 50;

/** The list with a question at its top; the same question asked before moves up. */
export function remembered(past: readonly Past[], question: Question, at: number): Past[] {
  const address = searchOf(question);
  return [{ question, at }, ...past.filter((one) => searchOf(one.question) !== address)].slice(0, MOST_KEPT);
}

export function forgotten(past: readonly Past[], question: Question): Past[] {
  const address = searchOf(question);
  return past.filter((one) => searchOf(one.question) !== address);
}

/** Reads what is kept; what has not the shape of a question (another version, another program) is left out. */
export function recallPast(storage: Storage): Past[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isPast) : [];
  } catch {
    return [];
  }
}

function isPast(value: unknown): value is Past {
  const { question, at } = (value ?? {}) as Partial<Past>;
  if (typeof at !== "number" || !question) return false;
  const isWhole = (query: unknown) => expand(JSON.stringify(query)) !== null;
  return question.type === "words"
    ? typeof question.text === "string" && (question.previous === null || isWhole(question.previous))
    : question.type === "query" && typeof question.label === "string" && isWhole(question.query);
}

export function keepPast(storage: Storage, past: readonly Past[]): void {
  try {
    storage.setItem(KEY, JSON.stringify(past));
  } catch {
    // A full or forbidden storage costs the history, not the page.
  }
}
