/** Something is missing before a search can be run: the one question, and where to answer it. */

import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";

export function Needs({ result, question }: { result: SearchResult; question: string | null }) {
  const { words } = useSpeech();
  const asked = question ? [question] : result.notes;
  return (
    <div class="needs">
      {asked.map((text) => (
        <h2 key={text} dir="auto">
          {text}
        </h2>
      ))}
      <p>{words.states.needsHint}</p>
    </div>
  );
}
