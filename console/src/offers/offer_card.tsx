/** One offer: its slices with times, bar and carrier; its price with what the price is; why and what to mind. */

import { CompareButton, OfferActions } from "../export/offer_actions";
import { Distribution } from "../pictures/distribution";
import { dayShift, minutesBetween } from "../text/format";
import { SERVER_LANGUAGE, useSpeech } from "../text/speech";
import { partyText } from "../understanding/chips";
import type { FlightQuery, Offer, PriceSummary, Segment, Slice } from "../wire";
import { emissionsPercent } from "./emissions";
import { TimeBar } from "./time_bar";

export interface CardProps {
  readonly offer: Offer;
  readonly query: FlightQuery;
  readonly axis: number;
  /** The prices of all matches, where they are known. */
  readonly price?: PriceSummary | undefined;
  /** Slices that stand above the list for all offers. */
  readonly slicesAbove?: number | undefined;
}

export function OfferCard({ offer, query, axis, price, slicesAbove = 0 }: CardProps) {
  const { words } = useSpeech();
  return (
    <article class="offer">
      <div class="offer-slices">
        {offer.slices.map(
          (slice, index) =>
            index >= slicesAbove && (
              <SliceRow key={index} slice={slice} label={sliceLabel(offer, index, words)} axis={axis} />
            ),
        )}
      </div>
      <PriceTag offer={offer} query={query} />
      <div class="offer-foot">
        <Remarks offer={offer} />
        <CompareButton offer={offer} />
        <Details offer={offer} price={price ?? null} />
      </div>
    </article>
  );
}

function sliceLabel(offer: Offer, index: number, words: ReturnType<typeof useSpeech>["words"]): string {
  if (offer.slices.length < 2) return "";
  if (offer.slices.length > 2) return words.offers.sliceNumber(index + 1);
  return index === 0 ? words.offers.out : words.offers.back;
}

function SliceRow({ slice, label, axis }: { slice: Slice; label: string; axis: number }) {
  const { words, formats } = useSpeech();
  const first = slice.segments[0];
  const last = slice.segments.at(-1);
  if (!first || !last) return null;
  const between = slice.segments.slice(1).map(({ origin }) => origin);
  return (
    <div class="slice">
      <CarrierMark segment={first} />
      <div class="slice-times">
        <p class="slice-clock">
          <Clock at={first.departs_at} />
          <span class="slice-dash" aria-hidden="true" />
          <span class="out-of-sight"> – </span>
          <Clock at={last.arrives_at} shift={dayShift(first.departs_at, last.arrives_at)} />
        </p>
        <p class="slice-places">
          {label && <strong>{label} </strong>}
          <span class="slice-day">{formats.day(first.departs_at)}</span>{" "}
          <span class="slice-route">
            <span title={first.origin_city}>{first.origin}</span>
            <span aria-hidden="true"> → </span>
            <span class="out-of-sight"> – </span>
            <span title={last.destination_city}>{last.destination}</span>
          </span>
        </p>
      </div>
      <div class="slice-way">
        <TimeBar slice={slice} axis={axis} />
        <p>
          <strong>{formats.duration(slice.duration_minutes)}</strong>{" "}
          {slice.stops === 0 ? words.offers.nonstop : words.offers.stops(slice.stops)}
          {between.length > 0 && ` ${words.offers.viaAirports(between.join(", "))}`}
        </p>
      </div>
      <div class="slice-facts">
        <p class="slice-carrier">{slice.segments.map((segment) => segmentName(segment)).join(", ")}</p>
        <p class="slice-aircraft">{aircraftText(slice, words)}</p>
      </div>
    </div>
  );
}

function segmentName({ carrier, carrier_name: name, flight_number: number }: Segment): string {
  return name ? `${name} · ${carrier} ${number}` : `${carrier} ${number}`;
}

function aircraftText(slice: Slice, words: ReturnType<typeof useSpeech>["words"]): string {
  const aircraft = [...new Set(slice.segments.flatMap((segment) => segment.aircraft ?? []))];
  const cabins = [...new Set(slice.segments.map(({ cabin }) => words.value.cabin[cabin]))];
  return [...aircraft, ...cabins].join(" · ");
}

function Clock({ at, shift = 0 }: { at: string; shift?: number }) {
  const { words, formats } = useSpeech();
  return (
    <time dateTime={at}>
      {formats.time(at)}
      {shift !== 0 && (
        <sup>
          <span aria-hidden="true">{words.offers.dayShift(shift)}</span>
          <span class="out-of-sight"> ({words.offers.dayShiftLong(shift)})</span>
        </sup>
      )}
    </time>
  );
}

/** A colour of its own for each carrier, so that the eye finds the same one again. */
function CarrierMark({ segment }: { segment: Segment }) {
  const code = segment.carrier;
  const hue = (code.charCodeAt(0) * 47 + code.charCodeAt(1) * 101) % 360;
  return (
    <span class="carrier-mark" style={{ "--hue": String(hue) }} aria-hidden="true">
      {code}
    </span>
  );
}

function PriceTag({ offer, query }: { offer: Offer; query: FlightQuery }) {
  const speech = useSpeech();
  const { words, formats } = speech;
  const { amount, currency, basis } = offer.price;
  const { adults, children, infants } = query.passengers;
  const isParty = adults + children + infants > 1;
  return (
    <div class="price">
      <p class="price-amount">
        {basis === "estimate" && (
          <span class="price-about" aria-hidden="true">
            ≈
          </span>
        )}
        {basis === "estimate" ? formats.about(amount, currency) : formats.money(amount, currency)}
      </p>
      <p class={`basis basis-${basis}`} title={words.offers.basisNote[basis]}>
        {words.offers.basis[basis]}
      </p>
      {isParty && <p class="price-party">{words.offers.perParty(partyText(query, speech))}</p>}
      <Emissions offer={offer} isParty={isParty} />
    </div>
  );
}

/** The CO2 of one traveller, and how it compares with the median of the route. */
function Emissions({ offer, isParty }: { offer: Offer; isParty: boolean }) {
  const { words, formats } = useSpeech();
  if (offer.emissions_kg === null) return <p class="co2">{words.offers.co2Unknown}</p>;
  const co2 = isParty ? words.offers.co2Each : words.offers.co2;
  const percent = emissionsPercent(offer);
  return (
    <p class="co2">
      {co2(formats.kilograms(offer.emissions_kg))}
      {percent !== null && offer.emissions_typical_kg !== null && (
        <span
          class={percent < 0 ? "co2-less" : percent > 0 ? "co2-more" : "co2-usual"}
          title={words.offers.co2Typical(formats.kilograms(offer.emissions_typical_kg))}
        >
          {percent === 0 ? words.offers.co2Usual : formats.signedPercent(percent)}
          <span class="out-of-sight">
            {" "}
            {words.offers.co2Typical(formats.kilograms(offer.emissions_typical_kg))}
          </span>
        </span>
      )}
    </p>
  );
}

/** More than these drown the card; all of them stand in the details. */
const REASONS_SHOWN = 2;

function Remarks({ offer }: { offer: Offer }) {
  const { words } = useSpeech();
  return (
    <div class="remarks">
      {offer.reasons.length > 0 && (
        <ul class="reasons" lang={SERVER_LANGUAGE} aria-label={words.offers.reasons}>
          {offer.reasons.slice(0, REASONS_SHOWN).map((reason) => (
            <li key={reason} class="remarked">
              {reason}
            </li>
          ))}
        </ul>
      )}
      {offer.warnings.length > 0 && (
        <ul class="warnings" lang={SERVER_LANGUAGE} aria-label={words.offers.warnings}>
          {offer.warnings.map((warning) => (
            <li key={warning} class="remarked">
              {warning}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Details({ offer, price }: { offer: Offer; price: PriceSummary | null }) {
  const { words, formats } = useSpeech();
  const best = Math.max(0.01, ...Object.values(offer.score_parts));
  return (
    <details class="details">
      <summary>{words.offers.details}</summary>
      <div class="details-body">
        <ol class="legs">
          {offer.slices.flatMap((slice) =>
            slice.segments.map((segment, index) => (
              <li key={`${segment.carrier}${segment.flight_number}${segment.departs_at}`}>
                {index > 0 && <Layover before={slice.segments[index - 1]} after={segment} />}
                <p>
                  <strong>{segmentName(segment)}</strong>
                  {segment.operating_carrier !== segment.carrier &&
                    ` · ${words.offers.operatedBy(segment.operating_carrier)}`}
                </p>
                <p>
                  {words.offers.departs} {formats.longDay(segment.departs_at)},{" "}
                  {formats.time(segment.departs_at)}, {segment.origin_city} {segment.origin}
                </p>
                <p>
                  {words.offers.arrives} {formats.longDay(segment.arrives_at)},{" "}
                  {formats.time(segment.arrives_at)}, {segment.destination_city} {segment.destination}
                </p>
                <p>
                  {[
                    formats.duration(segment.duration_minutes),
                    segment.aircraft,
                    words.value.cabin[segment.cabin],
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </p>
              </li>
            )),
          )}
          <li>
            <OfferActions offer={offer} />
          </li>
        </ol>
        {Object.keys(offer.score_parts).length > 0 && (
          <div class="score">
            {price && <Distribution offer={offer} price={price} />}
            <h3>{words.offers.scoreHeading}</h3>
            <dl>
              {Object.entries(offer.score_parts).map(([part, value]) => (
                <div key={part}>
                  <dt>{words.offers.scoreParts[part] ?? part}</dt>
                  <dd>
                    <span class="score-bar" style={{ inlineSize: `${Math.max(0, value / best) * 100}%` }} />
                    <span>{formats.number(Math.round(value * 100))}</span>
                  </dd>
                </div>
              ))}
            </dl>
            {offer.reasons.length > REASONS_SHOWN && (
              <ul class="all-reasons" lang={SERVER_LANGUAGE} aria-label={words.offers.reasons}>
                {offer.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )}
          </div>
        )}
      </div>
    </details>
  );
}

function Layover({ before, after }: { before: Segment | undefined; after: Segment }) {
  const { words, formats } = useSpeech();
  if (!before) return null;
  const minutes = minutesBetween(before.arrives_at, after.departs_at);
  return <p class="layover">{words.offers.layover(formats.duration(minutes), after.origin)}</p>;
}
