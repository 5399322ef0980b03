/** Price against hour of departure; the offer that is pointed at stands below as a card. */

import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";
import { lazily, PictureProblem, PictureSkeleton, useLoaded } from "./lazy";
import { dotsOf } from "./offers_of_picture";

/** As many as the server gives in one page. */
const OFFERS = 1_000;

const Scatter = lazily(async () => (await import("./scatter")).default);

export function HoursView({ session, result }: { session: Session; result: SearchResult }) {
  const { words, formats } = useSpeech();
  const { query } = result;
  const { now, retry } = useLoaded(() => session.offersOf(query, OFFERS), JSON.stringify(query));
  if (now === null) return <PictureSkeleton />;
  if ("problem" in now) return <PictureProblem problem={now.problem} onRetry={retry} />;
  const { offers, total } = now.value;
  return (
    <>
      <Scatter dots={dotsOf(offers)} query={query} median={result.facets.price.median} />
      {total > offers.length && (
        <p class="near-prices">
          {words.pictures.ofBest(formats.number(offers.length), formats.number(total))}
        </p>
      )}
    </>
  );
}
