/** Answers that are a few figures. */

import { useSpeech } from "../text/speech";
import type { Kind } from "../wire";
import type { AnswerProps } from "./answer_view";
import { numberOf, textOf } from "./data";

export function FiguresView({
  kind,
  data,
}: AnswerProps & { kind: Extract<Kind, "count" | "schedule" | "distance"> }) {
  const { words, formats } = useSpeech();
  const number = (name: string) => write(numberOf(data, name), formats.number);
  const kilometres = write(numberOf(data, "distance_km"), formats.kilometres);
  const miles = write(numberOf(data, "distance_miles"), formats.miles);
  const distance = kilometres && miles ? words.answer.distances(kilometres, miles) : kilometres || miles;
  const figures = {
    count: [
      { name: words.answer.count, value: number("count") },
      { name: words.answer.days, value: number("days") },
      { name: words.answer.perDay, value: number("per_day") },
    ],
    schedule: [
      { name: words.answer.firstFlight, value: clockOf(textOf(data, "first"), formats) },
      { name: words.answer.lastFlight, value: clockOf(textOf(data, "last"), formats) },
      {
        name: words.answer.typicalDuration,
        value: write(numberOf(data, "typical_duration_minutes"), formats.duration),
      },
      { name: words.answer.perDay, value: number("flights_per_day") },
    ],
    distance: [{ name: words.answer.distance, value: distance }],
  }[kind].filter(({ value }) => value !== "");
  if (figures.length === 0) return null;
  return (
    <dl class="figures">
      {figures.map(({ name, value }) => (
        <div key={name + value}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function write(value: number | null, format: (value: number) => string): string {
  return value === null ? "" : format(value);
}

/** A time of day comes as HH:MM or as a whole local time. */
function clockOf(text: string, formats: ReturnType<typeof useSpeech>["formats"]): string {
  if (/^\d\d:\d\d$/.test(text)) return formats.clock(text);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? formats.time(text) : text;
}
