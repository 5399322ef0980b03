/** Lists and free words: airlines, airports to change at, wishes, a flight number. */

import { useState } from "preact/hooks";
import { useSpeech } from "../../text/speech";
import { PlaceCombobox } from "./combobox";
import type { DraftProps } from "./editor";

export function CarriersEditor({ draft, setDraft, target, session }: DraftProps) {
  const { words } = useSpeech();
  const [filter, setFilter] = useState("");
  const list = target.field === "carriers.include" ? "include" : "exclude";
  const chosen = draft.carriers[list];
  const names = session.carrierNames.value;
  const all = [...new Set([...chosen, ...names.keys()])].map((code) => ({
    code,
    name: names.get(code) ?? code,
  }));
  const wanted = filter.trim().toLowerCase();
  const shown = all
    .filter(({ code, name }) => `${name} ${code}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const typed = filter.trim().toUpperCase();
  const isCode = /^[A-Z0-9]{2}$/.test(typed) && !all.some(({ code }) => code === typed);
  const toggle = (code: string) => {
    const next = chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code];
    setDraft({ ...draft, carriers: { ...draft.carriers, [list]: next } });
  };
  return (
    <>
      <input
        type="text"
        aria-label={words.edit.findCarrier}
        placeholder={words.edit.findCarrier}
        value={filter}
        maxLength={60}
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      <div class="editor-checks editor-list">
        {shown.map(({ code, name }) => (
          <label key={code}>
            <input type="checkbox" checked={chosen.includes(code)} onChange={() => toggle(code)} />
            <bdi>{name}</bdi>
            {name !== code && <span class="option-codes">{code}</span>}
          </label>
        ))}
        {isCode && (
          <button type="button" class="button button-small" onClick={() => toggle(typed)}>
            {words.edit.addCode(typed)}
          </button>
        )}
        {shown.length === 0 && !isCode && <p>{words.edit.noCarrier}</p>}
      </div>
    </>
  );
}

export function AirportsEditor({ draft, setDraft, target, session }: DraftProps) {
  const { words } = useSpeech();
  const list = target.field === "connections.via" ? "via" : "avoid";
  const chosen = draft.connections[list];
  const set = (codes: string[]) =>
    setDraft({ ...draft, connections: { ...draft.connections, [list]: codes } });
  return (
    <>
      <PlaceCombobox
        label={words.edit.findAirport}
        find={session.places}
        onPick={({ airports }) => set([...new Set([...chosen, ...airports])])}
      />
      <ul class="editor-codes">
        {chosen.map((code) => (
          <li key={code}>
            <button
              type="button"
              class="button button-small"
              aria-label={words.edit.takeOut(code)}
              onClick={() => set(chosen.filter((one) => one !== code))}
            >
              {code} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

export function WordsEditor({ draft, setDraft }: DraftProps) {
  const { words } = useSpeech();
  return (
    <label class="editor-wide">
      {words.edit.wishes}
      <input
        type="text"
        value={draft.preferences}
        maxLength={500}
        placeholder={words.edit.wishesHint}
        onInput={(event) => setDraft({ ...draft, preferences: event.currentTarget.value.trimStart() })}
      />
    </label>
  );
}

export function FlightEditor({ draft, setDraft }: DraftProps) {
  const { words } = useSpeech();
  const { flight } = draft;
  const [text, setText] = useState(flight ? `${flight.carrier} ${flight.number}` : "");
  return (
    <label class="editor-wide">
      {words.edit.flightNumber}
      <input
        type="text"
        value={text}
        maxLength={8}
        placeholder={words.edit.flightNumberHint}
        autocapitalize="characters"
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          const match = /^\s*([A-Za-z0-9]{2})\s*(\d{1,4}[A-Za-z]?)\s*$/.exec(currentTarget.value);
          const named = match?.[1] && match[2];
          setDraft({
            ...draft,
            flight: named ? { carrier: named.toUpperCase(), number: (match[2] ?? "").toUpperCase() } : null,
          });
        }}
      />
    </label>
  );
}
