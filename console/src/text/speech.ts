/** Hands the strings and formats of the reader's locale to every component. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Formats, formatsFor } from "./format";
import { english, type Strings } from "./strings";

export interface Speech {
  readonly words: Strings;
  readonly formats: Formats;
}

/** The pattern of locales that the server accepts. */
const LOCALE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/;
/** Of notes and reasons, which the server writes: told where they stand in a page of another language. */
export const SERVER_LANGUAGE = "en";
const FALLBACK_LOCALE = "en-US";

export function speechFor(locale: string, today?: () => Date, words: Strings = english): Speech {
  const usable = LOCALE.test(locale) ? locale : FALLBACK_LOCALE;
  return { words, formats: formatsFor(usable, today) };
}

const SpeechContext = createContext<Speech>(speechFor(FALLBACK_LOCALE));

export const SpeechProvider = SpeechContext.Provider;

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
