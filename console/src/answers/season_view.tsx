/** Low, typical or high: the verdict in words, and the price on a line with the middle half of the season. */

import { useSpeech } from "../text/speech";
import { gaugeOf, type Season } from "./season";

export function SeasonView({ season, currency }: { season: Season; currency: string }) {
  const { words, formats } = useSpeech();
  const { level, lowest, p25, p75, from, to } = season;
  const at = gaugeOf(season);
  const money = (value: number) => formats.about(String(value), currency);
  const price = money(lowest);
  const usual = p25 === p75 ? money(p25) : words.value.range(money(p25), money(p75));
  const { low, typical, high } = words.answer.seasonZones;
  return (
    <section class={`season is-${level}`}>
      <h3>{words.answer.season[level]}</h3>
      <p>
        {words.answer.seasonCompared(
          price,
          usual,
          formats.dateRange({ from, to }, { from: words.value.from, to: words.value.upTo }),
        )}
      </p>
      <div class="gauge" aria-hidden="true">
        <span class="gauge-zone gauge-low" style={{ inlineSize: `${at.p25}%` }}>
          {low}
        </span>
        <span class="gauge-zone gauge-typical" style={{ inlineSize: `${at.p75 - at.p25}%` }}>
          {typical}
        </span>
        <span class="gauge-zone gauge-high" style={{ inlineSize: `${100 - at.p75}%` }}>
          {high}
        </span>
        <span class="gauge-mark" style={{ insetInlineStart: `${at.lowest}%` }}>
          <b>{price}</b>
        </span>
      </div>
    </section>
  );
}
