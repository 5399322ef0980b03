/** How old what is shown is, in few words beside it, and to the minute for who asks. */

import { useEffect, useState } from "preact/hooks";
import { useSpeech } from "../text/speech";
import type { AnswerResult, SearchResult } from "../wire";

const REDRAW_MS = 60_000;

export function Age({ result }: { result: SearchResult | AnswerResult }) {
  const { words, formats } = useSpeech();
  const { as_of: moment, fares } = result;
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  if (moment === "" || Number.isNaN(Date.parse(moment))) return null;
  const since = formats.since(moment);
  return (
    <p class="age">
      <a href="#data">
        <time dateTime={moment} title={formats.instant(moment)}>
          {fares === "" ? words.data.aged(since) : words.data.faresAged(since)}
        </time>
      </a>
    </p>
  );
}
