/** The map of an answer that has places: where one could go, how far it is, which airports there are. */

import type { Session } from "../app/session";
import type { MapPoint } from "../pictures/map";
import { MapFrame } from "../pictures/map_frame";
import { useSpeech } from "../text/speech";
import type { Kind } from "../wire";
import { type AnswerProps, currencyOf } from "./answer_view";
import { rowsOf, textOf } from "./data";

interface Drawing {
  readonly label: string;
  readonly points: MapPoint[];
  readonly lines: [string, string][];
}

export function AnswerMap(props: { session: Session; kind: Kind; view: AnswerProps }) {
  const drawing = useDrawing(props.kind, props.view);
  if (!drawing || drawing.points.length === 0) return null;
  return <MapFrame session={props.session} {...drawing} />;
}

function useDrawing(kind: Kind, { data, query, onSearch }: AnswerProps): Drawing | null {
  const { words, formats } = useSpeech();
  if (kind === "explore") {
    const currency = currencyOf(data);
    const origins = query?.slices[0]?.origin?.airports ?? [];
    const here: MapPoint[] = origins.map((airport) => ({ airport, role: "origin", text: "" }));
    const there = rowsOf(data, "destinations").map((row): MapPoint => {
      const airport = textOf(row, "airport");
      const city = textOf(row, "city");
      const price = formats.about(textOf(row, "price"), currency);
      const [first, ...rest] = query?.slices ?? [];
      return {
        airport,
        role: "destination",
        text: price,
        ...(query && first
          ? {
              onPick: () =>
                onSearch(
                  {
                    ...query,
                    slices: [{ ...first, destination: { label: city, airports: [airport] } }, ...rest],
                  },
                  words.answer.flightsTo(city),
                ),
            }
          : {}),
      };
    });
    const [from] = origins;
    const lines = from ? there.map(({ airport }): [string, string] => [from, airport]) : [];
    return { label: words.pictures.mapLabel, points: [...here, ...there], lines };
  }
  if (kind === "distance") {
    const [from, to] = [textOf(data, "origin"), textOf(data, "destination")];
    if (from === "" || to === "") return null;
    return {
      label: words.answer.distance,
      points: [
        { airport: from, role: "origin", text: "" },
        { airport: to, role: "destination", text: "" },
      ],
      lines: [[from, to]],
    };
  }
  if (kind === "airport") {
    const points = rowsOf(data, "airports").map(
      (row): MapPoint => ({ airport: textOf(row, "iata"), role: "destination", text: "" }),
    );
    return { label: words.answer.heading.airport, points, lines: [] };
  }
  return null;
}
