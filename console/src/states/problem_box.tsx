/** A problem in the server's words: what is wrong, where, what to do, and a way to try again. */

import { useMemo } from "preact/hooks";
import { useSpeech } from "../text/speech";
import { useSecondsUntil } from "./countdown";
import type { Problem } from "./problem";

export function ProblemBox({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const { words, formats } = useSpeech();
  const { retryAfterSeconds } = problem;
  const freeAt = useMemo(
    () => (retryAfterSeconds === null ? null : Date.now() + retryAfterSeconds * 1_000),
    [retryAfterSeconds],
  );
  const seconds = useSecondsUntil(freeAt);
  return (
    <div class="problem" role="alert">
      <h2>{problem.title || words.states.problem}</h2>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              <code>{pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.remedy && (
        <p>
          <strong>{words.states.whatToDo}:</strong> {problem.remedy}
        </p>
      )}
      {seconds > 0 && <p aria-live="off">{words.states.rateLimited(formats.seconds(seconds))}</p>}
      <button
        type="button"
        class="button"
        aria-disabled={seconds > 0}
        onClick={() => {
          // Before the time has come the server would only refuse again.
          if (seconds === 0) onRetry();
        }}
      >
        {words.states.retry}
      </button>
    </div>
  );
}
