/** Keeps the turns of this browser tab's session, so that a reload does not lose them. */

import type { Turn } from "../app/turn";

const KEY = "flight-search.turns";
const MAX_TURNS = 20;

/** Reads the turns kept; whatever cannot be read counts as none. */
export function recall(storage: Storage): Turn[] {
  try {
    const turns: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(turns) ? (turns as Turn[]).filter((turn) => turn?.id && turn.question) : [];
  } catch {
    return [];
  }
}

/** Keeps the last turns. A full or forbidden storage costs the history, not the page. */
export function remember(storage: Storage, turns: readonly Turn[]): void {
  try {
    const kept = turns.slice(-MAX_TURNS).map((turn) => ({ ...turn, before: null }));
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Half as many may fit; if even those do not, the history lives until the page is closed.
    if (turns.length > 1) remember(storage, turns.slice(-Math.floor(turns.length / 2)));
  }
}

const CURRENCY_KEY = "flight-search.currency";

/** The currency that was chosen here before. */
export function recallCurrency(storage: Storage): string | null {
  try {
    const code = storage.getItem(CURRENCY_KEY) ?? "";
    return /^[A-Z]{3}$/.test(code) ? code : null;
  } catch {
    return null;
  }
}

export function rememberCurrency(storage: Storage, code: string): void {
  try {
    storage.setItem(CURRENCY_KEY, code);
  } catch {
    // A forbidden storage costs the choice, not the page.
  }
}
