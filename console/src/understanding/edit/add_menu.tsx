/** The further limits that a search can have, behind one button. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useSpeech } from "../../text/speech";
import type { FlightQuery } from "../../wire";
import { nameOf } from "../chips";
import { standBelow } from "./editor";
import { addableOf, pathOf, type Target } from "./fields";

export function AddMenu(props: {
  query: FlightQuery;
  onAdd: (path: string, title: string, anchor: Element | null) => void;
}) {
  const { words } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button ref={button} type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span aria-hidden="true">+</span> {words.edit.add}
      </button>
      {isOpen && (
        <AddDialog
          targets={addableOf(props.query)}
          anchor={button.current}
          onPick={(target) => props.onAdd(pathOf(target), nameOf(target.field, words), button.current)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function AddDialog(props: {
  targets: readonly Target[];
  anchor: Element | null;
  onPick: (target: Target) => void;
  onClose: () => void;
}) {
  const { words } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current) return;
    standBelow(dialog.current, props.anchor);
    dialog.current.showModal();
  }, [props.anchor]);
  return (
    <dialog
      ref={dialog}
      class="editor add-menu"
      aria-label={words.edit.add}
      onClose={props.onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) dialog.current?.close();
      }}
    >
      <ul>
        {props.targets.map((target) => (
          <li key={target.field}>
            <button
              type="button"
              onClick={() => {
                dialog.current?.close();
                props.onPick(target);
              }}
            >
              {nameOf(target.field, words)}
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  );
}
