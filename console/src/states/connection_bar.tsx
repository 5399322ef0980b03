/** Says when the connection is lost, when it is tried again, and that nothing typed is lost. */

import { useRef } from "preact/hooks";
import type { Session } from "../app/session";
import { isBusy } from "../app/turn";
import { useSpeech } from "../text/speech";
import { useSecondsUntil } from "./countdown";

export function ConnectionBar({ session }: { session: Session }) {
  const { words, formats } = useSpeech();
  const connection = session.connection.value;
  const wasLost = useRef(false);
  if (connection.state === "waiting") wasLost.current = true;
  if (connection.state === "open" || connection.state === "http") wasLost.current = false;
  const seconds = useSecondsUntil(connection.state === "waiting" ? connection.retryAt : null);
  const isPending = session.turns.value.some(isBusy);
  return (
    <div role="status" class={wasLost.current ? "connection is-lost" : "connection"}>
      {wasLost.current && (
        <>
          <span>{isPending ? words.states.lostPending : words.states.lost}</span>{" "}
          {/* The count is not announced: it would speak every second. */}
          <span aria-hidden="true" class="connection-wait">
            {connection.state === "waiting"
              ? words.states.retryIn(formats.seconds(seconds))
              : words.states.connecting}
          </span>
          <button type="button" class="button button-small" onClick={() => session.connect()}>
            {words.states.now}
          </button>
        </>
      )}
    </div>
  );
}
