/** A field that suggests places while one types: the combobox pattern of ARIA, by mouse and keyboard. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { PlaceSuggestion } from "../../app/api";
import { useSpeech } from "../../text/speech";

/** Typing is not answered letter by letter. */
const REST_MS = 120;

export function PlaceCombobox(props: {
  label: string;
  find: (text: string, signal: AbortSignal) => Promise<PlaceSuggestion[]>;
  onPick: (place: PlaceSuggestion) => void;
}) {
  const { words } = useSpeech();
  const id = useId();
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly PlaceSuggestion[] | null>(null);
  const [active, setActive] = useState(0);
  const running = useRef<AbortController | null>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    running.current?.abort();
    const wanted = text.trim();
    if (wanted === "") return setFound(null);
    const controller = new AbortController();
    running.current = controller;
    const timer = setTimeout(() => {
      props.find(wanted, controller.signal).then(
        (places) => {
          if (controller.signal.aborted) return;
          setFound(places);
          setActive(0);
        },
        // A suggestion that does not come is no harm: the next letter asks again.
        () => setFound([]),
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);

  const pick = (place: PlaceSuggestion | undefined) => {
    if (!place) return;
    setText("");
    setFound(null);
    props.onPick(place);
    input.current?.focus();
  };
  const isOpen = found !== null && text.trim() !== "";
  return (
    <div class="combobox">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={props.label}
        placeholder={words.edit.placeHint}
        aria-expanded={isOpen && found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[active] ? `${id}-${active}` : undefined}
        autocomplete="off"
        spellcheck={false}
        maxLength={100}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (!isOpen || found.length === 0) return;
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            setActive((active + step + found.length) % found.length);
          } else if (event.key === "Enter") {
            event.preventDefault();
            pick(found[active]);
          } else if (event.key === "Escape") {
            event.preventDefault();
            event.stopPropagation();
            setText("");
          }
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label={words.edit.suggestions} hidden={!isOpen}>
        {found?.map((place, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
          <div
            key={place.label + place.airports.join()}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(place)}
          >
            <bdi class="option-name">{place.label}</bdi>
            <span class="option-where">{[place.subdivision, place.country].filter(Boolean).join(", ")}</span>
            <span class="option-codes">{codesText(place.airports)}</span>
          </div>
        ))}
      </div>
      <p class="combobox-none" role="status">
        {isOpen && found.length === 0 ? words.edit.noPlace(text.trim()) : ""}
      </p>
    </div>
  );
}

const CODES_SHOWN = 4;

function codesText(airports: readonly string[]): string {
  const more = airports.length > CODES_SHOWN ? ` +${airports.length - CODES_SHOWN}` : "";
  return airports.slice(0, CODES_SHOWN).join(" ") + more;
}
