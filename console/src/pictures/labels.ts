/** Which labels of a map have room: greedy, the most important first. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Label extends Box {
  readonly key: string;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The keys of the labels that cover no dot, overlap none of those before them and stay inside the frame. */
export function placed(
  labels: readonly Label[],
  dots: readonly Box[],
  frame: { readonly width: number; readonly height: number },
): Set<string> {
  const kept: Label[] = [];
  for (const label of labels) {
    const isInside =
      label.x >= 0 &&
      label.y >= 0 &&
      label.x + label.width <= frame.width &&
      label.y + label.height <= frame.height;
    const isFree = [...kept, ...dots].every((other) => !overlap(label, other));
    if (isInside && isFree) kept.push(label);
  }
  return new Set(kept.map(({ key }) => key));
}
