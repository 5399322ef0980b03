/** Speaks into the field. Shown only where the browser can turn speech into words. */

import { useMemo, useState } from "preact/hooks";
import { useSpeech } from "../text/speech";
import { dictationOf } from "./dictation";

export function DictateButton({ onText }: { onText: (text: string) => void }) {
  const { words, formats } = useSpeech();
  const dictation = useMemo(() => dictationOf(window, formats.locale), [formats.locale]);
  const [isOn, setOn] = useState(false);
  const [problem, setProblem] = useState("");
  if (!dictation) return null;
  return (
    <>
      <button
        type="button"
        class={isOn ? "dictate is-on" : "dictate"}
        aria-pressed={isOn}
        aria-label={words.composer.dictate}
        title={words.composer.dictateNote}
        onClick={() => {
          if (isOn) return dictation.stop();
          setProblem("");
          setOn(true);
          dictation.start(onText, (error) => {
            setOn(false);
            setProblem(error === null ? "" : words.composer.notHeard);
          });
        }}
      >
        <svg aria-hidden="true" viewBox="0 0 16 16" width="16" height="16">
          <path
            d="M8 1.5a2 2 0 0 1 2 2V8a2 2 0 0 1-4 0V3.5a2 2 0 0 1 2-2zM3.5 7.5a4.5 4.5 0 0 0 9 0M8 12v2.5"
            fill="none"
            stroke="currentColor"
            stroke-width="1.6"
            stroke-linecap="round"
          />
        </svg>
      </button>
      <span class="out-of-sight" role="status">
        {isOn ? words.composer.listening : problem}
      </span>
    </>
  );
}
