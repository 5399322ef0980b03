/** What the matching flights are made of, and the ways to narrow them down. */

import { useState } from "preact/hooks";
import type { Session } from "../app/session";
import { isBusy, queryOf, type Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import { type Facets, type FlightQuery, isSearchResult } from "../wire";
import { FacetGroup } from "./facet_group";
import { RangeFacet } from "./range";
import {
  choices,
  type End,
  HOURS,
  hoursOf,
  isAirportChosen,
  isAvoided,
  isStopsChosen,
  menuOf,
  toggledAirport,
  toggledAvoid,
  toggledCarrier,
  toggledStops,
  windowOf,
  withMaxDuration,
  withPrices,
  withWindow,
} from "./toggle";

/** From here on the panel stands beside the results and is always open (as in facets.css). */
const WIDE = "(min-width: 60rem)";

/** Narrows by `next`, with what to call it. */
type Narrow = (next: FlightQuery, label: string) => void;

interface Part {
  readonly query: FlightQuery;
  readonly menu: Facets;
  readonly onNarrow: Narrow;
}

export function FacetPanel({ session, turn }: { session: Session; turn: Turn }) {
  const { words } = useSpeech();
  const [isOpen, setOpen] = useState(() => matchMedia(WIDE).matches);
  const result = turn.result ?? (isBusy(turn) ? turn.before : null);
  if (!result || !isSearchResult(result)) return null;
  const { facets } = result;
  const query = queryOf(turn) ?? result.query;
  const menu = menuOf(turn.menu, facets);
  if (menu.price.histogram.length === 0 && menu.carriers.length === 0) return null;
  const { currency } = menu.price;
  const narrow: Narrow = (next, label) => session.change(next, label, { menu });
  const part: Part = { query, menu, onNarrow: narrow };
  const asToggled = (label: string, isChosen: boolean) =>
    isChosen ? words.talk.widened(label) : words.talk.narrowed(label);

  return (
    <details class="facets" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{words.facets.heading}</h2>
      </summary>
      <PriceFacet {...part} />
      <FacetGroup
        heading={words.facets.stops}
        facets={choices(turn.menu?.stops, facets.stops)}
        currency={currency}
        isChosen={(value) => isStopsChosen(query, Number(value))}
        onToggle={(facet, isChosen) =>
          narrow(toggledStops(query, Number(facet.value)), asToggled(facet.label, isChosen))
        }
      />
      <FacetGroup
        heading={words.facets.carriers}
        facets={choices(turn.menu?.carriers, facets.carriers)}
        currency={currency}
        isChosen={(value) => query.carriers.include.includes(value)}
        onToggle={(facet, isChosen) => {
          const added = query.carriers.include.length > 0 ? words.talk.added : words.talk.narrowed;
          narrow(toggledCarrier(query, facet.value), (isChosen ? words.talk.widened : added)(facet.label));
        }}
      />
      <HourFacets {...part} />
      <DurationFacet {...part} />
      <AirportFacet {...part} end="origin" now={facets.origins} before={turn.menu?.origins} />
      <AirportFacet {...part} end="destination" now={facets.destinations} before={turn.menu?.destinations} />
      <FacetGroup
        heading={words.facets.connections}
        facets={choices(turn.menu?.connections, facets.connections)}
        currency={currency}
        hasCodes
        isChosen={(value) => !isAvoided(query, value)}
        onToggle={({ value, label }, isChosen) =>
          narrow(toggledAvoid(query, value), isChosen ? words.talk.avoided(label) : words.talk.added(label))
        }
      />
    </details>
  );
}

function AirportFacet(
  props: Part & { end: End; now: Facets["origins"]; before: Facets["origins"] | undefined },
) {
  const { words } = useSpeech();
  const { query, menu, end, onNarrow } = props;
  const facets = choices(props.before, props.now);
  // One airport is no choice.
  if (facets.length < 2) return null;
  const chosen = query.slices[0]?.[end]?.airports ?? [];
  return (
    <FacetGroup
      heading={end === "origin" ? words.facets.origins : words.facets.destinations}
      facets={facets}
      currency={menu.price.currency}
      hasCodes
      isChosen={(value) => isAirportChosen(query, end, value, facets)}
      onToggle={({ value }, isChosen) => {
        const added = chosen.length < facets.length ? words.talk.added : words.talk.narrowed;
        onNarrow(toggledAirport(query, end, value, facets), (isChosen ? words.talk.widened : added)(value));
      }}
    />
  );
}

/** A hundred steps are finer than a finger; whole units of money read better. */
const SLIDER_STEPS = 100;

function PriceFacet({ query, menu, onNarrow }: Part) {
  const { words, formats } = useSpeech();
  const { price } = menu;
  const low = Math.floor(Number(price.min ?? 0));
  const high = Math.ceil(Number(price.max ?? 0));
  if (high <= low || price.histogram.length < 2) return null;
  const money = (amount: number) => formats.money(String(amount), price.currency);
  const within = (amount: string | null, open: number) =>
    amount === null ? open : Math.min(high, Math.max(low, Number(amount)));
  const text = (from: number, to: number) => {
    if (from > low && to < high) return words.value.range(money(from), money(to));
    if (from > low) return words.value.from(money(from));
    // A bound that was said and lies beyond all prices is still a bound.
    const bound = to < high ? String(to) : query.price.max;
    return bound === null ? words.facets.anyPrice : words.value.upTo(formats.money(bound, price.currency));
  };
  return (
    <RangeFacet
      legend={words.facets.price}
      low={low}
      high={high}
      step={Math.max(1, Math.round((high - low) / SLIDER_STEPS))}
      chosen={[within(query.price.min, low), within(query.price.max, high)]}
      bars={price.histogram.map(({ from, count }) => ({ key: from, from: Number(from), count }))}
      barsLabel={price.histogram
        .map(({ from, to, count }) =>
          words.facets.bin(
            formats.about(from, price.currency),
            formats.about(to, price.currency),
            formats.number(count),
          ),
        )
        .join("; ")}
      labels={[words.facets.minimum, words.facets.maximum]}
      text={text}
      hint={
        price.median === null
          ? ""
          : words.facets.priceSpread(money(low), formats.about(price.median, price.currency), money(high))
      }
      onPick={(from, to) =>
        onNarrow(
          withPrices(query, from > low ? from : null, to < high ? to : null),
          from > low || to < high ? text(from, to) : words.facets.anyPrice,
        )
      }
    />
  );
}

function HourFacets({ query, menu, onNarrow }: Part) {
  const { words, formats } = useSpeech();
  const clock = (hour: number) => formats.clock(`${String(hour % HOURS).padStart(2, "0")}:00`);
  const ways = [
    { name: "depart_time", rows: menu.departure_hours, legend: words.facets.departure },
    { name: "arrive_time", rows: menu.arrival_hours, legend: words.facets.arrival },
  ] as const;
  const text = (from: number, to: number) =>
    from === 0 && to === HOURS ? words.facets.anyTime : words.value.range(clock(from), clock(to));
  return (
    <>
      {query.slices.flatMap((slice, index) =>
        ways.map(({ name, rows, legend }) => {
          const counts = rows[index];
          if (!counts || counts.filter((count) => count > 0).length < 2) return null;
          const whole = query.slices.length > 1 ? words.facets.ofSlice(legend, index) : legend;
          return (
            <RangeFacet
              key={name + index}
              legend={whole}
              low={0}
              high={HOURS}
              step={1}
              chosen={hoursOf(slice[name])}
              bars={counts.map((count, hour) => ({ key: String(hour), from: hour, count }))}
              barsLabel={counts
                .flatMap((count, hour) =>
                  count > 0 ? [words.facets.hour(clock(hour), formats.number(count))] : [],
                )
                .join("; ")}
              labels={[words.facets.earliest(whole), words.facets.latest(whole)]}
              text={text}
              onPick={(from, to) =>
                onNarrow(
                  withWindow(query, index, name, windowOf(from, to)),
                  words.talk.bounded(whole, text(from, to)),
                )
              }
            />
          );
        }),
      )}
    </>
  );
}

/** Minutes of one step of the slider. */
const DURATION_STEP = 15;

function DurationFacet({ query, menu, onNarrow }: Part) {
  const { words, formats } = useSpeech();
  const { min, median, max } = menu.duration;
  if (min === null || max === null || max - min < 2 * DURATION_STEP) return null;
  const low = Math.floor(min / DURATION_STEP) * DURATION_STEP;
  const high = Math.ceil(max / DURATION_STEP) * DURATION_STEP;
  const chosen = Math.min(high, Math.max(low + DURATION_STEP, query.duration.max_minutes ?? high));
  const text = (to: number) =>
    to >= high ? words.facets.anyDuration : words.value.upTo(formats.duration(to));
  return (
    <RangeFacet
      legend={words.facets.duration}
      low={low}
      high={high}
      step={DURATION_STEP}
      chosen={[low, chosen]}
      bars={[]}
      barsLabel=""
      labels={["", words.facets.longest]}
      isUpperOnly
      text={(_, to) => text(to)}
      hint={median === null ? "" : words.facets.typicalDuration(formats.duration(median))}
      onPick={(_, to) =>
        onNarrow(
          withMaxDuration(query, to >= high ? null : to),
          words.talk.bounded(words.facets.duration, text(to)),
        )
      }
    />
  );
}
