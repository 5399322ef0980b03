/** A dialog by the chip that changes its field; the search runs again when it is applied. */

import type { ComponentType } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../../app/session";
import { useSpeech } from "../../text/speech";
import type { FlightQuery } from "../../wire";
import { ChoiceEditor } from "./choice_editor";
import { DateEditor, WeekdayEditor } from "./date_editor";
import { type Field, type Target, targetOf } from "./fields";
import { AirportsEditor, CarriersEditor, FlightEditor, WordsEditor } from "./list_editor";
import { BagsEditor, DurationEditor, NightsEditor, PassengersEditor, PriceEditor } from "./number_editor";
import { PlaceEditor } from "./place_editor";
import { TimeEditor } from "./time_editor";

export interface DraftProps {
  readonly session: Session;
  readonly target: Target;
  readonly draft: FlightQuery;
  readonly setDraft: (query: FlightQuery) => void;
  readonly onApply: (query: FlightQuery) => void;
}

const EDITORS: Record<Field, ComponentType<DraftProps>> = {
  origin: PlaceEditor,
  destination: PlaceEditor,
  depart_date: DateEditor,
  weekdays: WeekdayEditor,
  depart_time: TimeEditor,
  arrive_time: TimeEditor,
  trip: ChoiceEditor,
  nights: NightsEditor,
  passengers: PassengersEditor,
  cabin: ChoiceEditor,
  stops: ChoiceEditor,
  "carriers.include": CarriersEditor,
  "carriers.exclude": CarriersEditor,
  price: PriceEditor,
  duration: DurationEditor,
  layover: DurationEditor,
  "connections.via": AirportsEditor,
  "connections.avoid": AirportsEditor,
  bags: BagsEditor,
  refundable: ChoiceEditor,
  preferences: WordsEditor,
  sort: ChoiceEditor,
  flight: FlightEditor,
};

/** The chosen day or option, else the first control of the body. */
const FIRST_CONTROL = [
  ".editor-body [data-day][tabindex='0']",
  ".editor-body:not(:has([data-day])) :is(input:not(:disabled), button)",
].join();

/** Puts a dialog below what opened it; where there is no room the style sheet decides. */
export function standBelow(dialog: HTMLElement, anchor: Element | null): void {
  const box = anchor?.getBoundingClientRect();
  if (!box) return;
  dialog.style.setProperty("--anchor-x", `${box.left}px`);
  dialog.style.setProperty("--anchor-y", `${box.bottom}px`);
}

export function Editor(props: {
  session: Session;
  query: FlightQuery;
  path: string;
  title: string;
  /** The chip that opened it: the dialog stands below it. */
  anchor: Element | null;
  onApply: (query: FlightQuery) => void;
  onClose: () => void;
}) {
  const { words } = useSpeech();
  const { query, path, title, anchor } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [draft, setDraft] = useState(query);
  const target = targetOf(path);
  const Body = EDITORS[target.field];
  const isInstant = Body === ChoiceEditor;

  useLayoutEffect(() => {
    if (!dialog.current) return;
    standBelow(dialog.current, anchor);
    dialog.current.showModal();
    // Before the next key. The browser would begin at the button that closes; whoever opens this wants to change something.
    dialog.current.querySelector<HTMLElement>(FIRST_CONTROL)?.focus();
  }, [anchor]);
  const apply = (next: FlightQuery) => {
    dialog.current?.close();
    if (JSON.stringify(next) !== JSON.stringify(query)) props.onApply(next);
  };
  return (
    <dialog
      ref={dialog}
      class={`editor editor-${target.field.replace(".", "-")}`}
      aria-labelledby="editor-title"
      onClose={props.onClose}
      onPointerDown={(event) => {
        // A press beside the dialog is on its backdrop, which belongs to the dialog itself.
        if (event.target === event.currentTarget) dialog.current?.close();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply(draft);
        }}
      >
        <header class="editor-head">
          <h2 id="editor-title">{title}</h2>
          <button
            type="button"
            class="editor-close"
            aria-label={words.edit.close}
            onClick={() => dialog.current?.close()}
          >
            <svg aria-hidden="true" viewBox="0 0 12 12" width="12" height="12">
              <path d="M2 2 L10 10 M10 2 L2 10" stroke="currentColor" stroke-width="1.8" />
            </svg>
          </button>
        </header>
        <div class="editor-body">
          <Body session={props.session} target={target} draft={draft} setDraft={setDraft} onApply={apply} />
        </div>
        {!isInstant && (
          <footer class="editor-foot">
            <button type="submit" class="button button-main">
              {words.edit.apply}
            </button>
          </footer>
        )}
      </form>
    </dialog>
  );
}
