/** Speech to text by the browser, where it can: the same interface under two names. */

/** The part of `SpeechRecognition` that is used. */
interface Recognition {
  lang: string;
  interimResults: boolean;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  start(): void;
  stop(): void;
}

export interface Dictation {
  /** Hands over what was heard so far, again and again, then says that it has ended and whether it failed. */
  start(onText: (text: string) => void, onEnd: (error: string | null) => void): void;
  stop(): void;
}

/** Errors that are none: nothing was said, or it was stopped. */
const HARMLESS = new Set(["no-speech", "aborted"]);

/** The browser's dictation, or null where it has none. */
export function dictationOf(page: object, locale: string): Dictation | null {
  const named = page as Record<string, (new () => Recognition) | undefined>;
  const Recogniser = named.SpeechRecognition ?? named.webkitSpeechRecognition;
  if (!Recogniser) return null;
  let running: Recognition | null = null;
  return {
    start: (onText, onEnd) => {
      const recognition = new Recogniser();
      let error: string | null = null;
      recognition.lang = locale;
      recognition.interimResults = true;
      recognition.onresult = ({ results }) =>
        onText(
          Array.from(results, (result) => result[0]?.transcript ?? "")
            .join(" ")
            .replaceAll(/\s+/g, " ")
            .trim(),
        );
      recognition.onerror = (event) => {
        if (!HARMLESS.has(event.error)) error = event.error;
      };
      recognition.onend = () => {
        running = null;
        onEnd(error);
      };
      running = recognition;
      recognition.start();
    },
    stop: () => running?.stop(),
  };
}
