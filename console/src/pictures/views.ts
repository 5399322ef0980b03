/** The ways to look at the offers of a search. */

export type View = "list" | "days" | "hours" | "map" | "out" | "compare";

/** Those that every search has; `out` is for returns, `compare` for offers that were put side by side. */
export const VIEWS: readonly View[] = ["list", "days", "hours", "map"];
const ALL: readonly View[] = [...VIEWS, "out", "compare"];

export function isView(name: string | null): name is View {
  return ALL.includes(name as View);
}
