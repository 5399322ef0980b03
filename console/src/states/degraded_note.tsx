/** Names what did not work while answering, and what the search has to say on its result. */

import type { Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import { type AnswerResult, isSearchResult, type SearchResult } from "../wire";

export function DegradedNote({ result, turn }: { result: SearchResult | AnswerResult; turn: Turn }) {
  const { words, formats } = useSpeech();
  const degraded = [...new Set([...result.degraded, ...(turn.intent?.degraded ?? [])])];
  // What a search without a match or with a question has to say stands with those.
  const hasOwnPlace = result.status === "no_match" || result.status === "needs";
  const notes = isSearchResult(result) && !hasOwnPlace ? result.notes : [];
  return (
    <>
      {(degraded.length > 0 || result.status === "partial") && (
        <p class="remark remark-warn">
          <strong>{words.states.degraded}</strong>
          {degraded.length > 0 && `: ${formats.list(degraded)}. `}
          {result.status === "partial" && ` ${words.states.partial}`}
        </p>
      )}
      {notes.map((note) => (
        <p key={note} class="remark">
          {note}
        </p>
      ))}
    </>
  );
}
