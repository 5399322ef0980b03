/** Which words of a request were read as which field. */

import type { Understood } from "../wire";

/** The words that were read as the field at `path`, as one of its parts, or as what holds it. */
export function wordsOf(path: string, understood: readonly Understood[]): string[] {
  return understood
    .filter(({ field }) => field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`))
    .map(({ text }) => text);
}
