/** Keeps address and state together: each question has its address, back and forward show what was. */

import { effect } from "@preact/signals";
import type { Strings } from "../text/strings";
import type { Session } from "./session";
import { isBusy, type Turn } from "./turn";
import { questionOf, searchOf } from "./url";

interface Mark {
  readonly turn: string | null;
}

function labelOf(turn: Turn): string {
  return turn.question.type === "words" ? turn.question.text : turn.question.label;
}

/** Opens what the address names, then writes each shown turn into the address. */
export function followAddress(session: Session, page: Window, words: Strings): void {
  const { history, location } = page;
  const markOf = () => (history.state as Mark | null)?.turn ?? null;

  /** Shows the turn of the address if this tab still has it, else runs the address's question. */
  const open = (isReload: boolean) => {
    const id = markOf();
    const kept = session.turns.value.find((turn) => turn.id === id);
    if (kept && !isReload && !isBusy(kept)) return session.show(kept.id);
    const question = kept?.question ?? questionOf(location.search, words.talk.shared);
    if (!question) return session.show(null);
    session.run(question, id ?? undefined);
  };

  open(true);
  effect(() => {
    const turn = session.shown.value;
    page.document.title = turn ? `${labelOf(turn)} · ${words.product}` : words.product;
    const id = turn?.id ?? null;
    if (id === markOf() && history.state !== null) return;
    const address = turn ? searchOf(turn.question) : location.pathname;
    const mark: Mark = { turn: id };
    // The first turn of an opened address takes its entry; every later one gets its own.
    const isSame = history.state === null && (turn === null || searchOf(turn.question) === location.search);
    if (isSame) history.replaceState(mark, "", address);
    else history.pushState(mark, "", address);
  });
  page.addEventListener("popstate", () => open(false));
}
