/** The conversation: the reply to what is shown, and what was asked before. */

import type { Session } from "../app/session";
import { isBusy, type Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import type { Strings } from "../text/strings";
import { isSearchResult } from "../wire";

export function Talk({ session }: { session: Session }) {
  const { words } = useSpeech();
  const shown = session.shown.value;
  const earlier = session.turns.value.filter(({ id }) => id !== shown?.id).toReversed();
  if (!shown && earlier.length === 0) return null;
  return (
    <aside class="talk" aria-label={words.talk.heading}>
      {shown && <Reply turn={shown} />}
      {earlier.length > 0 && (
        <nav class="earlier" aria-labelledby="earlier">
          <h2 id="earlier">{words.talk.earlier}</h2>
          <ol>
            {earlier.map((turn) => (
              <li key={turn.id}>
                <button
                  type="button"
                  aria-label={words.talk.show(titleOf(turn))}
                  onClick={() => session.show(turn.id)}
                >
                  <bdi>{titleOf(turn)}</bdi>
                </button>
              </li>
            ))}
          </ol>
        </nav>
      )}
    </aside>
  );
}

export function titleOf({ question }: Turn): string {
  return question.type === "words" ? question.text : question.label;
}

function Reply({ turn }: { turn: Turn }) {
  const { words, formats } = useSpeech();
  const status = statusOf(turn, words);
  return (
    <div class="exchange">
      {turn.question.type === "query" && (
        <p class="asked">
          <span class="label">{words.talk.changed}</span>
          <bdi dir="auto">{turn.question.label}</bdi>
        </p>
      )}
      {turn.reply && !isShownAsAnswer(turn) && (
        <p class="reply" dir="auto">
          {turn.reply}
          {isBusy(turn) && <span class="caret" aria-hidden="true" />}
        </p>
      )}
      {status && <p class="status-line">{status}</p>}
      {turn.phase === "done" && turn.tookMs !== null && (
        <p class="status-line">{words.talk.took(formats.milliseconds(turn.tookMs))}</p>
      )}
    </div>
  );
}

/** The sentence of an answer stands large above its figures, a question or a way out in their place: once is enough. */
function isShownAsAnswer({ result, reply }: Turn): boolean {
  if (result === null) return false;
  if (isSearchResult(result)) return result.status === "needs" || result.status === "no_match";
  return result.text.startsWith(reply.trim());
}

function statusOf({ phase, reply, result }: Turn, words: Strings): string {
  if (phase === "asked") return words.talk.thinking;
  if (phase === "understood" && !reply) return words.talk.searching;
  if (phase === "stopped") return result ? words.talk.stopped : words.talk.stoppedEarly;
  return "";
}
