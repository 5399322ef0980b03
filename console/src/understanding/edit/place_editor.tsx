/** Where from or where to: type a name or code, then keep some of its airports. */

import { type End, withPlace } from "../../facets/toggle";
import { useSpeech } from "../../text/speech";
import { PlaceCombobox } from "./combobox";
import type { DraftProps } from "./editor";

/** More airports than these are a country or a region: one by one they are no choice. */
const MOST_AIRPORTS = 12;

export function PlaceEditor({ draft, setDraft, target, session }: DraftProps) {
  const { words } = useSpeech();
  const end = target.field as End;
  const place = draft.slices[target.slice]?.[end] ?? null;
  const airports = place?.airports ?? [];
  const known = session.airportsOf(place?.label ?? "") ?? airports;
  return (
    <>
      <PlaceCombobox
        label={end === "origin" ? words.edit.findOrigin : words.edit.findDestination}
        find={session.places}
        onPick={({ label, airports: codes }) =>
          setDraft(withPlace(draft, target.slice, end, { label, airports: [...codes] }))
        }
      />
      {place && (
        <p class="editor-chosen">
          <bdi>{place.label}</bdi> <span>{airports.length <= MOST_AIRPORTS ? airports.join(" ") : ""}</span>
        </p>
      )}
      {place && known.length > 1 && known.length <= MOST_AIRPORTS && (
        <fieldset class="editor-checks">
          <legend>{words.edit.airports}</legend>
          {known.map((code) => (
            <label key={code}>
              <input
                type="checkbox"
                checked={airports.includes(code)}
                // The last one stays: a place without airports is none.
                disabled={airports.length === 1 && airports.includes(code)}
                onChange={() => {
                  const next = known.filter((one) => (one === code) !== airports.includes(one));
                  setDraft(withPlace(draft, target.slice, end, { label: place.label, airports: next }));
                }}
              />
              {code}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
