/** Where the data comes from, under which licence, of which date, and what prices here are. */

import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";

export function DataFooter({ session }: { session: Session }) {
  const { words, formats } = useSpeech();
  const info = session.snapshot.value;
  return (
    <footer class="data" id="data">
      <h2>{words.data.heading}</h2>
      {info === null && <p>{words.data.loading}</p>}
      {info !== null && !("sources" in info) && (
        <p>
          {words.data.unavailable}{" "}
          <button type="button" class="button button-small" onClick={() => void session.loadSnapshot()}>
            {words.states.retry}
          </button>
        </p>
      )}
      {info !== null && "sources" in info && (
        <>
          <p>
            {words.data.summary(
              formats.number(info.offers),
              formats.number(info.airports),
              formats.day(info.first_day),
              formats.day(info.last_day),
            )}{" "}
            {words.data.built(formats.instant(info.built_at))}{" "}
            {info.fares &&
              words.data.fares(formats.number(info.fares.offers), formats.instant(info.fares.applied_at))}
          </p>
          <p>{words.data.estimates}</p>
          <ul class="sources">
            {info.sources.map((source) => (
              <li key={source.name}>
                <strong>{source.title}</strong>
                <span>
                  {source.licence} · {words.data.date} {source.data_date}
                </span>
                {source.note && <span>{source.note}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="licences">
        <a href="/licences.txt">{words.data.licences}</a>
      </p>
    </footer>
  );
}
