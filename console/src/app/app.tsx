/** The page: request on top, conversation at its side, results in the middle. */

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { AnswerView } from "../answers/answer_view";
import mark from "../assets/mark.svg";
import { DataFooter } from "../attribution/data_footer";
import { Composer } from "../chat/composer";
import { PastList } from "../chat/past_list";
import { Talk } from "../chat/talk";
import { CompareTray } from "../compare/tray";
import { FacetPanel } from "../facets/facet_panel";
import { OfferList } from "../offers/offer_list";
import { Announcer } from "../states/announcer";
import { ConnectionBar } from "../states/connection_bar";
import { DegradedNote } from "../states/degraded_note";
import { Needs } from "../states/needs";
import { NoMatch } from "../states/no_match";
import { ProblemBox } from "../states/problem_box";
import { Skeleton } from "../states/skeleton";
import { useSpeech } from "../text/speech";
import { Chips } from "../understanding/chip_row";
import { emptyQuery } from "../understanding/edit/change";
import { Understanding } from "../understanding/understanding";
import { isSearchResult } from "../wire";
import type { Session } from "./session";
import { SessionProvider } from "./session_context";
import { isBusy, kindOf, type Turn } from "./turn";

export function App({ session }: { session: Session }) {
  return (
    <SessionProvider value={session}>
      <Page session={session} />
    </SessionProvider>
  );
}

function Page({ session }: { session: Session }) {
  const { words } = useSpeech();
  const input = useRef<HTMLTextAreaElement>(null);
  const turn = session.shown.value;

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape" && session.shown.value && isBusy(session.shown.value)) session.stop();
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isEditable(event.target))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [session]);

  // A new request, and another way to look at it, is read from its beginning, wherever the page was scrolled to.
  const lastShown = useRef<string | null>(null);
  useSignalEffect(() => {
    const id = session.shown.value?.id ?? null;
    const shown = id === null ? null : `${id} ${session.view.value}`;
    if (shown !== lastShown.current) scrollTo({ top: 0 });
    lastShown.current = shown;
  });

  return (
    <div class={turn ? "page" : "page page-home"}>
      <a class="skip" href="#results">
        {words.skipToResults}
      </a>
      <div class="sky-strip" aria-hidden="true" />
      <header class="top">
        <a
          class="brand"
          href="/"
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            session.show(null);
            input.current?.focus();
          }}
        >
          <img src={mark} alt="" width="28" height="28" />
          <span>{words.product}</span>
        </a>
        <Composer session={session} input={input} />
      </header>
      <ConnectionBar session={session} />
      <main id="results" tabIndex={-1} class={turn ? "desk" : "desk desk-home"}>
        {turn ? <Desk session={session} turn={turn} /> : <Start session={session} />}
      </main>
      <CompareTray session={session} />
      <DataFooter session={session} />
      <Announcer session={session} />
    </div>
  );
}

/** Below the field of the start page: the same request set by hand, and what was asked before. */
function Start({ session }: { session: Session }) {
  const { words } = useSpeech();
  return (
    <>
      <section class="by-hand">
        <h2 id="understood">{words.composer.byHand}</h2>
        <Chips
          session={session}
          query={emptyQuery(session.currency.value)}
          understood={[]}
          kind="search"
          onPoint={() => {}}
          onChange={(query, label) => session.change(query, label)}
        />
      </section>
      <PastList session={session} />
    </>
  );
}

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function Desk({ session, turn }: { session: Session; turn: Turn }) {
  return (
    <>
      <Understanding session={session} turn={turn} />
      <Talk session={session} />
      <FacetPanel session={session} turn={turn} />
      <section class="results" aria-busy={isBusy(turn)}>
        <Results session={session} turn={turn} />
      </section>
    </>
  );
}

/** In the place of what was stopped before it came. */
function Retry({ onRetry }: { onRetry: () => void }) {
  const { words } = useSpeech();
  return (
    <button type="button" class="button" onClick={onRetry}>
      {words.states.retry}
    </button>
  );
}

function Results({ session, turn }: { session: Session; turn: Turn }) {
  const { problem } = turn;
  const isStale = !turn.result && isBusy(turn);
  const result = turn.result ?? (isStale ? turn.before : null);
  if (problem) return <ProblemBox problem={problem} onRetry={() => session.retry(turn)} />;
  if (!result) return isStale ? <Skeleton /> : <Retry onRetry={() => session.retry(turn)} />;
  const isOffers = isSearchResult(result);
  return (
    <>
      {!isStale && <DegradedNote result={result} turn={turn} />}
      {isOffers && !isStale && result.status === "needs" && (
        <Needs result={result} question={turn.intent?.question ?? null} />
      )}
      {isOffers && !isStale && result.status === "no_match" && (
        <NoMatch session={session} turn={turn} result={result} />
      )}
      {isOffers && result.offers.length > 0 && (
        <OfferList session={session} turn={turn} result={result} isStale={isStale} />
      )}
      {!isOffers && <AnswerView session={session} turn={turn} kind={kindOf(turn)} answer={result} />}
    </>
  );
}
