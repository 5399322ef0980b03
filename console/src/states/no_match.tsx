/** Nothing satisfies everything: which single change would, how many flights it finds and from what price. */

import type { Session } from "../app/session";
import type { Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";
import { relaxed } from "./relax";

export function NoMatch({ session, turn, result }: { session: Session; turn: Turn; result: SearchResult }) {
  const { words, formats } = useSpeech();
  const { relaxations, notes, query } = result;
  return (
    <div class="no-match">
      <h2>{words.states.noMatch}</h2>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <p>{relaxations.length > 0 ? words.states.oneChange : words.states.noRelaxation}</p>
      <ul>
        {relaxations.map((relaxation) => (
          <li key={relaxation.field + relaxation.text}>
            <button
              type="button"
              onClick={() =>
                session.change(relaxed(query, relaxation.change), words.talk.relaxed(relaxation.text), {
                  menu: turn.menu,
                })
              }
            >
              <strong>{relaxation.text}</strong>
              <span>
                {words.states.relaxation(
                  formats.number(relaxation.total),
                  relaxation.total === 1,
                  relaxation.from_price === null
                    ? null
                    : formats.about(relaxation.from_price, relaxation.currency),
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
