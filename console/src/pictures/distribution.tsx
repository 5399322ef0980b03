/** The prices of all matches, and where this offer lies among them. */

import { useSpeech } from "../text/speech";
import type { Offer, PriceSummary } from "../wire";
import { shareCheaper } from "./offers_of_picture";

export function Distribution({ offer, price }: { offer: Offer; price: PriceSummary }) {
  const { words, formats } = useSpeech();
  const { histogram, currency } = price;
  const amount = Number(offer.price.amount);
  const share = shareCheaper(amount, histogram);
  const low = Number(histogram[0]?.from ?? 0);
  const high = Number(histogram.at(-1)?.to ?? 0);
  if (share === null || high <= low || offer.price.currency !== currency) return null;
  const highest = Math.max(...histogram.map(({ count }) => count));
  const width = 100 / histogram.length;
  const at = Math.min(100, Math.max(0, ((amount - low) / (high - low)) * 100));
  const dearer = formats.percent(1 - share);
  const isCheapest = amount <= low;
  const text = isCheapest
    ? words.pictures.cheapest
    : share < 0.5
      ? words.pictures.cheaperThan(dearer)
      : words.pictures.dearerThan(formats.percent(share));
  return (
    <figure class="distribution">
      <h3>{words.pictures.distribution}</h3>
      <svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={text}>
        {histogram.map(({ from, count }, index) => {
          const height = count === 0 ? 0 : Math.max(1, (count / highest) * 28);
          const isHere = at >= index * width && (at < (index + 1) * width || index === histogram.length - 1);
          return (
            <rect
              key={from}
              class={isHere ? "bin" : "bin bin-quiet"}
              x={index * width + width * 0.08}
              y={30 - height}
              width={width * 0.84}
              height={height}
            />
          );
        })}
        <line class="distribution-here" x1={at} x2={at} y1="0" y2="30" />
      </svg>
      <p class="distribution-ends" aria-hidden="true">
        <span>{formats.about(String(low), currency)}</span>
        <span>{formats.about(String(high), currency)}</span>
      </p>
      <figcaption>{text}</figcaption>
    </figure>
  );
}
