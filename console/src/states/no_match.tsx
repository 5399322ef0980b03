/** Nothing satisfies everything: what would, worded by how much it changes, how many flights and from what price. */

import type { Session } from "../app/session";
import type { Turn } from "../app/turn";
import { SERVER_LANGUAGE, useSpeech } from "../text/speech";
import type { Relaxation, SearchResult } from "../wire";
import { byExtent, relaxed } from "./relax";

export function NoMatch({ session, turn, result }: { session: Session; turn: Turn; result: SearchResult }) {
  const { words } = useSpeech();
  const { relaxations, notes } = result;
  return (
    <div class="no-match">
      <h2>{words.states.noMatch}</h2>
      {notes.map((note) => (
        <p key={note} lang={SERVER_LANGUAGE}>
          {note}
        </p>
      ))}
      {relaxations.length === 0 && <p>{words.states.noRelaxation}</p>}
      {byExtent(relaxations).map(([extent, some]) => (
        <section key={extent}>
          <p>{words.states.changes[extent]}</p>
          <ul>
            {some.map((relaxation) => (
              <li key={relaxation.field + relaxation.text}>
                <Way session={session} turn={turn} result={result} relaxation={relaxation} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Way(props: { session: Session; turn: Turn; result: SearchResult; relaxation: Relaxation }) {
  const { words, formats } = useSpeech();
  const { session, turn, result, relaxation } = props;
  const { text, total, from_price: lowest, currency } = relaxation;
  const take = () =>
    session.change(relaxed(result.query, relaxation.change), words.talk.relaxed(text), { menu: turn.menu });
  return (
    <button type="button" onClick={take}>
      <strong lang={SERVER_LANGUAGE}>{text}</strong>
      <span>
        {words.states.relaxation(
          formats.number(total),
          total === 1,
          lowest === null ? null : formats.about(lowest, currency),
        )}
      </span>
    </button>
  );
}
