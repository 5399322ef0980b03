/** What was understood: the request with the words that counted underlined, and the chips they became. */

import { useSignal } from "@preact/signals";
import type { Session } from "../app/session";
import { kindOf, queryOf, type Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import type { IntentAnswer } from "../wire";
import { Chips } from "./chip_row";
import { stretchesOf } from "./sentence";

/** Below this the page says that the reading is in doubt. */
const SURE_FROM = 0.8;

export function Understanding({ session, turn }: { session: Session; turn: Turn }) {
  const { words } = useSpeech();
  const pointedAt = useSignal<string | null>(null);
  const { question, intent } = turn;
  const query = queryOf(turn);
  const kind = kindOf(turn);
  const isRead = intent !== null || question.type === "query";
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
      {isRead && !hasNoQuery && query && (
        <Chips
          session={session}
          query={query}
          understood={intent?.understood ?? []}
          kind={kind}
          onPoint={(path) => {
            pointedAt.value = path;
          }}
          onChange={(next, label) => session.change(next, label, { kind })}
        />
      )}
      {isRead && !hasNoQuery && !query && <p class="chips-none">{words.understanding.nothing}</p>}
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
