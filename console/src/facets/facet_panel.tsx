/** What the matching flights are made of, and the ways to narrow them down. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../app/session";
import { isBusy, queryOf, type Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import { type FacetCount, type FlightQuery, isSearchResult, type PriceSummary } from "../wire";
import { choices, isStopsChosen, menuOf, toggledCarrier, toggledStops, withMaxPrice } from "./toggle";

/** From here on the panel stands beside the results and is always open (as in facets.css). */
const WIDE = "(min-width: 60rem)";

export function FacetPanel({ session, turn }: { session: Session; turn: Turn }) {
  const { words, formats } = useSpeech();
  const [isOpen, setOpen] = useState(() => matchMedia(WIDE).matches);
  const result = turn.result ?? (isBusy(turn) ? turn.before : null);
  if (!result || !isSearchResult(result)) return null;
  const { facets } = result;
  const query = queryOf(turn) ?? result.query;
  const menu = menuOf(turn.menu, facets);
  const carriers = choices(turn.menu?.carriers, facets.carriers);
  const stops = choices(turn.menu?.stops, facets.stops);
  if (menu.price.histogram.length === 0 && carriers.length === 0) return null;

  const narrow = (next: FlightQuery, label: string, isChosen: boolean) =>
    session.change(next, isChosen ? words.talk.widened(label) : words.talk.narrowed(label), { menu });

  return (
    <details class="facets" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{words.facets.heading}</h2>
      </summary>
      {menu.price.histogram.length > 1 && (
        <PriceFacet
          price={menu.price}
          max={query.price.max}
          onPick={(max) =>
            narrow(
              withMaxPrice(query, max),
              max === null
                ? words.facets.anyPrice
                : words.value.upTo(formats.money(String(max), menu.price.currency)),
              false,
            )
          }
        />
      )}
      <FacetGroup
        heading={words.facets.stops}
        facets={stops}
        currency={menu.price.currency}
        isChosen={(value) => isStopsChosen(query, Number(value))}
        onToggle={(facet, isChosen) =>
          narrow(toggledStops(query, Number(facet.value)), facet.label, isChosen)
        }
      />
      <FacetGroup
        heading={words.facets.carriers}
        facets={carriers}
        currency={menu.price.currency}
        isChosen={(value) => query.carriers.include.includes(value)}
        onToggle={(facet, isChosen) => {
          const label = query.carriers.include.length > 0 ? words.talk.added : words.talk.narrowed;
          session.change(
            toggledCarrier(query, facet.value),
            (isChosen ? words.talk.widened : label)(facet.label),
            { menu },
          );
        }}
      />
    </details>
  );
}

function FacetGroup(props: {
  heading: string;
  facets: FacetCount[];
  currency: string;
  isChosen: (value: string) => boolean;
  onToggle: (facet: FacetCount, isChosen: boolean) => void;
}) {
  const { words, formats } = useSpeech();
  if (props.facets.length === 0) return null;
  return (
    <fieldset class="facet">
      <legend>{props.heading}</legend>
      {props.facets.map((facet) => {
        const isChosen = props.isChosen(facet.value);
        return (
          <label key={facet.value}>
            <input type="checkbox" checked={isChosen} onChange={() => props.onToggle(facet, isChosen)} />
            <bdi class="facet-label">{facet.label}</bdi>
            <span class="facet-count">{formats.number(facet.count)}</span>
            <span class="facet-price">
              {facet.min_price !== null &&
                words.facets.fromPrice(formats.about(facet.min_price, props.currency))}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** A hundred steps are finer than a finger; whole units of money read better. */
const SLIDER_STEPS = 100;

const REST_MS = 300;

function PriceFacet({
  price,
  max,
  onPick,
}: {
  price: PriceSummary;
  max: string | null;
  onPick: (max: number | null) => void;
}) {
  const { words, formats } = useSpeech();
  const low = Math.floor(Number(price.min ?? 0));
  const high = Math.ceil(Number(price.max ?? 0));
  const chosen = max === null ? high : Math.min(high, Number(max));
  const [value, setValue] = useState(chosen);
  useEffect(() => setValue(chosen), [chosen]);
  const money = (amount: number) => formats.money(String(amount), price.currency);
  // Each arrow key is a change of its own: the search waits until the hand rests.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (high <= low) return null;
  const bound = value < high ? money(value) : max === null ? null : formats.money(max, price.currency);
  const text = bound === null ? words.facets.anyPrice : words.value.upTo(bound);
  return (
    <fieldset class="facet">
      <legend>{words.facets.price}</legend>
      <Histogram price={price} max={value} />
      <input
        type="range"
        class="price-slider"
        aria-label={words.facets.maximum}
        aria-valuetext={text}
        min={low}
        max={high}
        step={Math.max(1, Math.round((high - low) / SLIDER_STEPS))}
        value={value}
        onInput={(event) => setValue(Number(event.currentTarget.value))}
        onChange={(event) => {
          const now = Number(event.currentTarget.value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => onPick(now >= high ? null : now), REST_MS);
        }}
      />
      <p class="price-spread">
        <output>{text}</output>
        {price.min !== null && price.median !== null && price.max !== null && (
          <span>
            {words.facets.priceSpread(
              money(Math.round(Number(price.min))),
              money(Math.round(Number(price.median))),
              money(Math.round(Number(price.max))),
            )}
          </span>
        )}
      </p>
    </fieldset>
  );
}

function Histogram({ price, max }: { price: PriceSummary; max: number }) {
  const { words, formats } = useSpeech();
  const bins = price.histogram;
  const highest = Math.max(1, ...bins.map(({ count }) => count));
  const width = 100 / bins.length;
  const label = bins
    .map(({ from, to, count }) =>
      words.facets.bin(
        formats.about(from, price.currency),
        formats.about(to, price.currency),
        formats.number(count),
      ),
    )
    .join("; ");
  return (
    <svg class="histogram" viewBox="0 0 100 32" preserveAspectRatio="none" role="img" aria-label={label}>
      {bins.map(({ from, count }, index) => {
        // Few is not none: a bin with one flight stays visible.
        const height = count === 0 ? 0 : Math.max(1, (count / highest) * 32);
        return (
          <rect
            key={from}
            class={Number(from) <= max ? "bin" : "bin bin-out"}
            x={index * width + width * 0.08}
            y={32 - height}
            width={width * 0.84}
            height={height}
          />
        );
      })}
    </svg>
  );
}
