/** When in the day: parts of the day, or two times. */

import { useSpeech } from "../../text/speech";
import type { TimeWindow } from "../../wire";
import { withSlice } from "./change";
import type { DraftProps } from "./editor";

/** The parts of the day as the words of a request mean them. */
const PARTS = [
  { name: "morning", from: "05:00", to: "11:59" },
  { name: "afternoon", from: "12:00", to: "16:59" },
  { name: "evening", from: "17:00", to: "20:59" },
  { name: "night", from: "21:00", to: "23:59" },
] as const;

export function TimeEditor({ draft, setDraft, target }: DraftProps) {
  const { words } = useSpeech();
  const name = target.field as "depart_time" | "arrive_time";
  const window = draft.slices[target.slice]?.[name] ?? null;
  const set = (next: TimeWindow) => {
    const isOpen = next.from === null && next.to === null;
    setDraft(withSlice(draft, target.slice, { [name]: isOpen ? null : next }));
  };
  const end = (side: "from" | "to") => (
    <label>
      {side === "from" ? words.edit.notBefore : words.edit.notAfter}
      <input
        type="time"
        value={window?.[side] ?? ""}
        onInput={(event) =>
          set({ from: null, to: null, ...window, [side]: event.currentTarget.value || null })
        }
      />
    </label>
  );
  return (
    <>
      <div class="editor-options editor-options-row">
        {PARTS.map(({ name: part, from, to }) => (
          <button
            key={part}
            type="button"
            aria-pressed={window?.from === from && window.to === to}
            onClick={() => set({ from, to })}
          >
            {words.edit.partOfDay[part]}
          </button>
        ))}
      </div>
      <div class="editor-row">
        {end("from")}
        {end("to")}
      </div>
    </>
  );
}
