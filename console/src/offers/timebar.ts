/**
 * Geometry of the time bars: every flight of a list on one axis, to scale.
 *
 * The axis begins at midnight of the departure's day, on the clock of the departure airport, and is as long for
 * all offers of a list, so that bars can be compared down the list: further right is later, longer is longer.
 */

import { minuteOfDay, minutesBetween } from "../text/format";
import type { Offer, Slice } from "../wire";

const MINUTES_PER_DAY = 1_440;

/** The axis grows in steps of a quarter of a day. */
const STEP_MINUTES = 360;

/** A bar may not vanish: on a 36-hour axis this is about 20 minutes. */
const MIN_WIDTH_PERCENT = 1;

export interface Bar {
  readonly startPercent: number;
  readonly widthPercent: number;
}

export interface SliceBars {
  readonly segments: Bar[];
  readonly layovers: Bar[];
}

/** Minutes from midnight before the departure to the arrival, on the departure airport's clock. */
function endMinute(slice: Slice): number {
  const first = slice.segments[0];
  return first ? minuteOfDay(first.departs_at) + slice.duration_minutes : 0;
}

/** How long the axis must be, in minutes, to hold every slice of every offer. */
export function axisMinutes(offers: readonly Offer[]): number {
  const latest = Math.max(MINUTES_PER_DAY, ...offers.flatMap((offer) => offer.slices.map(endMinute)));
  return Math.ceil(latest / STEP_MINUTES) * STEP_MINUTES;
}

/** Whole hours at which the axis carries a mark, its two ends left out. */
export function axisHours(axis: number): number[] {
  const hours = [];
  for (let minute = STEP_MINUTES; minute < axis; minute += STEP_MINUTES) hours.push(minute / 60);
  return hours;
}

/** Where the segments and the waits between them lie on an axis of `axis` minutes. */
export function barsOf(slice: Slice, axis: number): SliceBars {
  const first = slice.segments[0];
  if (!first) return { segments: [], layovers: [] };
  const origin = minuteOfDay(first.departs_at);
  const bar = (from: number, to: number): Bar => ({
    startPercent: (from / axis) * 100,
    widthPercent: Math.max(MIN_WIDTH_PERCENT, ((to - from) / axis) * 100),
  });
  const spans = slice.segments.map((segment) => {
    const from = origin + minutesBetween(first.departs_at, segment.departs_at);
    return { from, to: from + segment.duration_minutes };
  });
  const waits = spans.slice(1).map((span, index) => ({ from: spans[index]?.to ?? span.from, to: span.from }));
  return {
    segments: spans.map(({ from, to }) => bar(from, to)),
    layovers: waits.map(({ from, to }) => bar(from, to)),
  };
}

/** The part of the axis that one day takes, in percent: the sky behind the bars repeats with it. */
export function dayPercent(axis: number): number {
  return (MINUTES_PER_DAY / axis) * 100;
}
