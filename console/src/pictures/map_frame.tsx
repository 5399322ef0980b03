/** Fetches what a map needs (the library, the outline, where the airports lie) and draws it. */

import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import { PictureProblem, PictureSkeleton, useLoaded } from "./lazy";
import type { MapPoint } from "./map";

/** The library and the outline: fetched once, whatever is drawn. */
async function loadMap() {
  const [{ default: FlightMap }, { loadOutline }] = await Promise.all([
    import("./map"),
    import("./geometry"),
  ]);
  return { FlightMap, outline: await loadOutline() };
}

export function MapFrame(props: {
  session: Session;
  points: readonly MapPoint[];
  lines: readonly (readonly [string, string])[];
  label: string;
}) {
  const { words } = useSpeech();
  const codes = [...new Set([...props.points.map(({ airport }) => airport), ...props.lines.flat()])];
  const { now, retry } = useLoaded(async () => {
    const [map, positions] = await Promise.all([loadMap(), props.session.airports(codes)]);
    return { ...map, positions };
  }, codes.join());
  if (codes.length === 0) return null;
  if (now === null) return <PictureSkeleton />;
  if ("problem" in now) return <PictureProblem problem={now.problem} onRetry={retry} />;
  const { FlightMap, outline, positions } = now.value;
  if (positions.length === 0) return <p class="near-prices">{words.pictures.noPositions}</p>;
  return (
    <FlightMap
      outline={outline}
      positions={positions}
      points={props.points}
      lines={props.lines}
      label={props.label}
    />
  );
}
