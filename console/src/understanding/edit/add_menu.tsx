/** The further limits that a search can have, behind one button. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useSpeech } from "../../text/speech";
import type { FlightQuery } from "../../wire";
import { nameOf } from "../chips";
import { addableOf, pathOf } from "./fields";

export function AddMenu(props: {
  query: FlightQuery;
  onAdd: (path: string, title: string, anchor: Element | null) => void;
}) {
  const { words } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const targets = addableOf(props.query);

  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", close);
    addEventListener("focusin", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("focusin", close);
    };
  }, [isOpen]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closes what its button has opened.
    <div
      class="add"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button ref={button} type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">+</span> {words.edit.add}
      </button>
      {isOpen && (
        <ul class="add-menu">
          {targets.map((target) => (
            <li key={target.field}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  props.onAdd(pathOf(target), nameOf(target.field, words), button.current);
                }}
              >
                {nameOf(target.field, words)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
