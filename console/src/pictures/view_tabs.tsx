/** List, days, hours, map: the same offers, looked at in four ways. */

import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import type { FlightQuery } from "../wire";
import { VIEWS, type View } from "./views";

/** One stroke each, drawn on a grid of 16. */
const ICONS: Record<View, string> = {
  list: "M2 4h12M2 8h12M2 12h12",
  days: "M2 4h12v10H2zM2 7h12M5 2v3M11 2v3",
  hours: "M2 2v12h12M5 11h.01M7 7h.01M10 9h.01M12 4h.01",
  out: "M2 11l12-6M14 5l-3-1M14 5l-1 3M2 14h12",
  compare: "M3 3h4v10H3zM9 3h4v10H9z",
  map: "M2 4l4-2 4 2 4-2v10l-4 2-4-2-4 2zM6 2v10M10 4v10",
};

export function ViewTabs({ session, query }: { session: Session; query: FlightQuery }) {
  const { words } = useSpeech();
  const now = session.view.value;
  const views: View[] = [...VIEWS];
  if (query.trip === "round_trip" && query.slices.length === 2) views.splice(1, 0, "out");
  if (session.compared.value.length > 0 || now === "compare") views.push("compare");
  return (
    <fieldset class="tabs views">
      <legend class="out-of-sight">{words.pictures.views}</legend>
      {views.map((view) => (
        <button key={view} type="button" aria-pressed={view === now} onClick={() => session.look(view)}>
          <svg aria-hidden="true" viewBox="0 0 16 16" width="15" height="15">
            <path
              d={ICONS[view]}
              fill="none"
              stroke="currentColor"
              stroke-width="1.7"
              stroke-linecap="round"
              stroke-linejoin="round"
            />
          </svg>
          {words.pictures.view[view]}
        </button>
      ))}
    </fieldset>
  );
}
