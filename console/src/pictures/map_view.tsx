/** Where the offers of a search lead: a city that is picked becomes the destination. */

import type { Session } from "../app/session";
import { withPlace } from "../facets/toggle";
import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";
import { PictureProblem, PictureSkeleton, useLoaded } from "./lazy";
import { MapFrame } from "./map_frame";
import { legsOf, stopsOf } from "./offers_of_picture";

/** Enough to see every airport that the best offers touch. */
const OFFERS = 300;

export function MapView({ session, result }: { session: Session; result: SearchResult }) {
  const { words, formats } = useSpeech();
  const { query } = result;
  const { now, retry } = useLoaded(() => session.offersOf(query, OFFERS), JSON.stringify(query));
  if (now === null) return <PictureSkeleton />;
  if ("problem" in now) return <PictureProblem problem={now.problem} onRetry={retry} />;
  const { offers, total } = now.value;
  const order = { origin: 0, destination: 1, connection: 2 };
  const stops = stopsOf(offers).toSorted(
    (a, b) => order[a.role] - order[b.role] || Number(a.price ?? 0) - Number(b.price ?? 0),
  );
  const currency = query.price.currency;
  const isChosen = (airport: string) => {
    const airports = query.slices[0]?.destination?.airports ?? [];
    return airports.length === 1 && airports[0] === airport;
  };
  return (
    <>
      <MapFrame
        session={session}
        label={words.pictures.mapLabel}
        lines={legsOf(offers).map(({ from, to }) => [from, to] as const)}
        points={stops.map(({ airport, city, price, role }) => ({
          airport,
          role,
          text: price === null ? "" : formats.about(price, currency),
          ...(role === "destination" && !isChosen(airport)
            ? {
                onPick: () =>
                  session.change(
                    withPlace(query, 0, "destination", { label: city || airport, airports: [airport] }),
                    words.answer.flightsTo(city || airport),
                  ),
              }
            : {}),
        }))}
      />
      {total > offers.length && (
        <p class="near-prices">
          {words.pictures.ofBest(formats.number(offers.length), formats.number(total))}
        </p>
      )}
    </>
  );
}
