/** The hours above the bars. */

import { useSpeech } from "../text/speech";
import { axisHours } from "./timebar";

export function Axis({ axis }: { axis: number }) {
  const { words, formats } = useSpeech();
  return (
    <div class="axis" aria-hidden="true">
      {axisHours(axis).map((hour) => (
        <span key={hour} class="axis-hour" style={{ insetInlineStart: `${((hour * 60) / axis) * 100}%` }}>
          {formats.hour(hour)}
        </span>
      ))}
      <span class="axis-name">{words.offers.axis}</span>
    </div>
  );
}
