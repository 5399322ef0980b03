/** Where a request is typed: large and alone on the start page, at the top afterwards. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../app/session";
import { isBusy, type Turn } from "../app/turn";
import { useSpeech } from "../text/speech";
import type { Strings } from "../text/strings";
import { DictateButton } from "./dictate_button";

/** What the server accepts. */
const MAX_CHARACTERS = 10_000;

export function Composer({
  session,
  input,
}: {
  session: Session;
  input: RefObject<HTMLTextAreaElement | null>;
}) {
  const { words } = useSpeech();
  const turn = session.shown.value;
  const isRunning = turn !== null && isBusy(turn);
  const [text, setText] = useState("");

  const isHome = turn === null;
  useEffect(() => {
    if (isHome) input.current?.focus();
  }, [isHome, input]);

  const submit = () => {
    const request = text.trim();
    if (request) {
      session.ask(request);
      setText("");
    }
    input.current?.focus();
  };

  /** As in a shell: with an empty field, the arrow up brings back the last request to be changed. */
  const recallLast = () => {
    const last = session.turns.value.findLast(({ question }) => question.type === "words");
    if (last?.question.type === "words") setText(last.question.text);
  };

  return (
    <div class="composer">
      {!turn && (
        <>
          <h1>{words.composer.heading}</h1>
          <p class="lead">{words.composer.lead}</p>
        </>
      )}
      <search>
        <form
          class="composer-form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <textarea
            ref={input}
            aria-label={words.composer.label}
            placeholder={placeholderOf(turn, words)}
            value={text}
            rows={1}
            maxLength={MAX_CHARACTERS}
            dir="auto"
            enterkeyhint="search"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "ArrowUp" && text === "") {
                event.preventDefault();
                recallLast();
              }
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              submit();
            }}
          />
          <span class="key" aria-hidden="true">
            /
          </span>
          <DictateButton
            onText={(heard) => {
              setText(heard);
              input.current?.focus();
            }}
          />
          {isRunning && (
            <button type="button" class="button button-quiet" onClick={() => session.stop()}>
              <svg aria-hidden="true" viewBox="0 0 16 16" width="12" height="12">
                <rect x="2" y="2" width="12" height="12" rx="2" fill="currentColor" />
              </svg>
              {words.composer.stop}
            </button>
          )}
          <button type="submit" class="button button-main">
            {words.composer.submit}
          </button>
        </form>
      </search>
      {turn ? (
        <button type="button" class="fresh" onClick={() => session.show(null)}>
          {words.composer.fresh}
        </button>
      ) : (
        <Examples onPick={(example) => session.ask(example)} />
      )}
    </div>
  );
}

function placeholderOf(turn: Turn | null, words: Strings): string {
  if (!turn) return words.composer.placeholder;
  return turn.result?.status === "needs" ? words.understanding.answerPlaceholder : words.composer.followUp;
}

function Examples({ onPick }: { onPick: (example: string) => void }) {
  const { words } = useSpeech();
  return (
    <section class="examples" aria-labelledby="examples">
      <h2 id="examples">{words.composer.examplesHeading}</h2>
      <ul>
        {words.composer.examples.map((example) => (
          <li key={example}>
            <button type="button" onClick={() => onPick(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
