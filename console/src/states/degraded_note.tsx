/** Names what did not work while answering, and what the search has to say on its result. */

import type { Turn } from "../app/turn";
import { SERVER_LANGUAGE, useSpeech } from "../text/speech";
import { type AnswerResult, isSearchResult, type SearchResult } from "../wire";

export function DegradedNote({ result, turn }: { result: SearchResult | AnswerResult; turn: Turn }) {
  const { words } = useSpeech();
  const degraded = [...new Set([...result.degraded, ...(turn.intent?.degraded ?? [])])].map(sentenceOf);
  const told = result.status === "partial" ? [...degraded, words.states.partial] : degraded;
  // What a search without a match or with a question has to say stands with those.
  const hasOwnPlace = result.status === "no_match" || result.status === "needs";
  const notes = isSearchResult(result) && !hasOwnPlace ? result.notes : [];
  return (
    <>
      {told.length > 0 && (
        <p class="remark remark-warn">
          <strong>{words.states.degraded}</strong>
          {`: ${told.join(" ")}`}
        </p>
      )}
      {notes.map((note) => (
        <p key={note} class="remark" lang={SERVER_LANGUAGE}>
          {note}
        </p>
      ))}
    </>
  );
}

/** What is said to a person of `llm_timeout: The model did not answer in time.` */
function sentenceOf(cause: string): string {
  const text = cause.replace(/^[a-z_]+: /, "");
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
