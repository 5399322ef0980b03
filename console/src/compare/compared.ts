/** Up to four offers side by side, and which of them is the best in what. */

import type { Offer } from "../wire";

export const MOST_COMPARED = 4;

/** Adds an offer or takes it out; a fifth has no room. */
export function toggled(offers: readonly Offer[], offer: Offer): readonly Offer[] {
  if (offers.some(({ id }) => id === offer.id)) return offers.filter(({ id }) => id !== offer.id);
  return offers.length < MOST_COMPARED ? [...offers, offer] : offers;
}

/** Of the figures those that are the lowest, if not all are the same. */
export function lowestOf(figures: readonly (number | null)[]): boolean[] {
  const known = figures.filter((figure) => figure !== null);
  const least = Math.min(...known);
  const isDecided = known.length > 1 && known.some((figure) => figure !== least);
  return figures.map((figure) => isDecided && figure === least);
}

export const minutesOf = (offer: Offer) =>
  offer.slices.reduce((sum, { duration_minutes }) => sum + duration_minutes, 0);

export const stopsOf = (offer: Offer) => offer.slices.reduce((sum, { stops }) => sum + stops, 0);
