/** Two thumbs on one line under bars that show how many matches there are where. */

import { useEffect, useRef, useState } from "preact/hooks";

/** Each arrow key is a change of its own: the search waits until the hand rests. */
const REST_MS = 300;

export interface Bar {
  readonly key: string;
  /** Where the bar begins on the line, in the line's unit. */
  readonly from: number;
  readonly count: number;
}

export function RangeFacet(props: {
  legend: string;
  low: number;
  high: number;
  step: number;
  /** What is chosen; the ends of the line for no bound. */
  chosen: readonly [number, number];
  bars: readonly Bar[];
  /** What the bars say, for those who do not see them. */
  barsLabel: string;
  labels: readonly [string, string];
  /** Only the upper bound can be set. */
  isUpperOnly?: boolean;
  text: (from: number, to: number) => string;
  hint?: string;
  onPick: (from: number, to: number) => void;
}) {
  const { low, high, step, chosen, bars } = props;
  const [range, setRange] = useState<readonly [number, number]>(chosen);
  const [from, to] = range;
  const [chosenFrom, chosenTo] = chosen;
  useEffect(() => setRange([chosenFrom, chosenTo]), [chosenFrom, chosenTo]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const text = props.text(from, to);
  const at = (value: number) => ((value - low) / (high - low)) * 100;

  const slide = (index: 0 | 1, value: number) => {
    // The thumbs never pass each other: one step stays between them.
    if (index === 0) setRange([Math.min(value, to - step), to]);
    else setRange([from, Math.max(value, from + step)]);
  };
  const settle = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (from !== chosenFrom || to !== chosenTo) props.onPick(from, to);
    }, REST_MS);
  };
  const thumb = (index: 0 | 1) => (
    <input
      type="range"
      aria-label={props.labels[index]}
      aria-valuetext={text}
      min={low}
      max={high}
      step={step}
      value={range[index]}
      onInput={(event) => slide(index, Number(event.currentTarget.value))}
      onChange={settle}
    />
  );
  return (
    <fieldset class="facet">
      <legend>{props.legend}</legend>
      {bars.length > 0 && <Bars bars={bars} from={from} to={to} label={props.barsLabel} />}
      <div class="range">
        <span
          class="range-chosen"
          style={{ insetInlineStart: `${at(from)}%`, inlineSize: `${at(to) - at(from)}%` }}
        />
        {!props.isUpperOnly && thumb(0)}
        {thumb(1)}
      </div>
      <p class="range-text">
        <output>{text}</output>
        {props.hint && <span>{props.hint}</span>}
      </p>
    </fieldset>
  );
}

function Bars(props: { bars: readonly Bar[]; from: number; to: number; label: string }) {
  const { bars } = props;
  const highest = Math.max(1, ...bars.map(({ count }) => count));
  const width = 100 / bars.length;
  return (
    <svg
      class="histogram"
      viewBox="0 0 100 32"
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {bars.map(({ key, from, count }, index) => {
        // Few is not none: a bin with one flight stays visible.
        const height = count === 0 ? 0 : Math.max(1, (count / highest) * 32);
        const next = bars[index + 1]?.from ?? Number.POSITIVE_INFINITY;
        const isIn = next > props.from && from < props.to;
        return (
          <rect
            key={key}
            class={isIn ? "bin" : "bin bin-out"}
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
