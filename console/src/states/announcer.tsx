/** Tells screen readers what arrived, once and whole: a reply that streams would be read in shreds. */

import type { Session } from "../app/session";
import { kindOf } from "../app/turn";
import { useSpeech } from "../text/speech";
import { isSearchResult } from "../wire";

export function Announcer({ session }: { session: Session }) {
  const { words, formats } = useSpeech();
  const turn = session.shown.value;
  const parts: string[] = [];
  if (turn?.phase === "asked") parts.push(words.talk.thinking);
  if (turn?.result && turn.phase !== "answered") {
    const { result } = turn;
    if (isSearchResult(result)) {
      parts.push(
        result.status === "no_match"
          ? words.states.noMatch
          : words.offers.headingCount(formats.number(result.total), result.total === 1),
      );
      if (result.offers.length > 0) {
        parts.push(words.offers.shown(formats.number(result.offers.length), formats.number(result.total)));
      }
    } else {
      parts.push(words.answer.heading[kindOf(turn)]);
    }
    parts.push(turn.reply);
  }
  if (turn?.phase === "stopped") parts.push(turn.result ? words.talk.stopped : words.talk.stoppedEarly);
  return (
    <div class="out-of-sight" role="status" aria-live="polite">
      {parts.filter(Boolean).join(". ")}
    </div>
  );
}
