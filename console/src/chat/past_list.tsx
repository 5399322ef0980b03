/** The start page's list of what was searched for before: each can be asked again or forgotten. */

import type { Session } from "../app/session";
import { searchOf } from "../app/url";
import { useSpeech } from "../text/speech";
import type { Past } from "./past";

export function PastList({ session }: { session: Session }) {
  const { words, formats } = useSpeech();
  const past = session.past.value;
  if (past.length === 0) return null;
  return (
    <section class="past" aria-labelledby="past">
      <div class="past-head">
        <h2 id="past">{words.past.heading}</h2>
        <button type="button" class="text-button" onClick={() => session.forget(null)}>
          {words.past.forgetAll}
        </button>
      </div>
      <ol>
        {past.map((one) => (
          <li key={searchOf(one.question)}>
            <a
              href={searchOf(one.question)}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                session.run(one.question);
              }}
            >
              <bdi>{titleOf(one)}</bdi>
            </a>
            <span>{formats.instant(new Date(one.at).toISOString())}</span>
            <button
              type="button"
              class="text-button"
              aria-label={words.past.forget(titleOf(one))}
              onClick={() => session.forget(one.question)}
            >
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ol>
      <p class="near-prices">{words.past.note}</p>
    </section>
  );
}

/** A query set by hand is told by what it is about, not by the last change to it. */
function titleOf({ question }: Past): string {
  if (question.type === "words") return question.text;
  const [first] = question.query.slices;
  const ends = [first?.origin?.label, first?.destination?.label].filter(Boolean).join(" → ");
  return ends ? `${ends} · ${question.label}` : question.label;
}
