/** What one can do with one offer: compare it, copy it, put it into a calendar. */

import { useSignal } from "@preact/signals";
import { useSession } from "../app/session_context";
import { MOST_COMPARED } from "../compare/compared";
import { useSpeech } from "../text/speech";
import type { Offer } from "../wire";
import { calendarOf, textOf } from "./files";
import { copyText, saveFile } from "./hand_over";

export function CompareButton({ offer }: { offer: Offer }) {
  const { words } = useSpeech();
  const session = useSession();
  if (!session) return null;
  const compared = session.compared.value;
  const isCompared = compared.some(({ id }) => id === offer.id);
  return (
    <button
      type="button"
      class="text-button compare-button"
      aria-pressed={isCompared}
      disabled={!isCompared && compared.length >= MOST_COMPARED}
      onClick={() => session.compare(offer)}
    >
      {words.compare.toggle}
    </button>
  );
}

export function OfferActions({ offer }: { offer: Offer }) {
  const speech = useSpeech();
  const { words } = speech;
  const says = useSignal("");
  return (
    <div class="offer-actions">
      <button
        type="button"
        class="button button-small"
        onClick={async () => {
          says.value = (await copyText(textOf(offer, speech))) ? words.export.copied : words.export.notCopied;
        }}
      >
        {words.export.copy}
      </button>
      <button
        type="button"
        class="button button-small"
        onClick={() => saveFile("flight.ics", "text/calendar", calendarOf(offer, speech, new Date()))}
      >
        {words.export.calendar}
      </button>
      <span role="status" class="says">
        {says.value}
      </span>
    </div>
  );
}
