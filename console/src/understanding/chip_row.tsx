/** The chips: each opens what changes it, each can be taken away, and what is not said yet can be added. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import type { FlightQuery, Kind, Understood } from "../wire";
import { type Chip, chipsOf, nameOf } from "./chips";
import { AddMenu } from "./edit/add_menu";
import { swapped } from "./edit/change";
import { Editor } from "./edit/editor";
import { pathOf, type Target, unsetOf } from "./edit/fields";

/** The chip that is being changed. */
interface Editing {
  readonly path: string;
  readonly title: string;
  readonly anchor: Element | null;
}

export function Chips(props: {
  session: Session;
  query: FlightQuery;
  understood: readonly Understood[];
  kind: Kind;
  onPoint: (path: string | null) => void;
  onChange: (query: FlightQuery, label: string) => void;
}) {
  const speech = useSpeech();
  const { words } = speech;
  const { session, query, understood, kind, onPoint, onChange } = props;
  const editing = useSignal<Editing | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const removedAt = useRef<number | null>(null);
  const chips = chipsOf(query, understood, speech, session.carrierNames.value);
  const unset = unsetOf(query);
  const [first] = query.slices;

  // Whoever removes chips by keyboard stays in the row: the next chip gets the focus.
  useLayoutEffect(() => {
    if (removedAt.current === null) return;
    const buttons = list.current?.querySelectorAll<HTMLElement>(".chip-remove") ?? [];
    const next = buttons[Math.min(removedAt.current, buttons.length - 1)];
    removedAt.current = null;
    (next ?? list.current)?.focus();
  });

  const edit = (path: string, title: string, anchor: Element | null) => {
    editing.value = { path, title, anchor };
  };
  const apply = (next: FlightQuery) => {
    const path = editing.value?.path ?? "";
    const now = chipsOf(next, [], speech, session.carrierNames.value).find((chip) => chip.path === path);
    const title = editing.value?.title ?? "";
    onChange(next, now ? words.talk.bounded(now.field, now.value) : words.talk.removed(title));
  };
  return (
    <div class="chips-row">
      <ul class="chips" ref={list} tabIndex={-1} aria-labelledby="understood">
        {kind !== "search" && (
          <li class="chip chip-kind">
            <span class="chip-text">
              <span class="chip-field">{words.chip.kind}</span>
              <span class="chip-value">{words.answer.heading[kind]}</span>
            </span>
          </li>
        )}
        {chips.map((chip, index) => (
          <ChipItem
            key={chip.path}
            chip={chip}
            onPoint={onPoint}
            onEdit={(anchor) => edit(chip.path, chip.field, anchor)}
            onRemove={() => {
              removedAt.current = index;
              onChange(chip.without(query), words.talk.removed(`${chip.field} ${chip.value}`));
            }}
          />
        ))}
      </ul>
      <ul class="chips chips-more" aria-label={words.edit.notSaid}>
        {unset.map((target) => (
          <UnsetItem key={`+${pathOf(target)}`} target={target} onEdit={edit} />
        ))}
        {first?.origin && first.destination && (
          <li class="chip-tool">
            <button
              type="button"
              aria-label={words.edit.swap}
              title={words.edit.swap}
              onClick={() => onChange(swapped(query), words.edit.swapped)}
            >
              <span aria-hidden="true">⇄</span>
            </button>
          </li>
        )}
        <li class="chip-tool">
          <AddMenu query={query} onAdd={edit} />
        </li>
      </ul>
      {editing.value && (
        <Editor
          key={editing.value.path}
          session={session}
          query={query}
          path={editing.value.path}
          title={editing.value.title}
          anchor={editing.value.anchor}
          onApply={apply}
          onClose={() => {
            editing.value = null;
          }}
        />
      )}
    </div>
  );
}

function ChipItem(props: {
  chip: Chip;
  onPoint: (path: string | null) => void;
  onEdit: (anchor: Element | null) => void;
  onRemove: () => void;
}) {
  const { words } = useSpeech();
  const { chip, onPoint } = props;
  const item = useRef<HTMLLIElement>(null);
  const origin =
    chip.words.length > 0
      ? words.understanding.fromWords(chip.words.join(" … "))
      : words.understanding.notSaid;
  return (
    <li
      ref={item}
      class="chip"
      onPointerEnter={() => onPoint(chip.path)}
      onPointerLeave={() => onPoint(null)}
      onFocusIn={() => onPoint(chip.path)}
      onFocusOut={() => onPoint(null)}
    >
      <button
        type="button"
        class="chip-text"
        title={origin}
        aria-haspopup="dialog"
        aria-description={origin}
        onClick={() => props.onEdit(item.current)}
      >
        <ChipText field={chip.field} value={chip.value} />
      </button>
      <button
        type="button"
        class="chip-remove"
        aria-label={words.understanding.remove(chip.field, chip.value)}
        title={words.understanding.remove(chip.field, chip.value)}
        onClick={props.onRemove}
      >
        <svg aria-hidden="true" viewBox="0 0 12 12" width="10" height="10">
          <path d="M2 2 L10 10 M10 2 L2 10" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" />
        </svg>
      </button>
    </li>
  );
}

/** Field over value; heard as "Change From New York". */
function ChipText({ field, value }: { field: string; value: string }) {
  const { words } = useSpeech();
  return (
    <>
      <span class="out-of-sight">{words.understanding.change} </span>
      <span class="chip-field">{field}</span>
      <bdi class="chip-value">{value}</bdi>
    </>
  );
}

/** What is not said yet, and what holds as long as it is not. */
function UnsetItem(props: {
  target: Target;
  onEdit: (path: string, title: string, anchor: Element | null) => void;
}) {
  const { words } = useSpeech();
  const { field, slice } = props.target;
  const item = useRef<HTMLLIElement>(null);
  const name = field === "depart_date" && slice > 0 ? words.chip.returnDate : nameOf(field, words);
  const value = words.edit.unset[field] ?? words.edit.any;
  return (
    <li class="chip chip-unset" ref={item}>
      <button
        type="button"
        class="chip-text"
        aria-haspopup="dialog"
        onClick={() => props.onEdit(pathOf(props.target), name, item.current)}
      >
        <ChipText field={name} value={value} />
      </button>
    </li>
  );
}
