/** How the fares of the days asked for stand among those of the season around them. */

import { numberOf, type Row, rowOf, textOf } from "./data";

export type Level = "low" | "typical" | "high";

export interface Season {
  readonly level: Level;
  /** The lowest price of a day on the days asked for; in the middle of them where they are many. */
  readonly lowest: number;
  readonly p25: number;
  readonly p75: number;
  readonly from: string;
  readonly to: string;
}

/** Where the season's middle half and the price stand on a line from 0 to 100. */
export interface Gauge {
  readonly p25: number;
  readonly p75: number;
  readonly lowest: number;
}

const LEVELS: Readonly<Record<Level, true>> = { low: true, typical: true, high: true };
const DAY = /^\d{4}-\d\d-\d\d$/;
/** Room at both ends, as a share of what is drawn: the outer zones need some to be seen and named. */
const MARGIN = 0.35;
/** Where the middle half is one price, a tenth of it is drawn around. */
const LEAST_SPREAD = 0.1;

function isLevel(text: string): text is Level {
  return Object.hasOwn(LEVELS, text);
}

/** The verdict of an answer; null where there is none, as for days too many or with too little to compare. */
export function seasonIn(data: Row): Season | null {
  const level = textOf(data, "verdict");
  const row = rowOf(data, "season");
  if (!isLevel(level) || row === null) return null;
  const [lowest, p25, p75] = ["lowest_of_a_day", "p25", "p75"].map((name) => numberOf(row, name));
  const [from, to] = [textOf(row, "from"), textOf(row, "to")];
  if (lowest == null || p25 == null || p75 == null || !DAY.test(from) || !DAY.test(to)) return null;
  return { level, lowest, p25, p75, from, to };
}

export function gaugeOf({ lowest, p25, p75 }: Season): Gauge {
  const least = Math.min(lowest, p25);
  const most = Math.max(lowest, p75);
  const room = Math.max(most - least, most * LEAST_SPREAD, 1) * MARGIN;
  const [start, end] = [least - room, most + room];
  const at = (value: number) => ((value - start) / (end - start)) * 100;
  return { lowest: at(lowest), p25: at(p25), p75: at(p75) };
}
