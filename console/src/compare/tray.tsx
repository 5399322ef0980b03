/** At the bottom edge while offers are put side by side: how many, and the way to see them. */

import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import { MOST_COMPARED } from "./compared";

export function CompareTray({ session }: { session: Session }) {
  const { words, formats } = useSpeech();
  const count = session.compared.value.length;
  if (count === 0 || session.view.value === "compare") return null;
  return (
    <section class="tray" aria-label={words.compare.heading}>
      <p role="status">{words.compare.chosen(formats.number(count), formats.number(MOST_COMPARED))}</p>
      <button type="button" class="button button-main" onClick={() => session.look("compare")}>
        {words.compare.show}
      </button>
      <button type="button" class="button button-quiet" onClick={() => session.compareNone()}>
        {words.compare.clear}
      </button>
    </section>
  );
}
