/** The ways out of a return; one that is taken leads to its ways back. */

import type { Session } from "../app/session";
import { PictureProblem, PictureSkeleton, useLoaded } from "../pictures/lazy";
import { useSpeech } from "../text/speech";
import type { FlightQuery, Offer, Slice } from "../wire";
import { Axis } from "./axis";
import { OfferCard } from "./offer_card";
import { axisMinutes } from "./timebar";
import { waysOutOf, withoutWayOut, withWayOut } from "./way_out";

const SHOWN = 100;

export function WayOutView({ session, query }: { session: Session; query: FlightQuery }) {
  const { words } = useSpeech();
  const asked = waysOutOf(query);
  const { now, retry } = useLoaded(() => session.offersOf(asked, SHOWN), JSON.stringify(asked));
  if (now === null) return <PictureSkeleton />;
  if ("problem" in now) return <PictureProblem problem={now.problem} onRetry={retry} />;
  const { offers } = now.value;
  const axis = axisMinutes(offers);
  const take = (offer: Offer) => {
    const [way] = offer.slices;
    if (way) session.change(withWayOut(query, way), words.choose.label(flightOf(way)));
  };
  return (
    <>
      <p class="near-prices">
        {words.choose.hint} {words.choose.price}
      </p>
      <Axis axis={axis} />
      <ol class="offers">
        {offers.map((offer) => (
          <li key={offer.id}>
            <OfferCard offer={offer} query={asked} axis={axis} />
            <p class="choose">
              <button type="button" class="button button-small" onClick={() => take(offer)}>
                {words.choose.out}
              </button>
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function flightOf({ segments }: Slice): string {
  return segments.map(({ carrier, flight_number }) => `${carrier} ${flight_number}`).join(", ");
}

/** The way out that was taken, above its ways back. */
export function ChosenWayOut(props: { session: Session; query: FlightQuery; way: Slice }) {
  const { words, formats } = useSpeech();
  const { session, query, way } = props;
  const [first, last] = [way.segments[0], way.segments.at(-1)];
  if (!first || !last) return null;
  return (
    <div class="chosen-out">
      <p>
        <strong>{words.choose.chosen}: </strong>
        {flightOf(way)}, {formats.day(first.departs_at)}, {formats.time(first.departs_at)} {first.origin} →{" "}
        {formats.time(last.arrives_at)} {last.destination}. {words.choose.back}
      </p>
      <button
        type="button"
        class="button button-small"
        onClick={() => {
          session.change(withoutWayOut(query), words.choose.another);
          session.look("out");
        }}
      >
        {words.choose.another}
      </button>
    </div>
  );
}
