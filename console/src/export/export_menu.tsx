/** All offers of a search as a file. */

import { useSignal } from "@preact/signals";
import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";
import { csvOf } from "./files";
import { saveFile } from "./hand_over";

/** As many as the server gives in one page. */
const MOST_OFFERS = 1_000;

export function ExportMenu({ session, result }: { session: Session; result: SearchResult }) {
  const { words, formats } = useSpeech();
  const says = useSignal("");
  const save = async (kind: "csv" | "json") => {
    says.value = words.export.loading;
    try {
      const { offers, total } = await session.offersOf(result.query, MOST_OFFERS);
      if (kind === "csv") saveFile("flights.csv", "text/csv", csvOf(offers));
      else saveFile("flights.json", "application/json", `${JSON.stringify(offers, null, 2)}\n`);
      says.value = words.export.saved(formats.number(offers.length), formats.number(total));
    } catch {
      says.value = words.states.unreachable;
    }
  };
  return (
    <p class="export">
      <span>{words.export.heading}</span>
      <button type="button" class="text-button" onClick={() => void save("csv")}>
        CSV
      </button>
      <button type="button" class="text-button" onClick={() => void save("json")}>
        JSON
      </button>
      <span role="status">{says.value}</span>
    </p>
  );
}
