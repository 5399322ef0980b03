/** The offers that were put side by side, row by row; what is best in a row is marked. */

import type { ComponentChild } from "preact";
import type { Session } from "../app/session";
import { emissionsPercent } from "../offers/emissions";
import { useSpeech } from "../text/speech";
import type { Offer } from "../wire";
import { lowestOf, minutesOf, stopsOf } from "./compared";

interface Row {
  readonly name: string;
  readonly cell: (offer: Offer) => ComponentChild;
  /** Whether any of the offers has something to say here. */
  readonly isThere?: (offers: readonly Offer[]) => boolean;
  /** Less is better. */
  readonly figure?: (offer: Offer) => number | null;
}

export function CompareView({ session }: { session: Session }) {
  const { words } = useSpeech();
  const offers = session.compared.value;
  const rows = useRows().filter(({ isThere }) => isThere?.(offers) ?? true);
  if (offers.length === 0) return <p class="near-prices">{words.compare.none}</p>;
  return (
    <div class="table-frame compare">
      <table class="table">
        <thead>
          <tr>
            <td />
            {offers.map((offer) => (
              <th key={offer.id} scope="col">
                {flightsOf(offer)}
                <button
                  type="button"
                  class="text-button"
                  aria-label={words.compare.takeOut(flightsOf(offer))}
                  onClick={() => session.compare(offer)}
                >
                  {words.compare.remove}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cell, figure }) => {
            const best = figure ? lowestOf(offers.map(figure)) : [];
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {offers.map((offer, index) => (
                  <td key={offer.id} class={best[index] ? "is-best" : undefined}>
                    {cell(offer)}
                    {best[index] && <span class="best-mark">{words.compare.best}</span>}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function flightsOf({ slices }: Offer): string {
  return slices
    .flatMap(({ segments }) => segments)
    .map(({ carrier, flight_number }) => `${carrier} ${flight_number}`)
    .join(", ");
}

function useRows(): Row[] {
  const { words, formats } = useSpeech();
  const perSlice = (write: (slice: Offer["slices"][number]) => string) => (offer: Offer) =>
    offer.slices.map((slice, index) => <p key={index}>{write(slice)}</p>);
  const lines = (texts: readonly string[]) => texts.map((text) => <p key={text}>{text}</p>);
  return [
    {
      name: words.chip.price,
      figure: (offer) => Number(offer.price.amount),
      cell: ({ price }) => (
        <>
          <strong>
            {price.basis === "estimate"
              ? formats.about(price.amount, price.currency)
              : formats.money(price.amount, price.currency)}
          </strong>{" "}
          {words.offers.basis[price.basis]}
        </>
      ),
    },
    {
      name: words.compare.times,
      cell: perSlice(({ segments }) => {
        const [first, last] = [segments[0], segments.at(-1)];
        if (!first || !last) return "";
        return `${formats.day(first.departs_at)}, ${formats.time(first.departs_at)} ${first.origin} – ${formats.time(last.arrives_at)} ${last.destination}`;
      }),
    },
    {
      name: words.chip.duration,
      figure: minutesOf,
      cell: perSlice(({ duration_minutes }) => formats.duration(duration_minutes)),
    },
    {
      name: words.chip.stops,
      figure: stopsOf,
      cell: perSlice(({ stops, segments }) =>
        stops === 0
          ? words.offers.nonstop
          : `${words.offers.stops(stops)} ${words.offers.viaAirports(
              segments
                .slice(1)
                .map(({ origin }) => origin)
                .join(", "),
            )}`,
      ),
    },
    {
      name: words.chip.carriers,
      cell: perSlice(({ segments }) =>
        [...new Set(segments.map(({ carrier_name, carrier }) => carrier_name || carrier))].join(", "),
      ),
    },
    {
      name: words.compare.aircraft,
      cell: perSlice(({ segments }) => segments.map(({ aircraft }) => aircraft ?? "–").join(", ")),
    },
    {
      name: words.chip.cabin,
      cell: perSlice(({ segments }) =>
        [...new Set(segments.map(({ cabin }) => words.value.cabin[cabin]))].join(", "),
      ),
    },
    {
      name: "CO₂",
      figure: ({ emissions_kg }) => emissions_kg,
      cell: (offer) => {
        if (offer.emissions_kg === null) return words.offers.co2Unknown;
        const percent = emissionsPercent(offer);
        const against = percent ? ` (${formats.signedPercent(percent)})` : "";
        return formats.kilograms(offer.emissions_kg) + against;
      },
    },
    {
      name: words.offers.reasons,
      isThere: (offers) => offers.some(({ reasons }) => reasons.length > 0),
      cell: ({ reasons }) => lines(reasons),
    },
    {
      name: words.offers.warnings,
      isThere: (offers) => offers.some(({ warnings }) => warnings.length > 0),
      cell: ({ warnings }) => lines(warnings),
    },
  ];
}
