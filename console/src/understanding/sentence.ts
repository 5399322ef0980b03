/** The request's text cut into what was read as something and what was not, for underlining. */

import type { Understood } from "../wire";

export interface Stretch {
  readonly text: string;
  /** The field this stretch was read as; null for the words between. */
  readonly field: string | null;
}

/**
 * Cuts `text` at the marks of `understood`.
 *
 * Offsets count characters as Python does (code points), JavaScript counts UTF-16 units: an emoji before a
 * mark would shift it, so the text is taken apart by code points. Of marks that overlap the first wins.
 */
export function stretchesOf(text: string, understood: readonly Understood[]): Stretch[] {
  const points = Array.from(text);
  const marks = understood
    .filter(({ start, end }) => start < end && end <= points.length)
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  const stretches: Stretch[] = [];
  let at = 0;
  for (const { field, start, end } of marks) {
    if (start < at) continue;
    if (start > at) stretches.push({ text: points.slice(at, start).join(""), field: null });
    stretches.push({ text: points.slice(start, end).join(""), field });
    at = end;
  }
  if (at < points.length) stretches.push({ text: points.slice(at).join(""), field: null });
  return stretches;
}
