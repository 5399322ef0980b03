/** One of a few: choosing searches at once. */

import { useSpeech } from "../../text/speech";
import type { Cabin, FlightQuery, Sort, Trip } from "../../wire";
import { withTrip } from "./change";
import type { DraftProps } from "./editor";

interface Choice {
  readonly name: string;
  readonly isChosen: boolean;
  readonly query: FlightQuery;
}

export function ChoiceEditor({ draft, target, onApply }: DraftProps) {
  const choices = useChoices(draft, target.field);
  return (
    <div class="editor-options">
      {choices.map(({ name, isChosen, query }) => (
        <button key={name} type="button" aria-pressed={isChosen} onClick={() => onApply(query)}>
          {name}
        </button>
      ))}
    </div>
  );
}

const CABINS: readonly Cabin[] = ["economy", "premium_economy", "business", "first"];
const SORTS: readonly Sort[] = [
  "best",
  "price",
  "duration",
  "departure_time",
  "departure_time_desc",
  "arrival_time",
  "emissions",
];
const TRIPS: readonly Trip[] = ["one_way", "round_trip", "multi_city"];

function useChoices(draft: FlightQuery, field: DraftProps["target"]["field"]): Choice[] {
  const { words } = useSpeech();
  const { min, max } = draft.stops;
  const stops = (name: string, range: FlightQuery["stops"]): Choice => ({
    name,
    isChosen: (min ?? 0) === (range.min ?? 0) && max === range.max,
    query: { ...draft, stops: range },
  });
  switch (field) {
    case "stops":
      return [
        stops(words.edit.anyStops, { min: null, max: null }),
        stops(words.value.nonstop, { min: 0, max: 0 }),
        stops(words.edit.upToStops(1), { min: null, max: 1 }),
        stops(words.edit.upToStops(2), { min: null, max: 2 }),
        stops(words.edit.exactlyOneStop, { min: 1, max: 1 }),
      ];
    case "cabin":
      return [null, ...CABINS].map((cabin) => ({
        name: cabin === null ? words.edit.anyCabin : words.value.cabin[cabin],
        isChosen: draft.cabin === cabin,
        query: { ...draft, cabin },
      }));
    case "sort":
      return SORTS.map((sort) => ({
        name: words.sort.chip[sort],
        isChosen: draft.sort === sort,
        query: { ...draft, sort },
      }));
    case "trip":
      return TRIPS.map((trip) => ({
        name: words.edit.trip[trip],
        isChosen: draft.trip === trip,
        query: withTrip(draft, trip),
      }));
    case "refundable":
      return [null, true, false].map((refundable) => ({
        name:
          refundable === null
            ? words.edit.anyRefund
            : refundable
              ? words.value.refundable
              : words.value.notRefundable,
        isChosen: draft.refundable === refundable,
        query: { ...draft, refundable },
      }));
    default:
      return [];
  }
}
