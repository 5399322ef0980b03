/** The scatter itself: one stop of the tab key, arrows go from offer to offer in the order of departure. */

import { bisectCenter } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useMemo, useState } from "preact/hooks";
import { OfferCard } from "../offers/offer_card";
import { axisMinutes } from "../offers/timebar";
import { useSpeech } from "../text/speech";
import type { FlightQuery } from "../wire";
import type { Dot } from "./offers_of_picture";

const WIDTH = 960;
const HEIGHT = 400;
const LEFT = 64;
const BOTTOM = 34;
const TOP = 14;
const RIGHT = 16;
const MINUTES_PER_DAY = 1_440;

export default function Scatter(props: { dots: readonly Dot[]; query: FlightQuery; median: string | null }) {
  const { words, formats } = useSpeech();
  const { dots, query } = props;
  const [at, setAt] = useState(() => cheapestOf(dots));
  const { x, y } = useMemo(() => {
    const prices = dots.map(({ price }) => price);
    const top = Math.max(1, ...prices);
    return {
      x: scaleLinear([0, MINUTES_PER_DAY], [LEFT, WIDTH - RIGHT]),
      y: scaleLinear([Math.min(top * 0.9, ...prices) * 0.9, top], [HEIGHT - BOTTOM, TOP]).nice(5),
    };
  }, [dots]);
  const chosen = dots[at];
  if (!chosen) return <p>{words.pictures.nothing}</p>;
  const { currency } = chosen.offer.price;
  const money = (value: number) => formats.about(String(value), currency);
  const says = words.pictures.dot(
    formats.time(chosen.offer.slices[0]?.segments[0]?.departs_at ?? ""),
    money(chosen.price),
    formats.day(chosen.offer.slices[0]?.segments[0]?.departs_at ?? ""),
  );

  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      PageDown: 20,
      PageUp: -20,
      Home: -dots.length,
      End: dots.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt(Math.min(dots.length - 1, Math.max(0, at + step)));
  };
  /** The dot nearest to the pointer: nobody hits three pixels. */
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * WIDTH;
    const py = ((event.clientY - box.top) / box.height) * HEIGHT;
    const start = bisectCenter(
      dots.map(({ minute }) => minute),
      x.invert(px),
    );
    let nearest = start;
    let least = Number.POSITIVE_INFINITY;
    dots.forEach((dot, index) => {
      const distance = (x(dot.minute) - px) ** 2 + (y(dot.price) - py) ** 2;
      if (distance < least) [least, nearest] = [distance, index];
    });
    setAt(nearest);
  };

  return (
    <>
      <figure class="chart">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="application"
          aria-label={words.pictures.scatterLabel(formats.number(dots.length))}
          aria-describedby="scatter-chosen"
          tabindex={0}
          onKeyDown={move}
          onPointerDown={point}
        >
          {y.ticks(5).map((tick) => (
            <g key={tick} transform={`translate(0 ${y(tick)})`}>
              <line class="chart-grid" x1={LEFT} x2={WIDTH - RIGHT} />
              <text class="chart-tick" x={LEFT - 10} dy="0.35em" text-anchor="end">
                {money(tick)}
              </text>
            </g>
          ))}
          {[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => (
            <text
              key={hour}
              class="chart-tick"
              x={x(hour * 60)}
              y={HEIGHT - 10}
              text-anchor={hour === 24 ? "end" : "middle"}
            >
              {formats.hour(hour)}
            </text>
          ))}
          {props.median !== null && (
            <g transform={`translate(0 ${y(Number(props.median))})`}>
              <line class="chart-median" x1={LEFT} x2={WIDTH - RIGHT} />
              <text class="chart-tick" x={WIDTH - RIGHT} dy="-0.4em" text-anchor="end">
                {words.pictures.median(money(Number(props.median)))}
              </text>
            </g>
          )}
          {dots.map(({ offer, minute, price, stops }) => (
            <circle
              key={offer.id}
              class={`dot dot-${Math.min(stops, 2)}`}
              cx={x(minute)}
              cy={y(price)}
              r="4"
            />
          ))}
          <circle class="dot-chosen" cx={x(chosen.minute)} cy={y(chosen.price)} r="8" />
        </svg>
        <figcaption>
          {[0, 1, 2]
            .filter((stops) => dots.some((dot) => Math.min(dot.stops, 2) === stops))
            .map((stops) => (
              <span key={stops} class={`legend legend-${stops}`}>
                {stops === 0 ? words.offers.nonstop : words.offers.stops(stops)}
              </span>
            ))}
          <span>{words.pictures.scatterNote}</span>
        </figcaption>
      </figure>
      <p class="out-of-sight" id="scatter-chosen" aria-live="polite">
        {says}
      </p>
      <OfferCard offer={chosen.offer} query={query} axis={axisMinutes([chosen.offer])} />
    </>
  );
}

function cheapestOf(dots: readonly Dot[]): number {
  return dots.reduce((best, dot, index) => (dot.price < (dots[best]?.price ?? 0) ? index : best), 0);
}
