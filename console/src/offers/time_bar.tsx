/** One slice on the day's axis: the flight as a bar over a sky that is dark at night. */

import { useSpeech } from "../text/speech";
import type { Slice } from "../wire";
import { type Bar, barsOf, dayPercent } from "./timebar";

export function TimeBar({ slice, axis }: { slice: Slice; axis: number }) {
  const { words, formats } = useSpeech();
  const { segments, layovers } = barsOf(slice, axis);
  const first = slice.segments[0];
  const last = slice.segments.at(-1);
  if (!first || !last) return null;
  const label = words.offers.barLabel(
    formats.time(first.departs_at),
    formats.time(last.arrives_at),
    formats.duration(slice.duration_minutes),
  );
  return (
    <div class="time-bar" role="img" aria-label={label} style={{ "--day": `${dayPercent(axis)}%` }}>
      {layovers.map((bar) => (
        <span key={bar.startPercent} class="bar-layover" style={place(bar)} />
      ))}
      {segments.map((bar) => (
        <span key={bar.startPercent} class="bar-flight" style={place(bar)} />
      ))}
    </div>
  );
}

function place({ startPercent, widthPercent }: Bar) {
  return { insetInlineStart: `${startPercent}%`, inlineSize: `${widthPercent}%` };
}
