/** Keeps address and state together: each question has its address, back and forward show what was. */

import { effect } from "@preact/signals";
import { isView, type View } from "../pictures/views";
import type { Strings } from "../text/strings";
import type { Session } from "./session";
import { isBusy, type Turn } from "./turn";
import { questionOf, searchOf } from "./url";

interface Mark {
  readonly turn: string | null;
  readonly view: View;
  readonly compared: string;
}

function labelOf(turn: Turn): string {
  return turn.question.type === "words" ? turn.question.text : turn.question.label;
}

/** Opens what the address names, then writes each shown turn into the address. */
export function followAddress(session: Session, page: Window, words: Strings): void {
  const { history, location } = page;
  const markOf = () => (history.state as Mark | null)?.turn ?? null;
  const viewOf = (): View => {
    const named = new URLSearchParams(location.search).get("view");
    return isView(named) ? named : "list";
  };

  /** Shows the turn of the address if this tab still has it, else runs the address's question. */
  const open = (isReload: boolean) => {
    const id = markOf();
    const kept = session.turns.value.find((turn) => turn.id === id);
    if (kept && !isReload && !isBusy(kept)) return session.show(kept.id, viewOf());
    const question = kept?.question ?? questionOf(location.search, words.talk.shared);
    if (!question) return session.show(null);
    session.run(question, id ?? undefined, viewOf());
  };

  const wanted = new URLSearchParams(location.search).get("compare")?.split(",") ?? [];
  open(true);
  // The offers of the address are found once what they belong to is there.
  const stopWaiting = effect(() => {
    const turn = session.shown.value;
    if (wanted.length === 0 || !turn?.result) return;
    queueMicrotask(() => stopWaiting());
    void session.restoreCompared(wanted);
  });
  const markOfShown = (): Mark => {
    const turn = session.shown.value;
    return {
      turn: turn?.id ?? null,
      view: turn ? session.view.value : "list",
      compared: turn ? session.compared.value.map((offer) => offer.id).join() : "",
    };
  };
  effect(() => {
    const turn = session.shown.value;
    page.document.title = turn ? `${labelOf(turn)} · ${words.product}` : words.product;
    const before = history.state as Mark | null;
    const mark = markOfShown();
    const { turn: id, view, compared } = mark;
    if (before !== null && id === before.turn && view === before.view && compared === before.compared) return;
    const address = turn
      ? searchOf(turn.question, view, compared === "" ? [] : compared.split(","))
      : location.pathname;
    // The first turn of an opened address takes its entry; every later one gets its own.
    const isSame = before === null && (turn === null || address === location.search);
    // What is put side by side changes the address of the same page.
    const isSamePage = before !== null && id === before.turn && view === before.view;
    if (isSame || isSamePage) history.replaceState(mark, "", address);
    else history.pushState(mark, "", address);
  });
  page.addEventListener("popstate", () => {
    // A link to a part of the page makes an entry without a mark: it shows what is shown, further down.
    if (history.state === null && location.hash !== "") history.replaceState(markOfShown(), "");
    else open(false);
  });
}
