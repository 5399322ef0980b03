/** Values to choose from with their counts and lowest prices; a long list begins with its first few. */

import { useState } from "preact/hooks";
import { useSpeech } from "../text/speech";
import type { FacetCount } from "../wire";

/** A list that is longer begins with these. */
const SHOWN_FIRST = 6;

export function FacetGroup(props: {
  heading: string;
  facets: readonly FacetCount[];
  currency: string;
  /** Shows the code after the name. */
  hasCodes?: boolean;
  isChosen: (value: string) => boolean;
  onToggle: (facet: FacetCount, isChosen: boolean) => void;
}) {
  const { words, formats } = useSpeech();
  const [isWhole, setWhole] = useState(false);
  const { facets } = props;
  if (facets.length === 0) return null;
  const isLong = facets.length > SHOWN_FIRST + 1;
  const shown = facets.filter(
    (facet, at) => isWhole || !isLong || at < SHOWN_FIRST || props.isChosen(facet.value),
  );
  return (
    <fieldset class="facet">
      <legend>{props.heading}</legend>
      {shown.map((facet) => {
        const isChosen = props.isChosen(facet.value);
        return (
          <label key={facet.value}>
            <input type="checkbox" checked={isChosen} onChange={() => props.onToggle(facet, isChosen)} />
            <bdi class="facet-label">
              {facet.label}
              {props.hasCodes && facet.label !== facet.value && <span> {facet.value}</span>}
            </bdi>
            <span class="facet-price">
              {facet.min_price !== null &&
                words.facets.fromPrice(formats.about(facet.min_price, props.currency))}
            </span>
            <span class="facet-count">{formats.number(facet.count)}</span>
          </label>
        );
      })}
      {isLong && (
        <button type="button" class="facet-more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? words.facets.fewer : words.facets.all(formats.number(facets.length))}
        </button>
      )}
    </fieldset>
  );
}
