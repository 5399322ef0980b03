/** How the CO2 of an offer compares with what is usual on its route. */

import type { Offer } from "../wire";

/** Whole percent more (or, negative, less) than the median of the route; null where either is not known. */
export function emissionsPercent({ emissions_kg, emissions_typical_kg }: Offer): number | null {
  if (emissions_kg === null || !emissions_typical_kg) return null;
  return Math.round((emissions_kg / emissions_typical_kg - 1) * 100);
}
