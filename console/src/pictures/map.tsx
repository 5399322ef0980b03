/** Airports and the great circles between them, with a price where one leads. No tiles, no other host. */

import { useMemo, useState } from "preact/hooks";
import type { AirportPosition } from "../app/api";
import { useSpeech } from "../text/speech";
import { type Outline, planeOf } from "./geometry";
import { placed, type Side } from "./labels";

export interface MapPoint {
  readonly airport: string;
  readonly role: "origin" | "destination" | "connection";
  /** Written beside it, as a price. */
  readonly text: string;
  readonly onPick?: () => void;
}

/** The drawing's own units, and how large a letter of a label is in them: a phone gets a taller map. */
const WIDE = { width: 960, height: 520, pad: 44, letter: 8, line: 20 };
const NARROW = { width: 420, height: 440, pad: 26, letter: 9.5, line: 20 };
const DOT = 5;

export default function FlightMap(props: {
  outline: Outline;
  positions: readonly AirportPosition[];
  points: readonly MapPoint[];
  lines: readonly (readonly [string, string])[];
  label: string;
}) {
  const { words } = useSpeech();
  const { outline, points } = props;
  const [box] = useState(() => (matchMedia("(max-width: 39.99rem)").matches ? NARROW : WIDE));
  const byCode = useMemo(
    () => new Map(props.positions.map((position) => [position.iata, position])),
    [props.positions],
  );
  const plane = useMemo(() => {
    const lines = props.lines.flatMap(([from, to]) => {
      const [start, end] = [byCode.get(from), byCode.get(to)];
      return start && end ? [[start, end] as const] : [];
    });
    return planeOf(outline, [...byCode.values()], lines, box);
  }, [outline, byCode, props.lines, box]);
  const known = points.flatMap((point) => {
    const position = byCode.get(point.airport);
    if (!position) return [];
    const [x, y] = plane.at(position);
    return [{ point, x, y, city: position.city }];
  });
  const labelled = placed(
    known.map(({ point, x, y }) => ({
      key: point.airport,
      x,
      y,
      width: (point.airport.length + point.text.length + 1) * box.letter,
      height: box.line,
    })),
    known.map(({ x, y }) => ({ x: x - DOT, y: y - DOT, width: 2 * DOT, height: 2 * DOT })),
    box,
  );
  return (
    <figure class="map">
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG has no fieldset. */}
      <svg viewBox={`0 0 ${box.width} ${box.height}`} role="group" aria-label={props.label}>
        <path class="map-graticule" d={plane.graticule} />
        <path class="map-land" d={plane.land} />
        <path class="map-lines" d={plane.lines} />
        {known.map(({ point, x, y, city }) => (
          <Point
            key={point.airport}
            point={point}
            x={x}
            y={y}
            city={city}
            side={labelled.get(point.airport) ?? null}
          />
        ))}
      </svg>
      <figcaption>{words.pictures.mapNote}</figcaption>
    </figure>
  );
}

function Point(props: { point: MapPoint; x: number; y: number; city: string; side: Side | null }) {
  const { point, x, y } = props;
  const { onPick } = point;
  // Begins with what is written there: whoever speaks to the page says what stands on it.
  const name = [[point.airport, point.text].filter(Boolean).join(" "), props.city].filter(Boolean).join(", ");
  const look = (
    <>
      <circle class="map-target" r="13" />
      <circle class={`map-dot map-${point.role}`} r={point.role === "origin" ? 6 : 4.5} />
      <text
        class={props.side ? "map-label" : "map-label map-label-hidden"}
        x={props.side === "start" ? -9 : 9}
        dy="0.35em"
        text-anchor={props.side === "start" ? "end" : "start"}
      >
        {point.airport}
        {point.text && <tspan class="map-price"> {point.text}</tspan>}
      </text>
    </>
  );
  const transform = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  if (!onPick) {
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of shapes is one picture.
      <g class="map-point" transform={transform} role="img" aria-label={name}>
        <title>{name}</title>
        {look}
      </g>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG has no button.
    <g
      class="map-point map-pick"
      transform={transform}
      role="button"
      tabindex={0}
      aria-label={name}
      onClick={onPick}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onPick();
      }}
    >
      <title>{name}</title>
      {look}
    </g>
  );
}
