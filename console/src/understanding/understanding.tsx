/** What was understood: the request with the words that counted underlined, and the chips they became. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../app/session";
import { kindOf, queryOf, type Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import type { IntentAnswer } from "../wire";
import { type Chip, chipsOf } from "./chips";
import { stretchesOf } from "./sentence";

/** Below this the page says that the reading is in doubt. */
const SURE_FROM = 0.8;

export function Understanding({ session, turn }: { session: Session; turn: Turn }) {
  const speech = useSpeech();
  const { words } = speech;
  const pointedAt = useSignal<string | null>(null);
  const { question, intent } = turn;
  const query = queryOf(turn);
  const kind = kindOf(turn);
  const isRead = intent !== null || question.type === "query";
  const chips = query ? chipsOf(query, intent?.understood ?? [], speech, session.carrierNames.value) : [];
  const hasNoQuery = kind === "help" || kind === "out_of_scope";

  return (
    <section class="understanding" aria-labelledby="understood">
      {question.type === "words" ? (
        <Sentence text={question.text} intent={intent} pointedAt={pointedAt.value} />
      ) : (
        <h1 class="out-of-sight" dir="auto">
          {question.label}
        </h1>
      )}
      <h2 id="understood" class="out-of-sight">
        {words.understanding.heading}
      </h2>
      {isRead && !hasNoQuery && (
        <Chips
          chips={chips}
          kind={kind}
          onPoint={(path) => {
            pointedAt.value = path;
          }}
          onRemove={(chip) => {
            if (query)
              session.change(chip.without(query), words.talk.removed(`${chip.field} ${chip.value}`), {
                kind,
              });
          }}
        />
      )}
      {intent && !hasNoQuery && <Remarks intent={intent} turn={turn} />}
    </section>
  );
}

function Sentence({
  text,
  intent,
  pointedAt,
}: {
  text: string;
  intent: IntentAnswer | null;
  pointedAt: string | null;
}) {
  const belongs = (field: string) =>
    pointedAt !== null &&
    (field === pointedAt || field.startsWith(`${pointedAt}.`) || pointedAt.startsWith(`${field}.`));
  return (
    <h1 class="heard" dir="auto">
      {stretchesOf(text, intent?.understood ?? []).map(({ text: words, field }, index) =>
        field === null ? (
          words
        ) : (
          <mark key={index} class={belongs(field) ? "is-pointed" : undefined}>
            {words}
          </mark>
        ),
      )}
    </h1>
  );
}

function Chips({
  chips,
  kind,
  onPoint,
  onRemove,
}: {
  chips: Chip[];
  kind: ReturnType<typeof kindOf>;
  onPoint: (path: string | null) => void;
  onRemove: (chip: Chip) => void;
}) {
  const { words } = useSpeech();
  const list = useRef<HTMLUListElement>(null);
  const removedAt = useRef<number | null>(null);

  // Whoever removes chips by keyboard stays in the row: the next chip gets the focus.
  useLayoutEffect(() => {
    if (removedAt.current === null) return;
    const buttons = list.current?.querySelectorAll("button") ?? [];
    const next = buttons[Math.min(removedAt.current, buttons.length - 1)];
    removedAt.current = null;
    (next ?? list.current)?.focus();
  });

  return (
    <ul class="chips" ref={list} tabIndex={-1} aria-labelledby="understood">
      {kind !== "search" && (
        <li class="chip chip-kind">
          <span class="chip-text">
            <span class="chip-field">{words.chip.kind}</span>
            <span class="chip-value">{words.answer.heading[kind]}</span>
          </span>
        </li>
      )}
      {chips.map((chip, index) => {
        const origin =
          chip.words.length > 0
            ? words.understanding.fromWords(chip.words.join(" … "))
            : words.understanding.notSaid;
        return (
          <li
            key={chip.path}
            class="chip"
            onPointerEnter={() => onPoint(chip.path)}
            onPointerLeave={() => onPoint(null)}
            onFocusIn={() => onPoint(chip.path)}
            onFocusOut={() => onPoint(null)}
          >
            <span class="chip-text" title={origin}>
              <span class="chip-field">{chip.field}</span>
              <bdi class="chip-value">{chip.value}</bdi>
            </span>
            <button
              type="button"
              aria-label={words.understanding.remove(chip.field, chip.value)}
              aria-description={origin}
              title={origin}
              onClick={() => {
                removedAt.current = index;
                onRemove(chip);
              }}
            >
              <svg aria-hidden="true" viewBox="0 0 12 12" width="10" height="10">
                <path
                  d="M2 2 L10 10 M10 2 L2 10"
                  stroke="currentColor"
                  stroke-width="1.8"
                  stroke-linecap="round"
                />
              </svg>
            </button>
          </li>
        );
      })}
      {chips.length === 0 && <li class="chips-none">{words.understanding.nothing}</li>}
    </ul>
  );
}

function Remarks({ intent, turn }: { intent: IntentAnswer; turn: Turn }) {
  const { words, formats } = useSpeech();
  const unsupported = [...new Set([...intent.unsupported, ...(turn.result?.unsupported ?? [])])];
  // A search that waits for an answer asks large, in the place of the results.
  const isWaiting = turn.result?.status === "needs" && "query" in turn.result;
  const missing = intent.missing.map((part) => words.understanding.missing[part] ?? part);
  return (
    <>
      {unsupported.length > 0 && (
        <p class="remark remark-warn">
          <strong>{words.understanding.unsupported}:</strong> {formats.list(unsupported)}
        </p>
      )}
      {!isWaiting && (intent.question || missing.length > 0) && (
        <p class="remark remark-ask">
          <strong>{words.understanding.question}:</strong>{" "}
          {intent.question ?? words.understanding.stillNeeded(formats.list(missing))}
        </p>
      )}
      {intent.confidence < SURE_FROM && <p class="remark">{words.understanding.unsure}</p>}
    </>
  );
}
