/** Which labels of a map have room, and on which side of their dot: greedy, the most important first. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A dot, and how large what is written beside it would be. */
export interface Label {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Side = "start" | "end";

/** From the middle of a dot to its label. */
const GAP = 7;

function boxOf({ x, y, width, height }: Label, side: Side): Box {
  return { x: side === "end" ? x + GAP : x - GAP - width, y: y - height / 2, width, height };
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * The sides of the labels that have room: right of the dot or else left of it, covering no dot and no label
 * placed before, inside the frame. Those without room are left out.
 */
export function placed(
  labels: readonly Label[],
  dots: readonly Box[],
  frame: { readonly width: number; readonly height: number },
): Map<string, Side> {
  const taken: Box[] = [...dots];
  const sides = new Map<string, Side>();
  for (const label of labels) {
    const side = (["end", "start"] as const).find((one) => {
      const box = boxOf(label, one);
      const isInside =
        box.x >= 0 && box.y >= 0 && box.x + box.width <= frame.width && box.y + box.height <= frame.height;
      return isInside && taken.every((other) => !overlap(box, other));
    });
    if (side === undefined) continue;
    taken.push(boxOf(label, side));
    sides.set(label.key, side);
  }
  return sides;
}
