/** What airlines were called in a request: a query has their codes alone, and those left out are in no result. */

import type { IntentAnswer } from "../wire";
import { wordsOf } from "./words";

/** Code and name, as `["UA", "United (UA)"]`, of each airline that was named alone. */
export function carriersCalled({ query, understood }: IntentAnswer): [string, string][] {
  if (!query) return [];
  return (["include", "exclude"] as const).flatMap((list): [string, string][] => {
    const [code, ...others] = query.carriers[list];
    const [text, ...more] = wordsOf(`carriers.${list}`, understood);
    const isOne = code && text && others.length === 0 && more.length === 0;
    return isOne && text.toUpperCase() !== code ? [[code, `${text} (${code})`]] : [];
  });
}
