/** What flights cost: how that is for the season, then cheapest, middle half and dearest on one line, to scale. */

import { useSpeech } from "../text/speech";
import { type AnswerProps, currencyOf } from "./answer_view";
import { numberOf } from "./data";
import { seasonIn } from "./season";
import { SeasonView } from "./season_view";

export function FareView({ data }: AnswerProps) {
  const { words, formats } = useSpeech();
  const currency = currencyOf(data);
  const min = numberOf(data, "min");
  const p25 = numberOf(data, "p25");
  const median = numberOf(data, "median");
  const p75 = numberOf(data, "p75");
  const max = numberOf(data, "max");
  const count = numberOf(data, "count");
  const season = seasonIn(data);
  if (min === null || p25 === null || median === null || p75 === null || max === null) return null;
  const money = (value: number) => formats.about(String(value), currency);
  const at = (value: number) => (max > min ? ((value - min) / (max - min)) * 100 : 50);
  const figures = [
    { name: words.answer.fareCheapest, value: money(min) },
    { name: words.answer.fareTypical, value: money(median) },
    { name: words.answer.fareMiddle, value: words.value.range(money(p25), money(p75)) },
    { name: words.answer.fareDearest, value: money(max) },
  ];
  return (
    <>
      {season && <SeasonView season={season} currency={currency} />}
      {count !== null && <h3 class="fare-basis">{words.answer.fareBasis(formats.number(count))}</h3>}
      <div class="fare-line" aria-hidden="true">
        <span
          class="fare-middle"
          style={{ insetInlineStart: `${at(p25)}%`, inlineSize: `${at(p75) - at(p25)}%` }}
        />
        <span class="fare-median" style={{ insetInlineStart: `${at(median)}%` }} />
      </div>
      <dl class="figures">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
