/** The composition root: builds the session from what the browser provides and draws the page. */

import "./style/tokens.css";
import "./style/page.css";
import "./chat/chat.css";
import "./understanding/understanding.css";
import "./understanding/edit/edit.css";
import "./offers/offers.css";
import "./facets/facets.css";
import "./answers/answers.css";
import "./states/states.css";
import "./pictures/pictures.css";
import "./compare/compare.css";
import "./attribution/attribution.css";

import { effect } from "@preact/signals";
import { render } from "preact";
import { httpApi } from "./app/api";
import { App } from "./app/app";
import { followAddress } from "./app/navigation";
import { createSession } from "./app/session";
import { recall, recallCurrency, remember, rememberCurrency } from "./chat/history";
import { browserSurroundings, chatAddress } from "./chat/line";
import { keepPast, recallPast } from "./chat/past";
import { currencyOf } from "./text/currencies";
import { tellLanguage } from "./text/page_language";
import { SpeechProvider, speechFor } from "./text/speech";
import { stringsFor } from "./text/strings";

/** `crypto.randomUUID` exists on secure pages only; a page served over plain HTTP in a network is not one. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The calendar day where the reader is. */
function localDay(now: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

async function start(root: HTMLElement): Promise<void> {
  const words = await stringsFor(navigator.language);
  const speech = speechFor(navigator.language, undefined, words);
  tellLanguage(document, speech.words, speech.words.product);
  const session = createSession({
    api: httpApi((...request) => fetch(...request)),
    surroundings: browserSurroundings(chatAddress(location)),
    locale: speech.formats.locale,
    currency: recallCurrency(localStorage) ?? currencyOf(navigator.language),
    today: () => localDay(new Date()),
    newId,
    restored: recall(sessionStorage),
    past: recallPast(localStorage),
    badMessage: speech.words.states.badMessage,
    unreachable: speech.words.states.unreachable,
  });
  effect(() => remember(sessionStorage, session.turns.value));
  effect(() => keepPast(localStorage, session.past.value));
  effect(() => rememberCurrency(localStorage, session.currency.value));
  session.connect();
  void session.loadSnapshot();
  followAddress(session, window, speech.words);
  window.addEventListener("online", () => session.connect());
  render(
    <SpeechProvider value={speech}>
      <App session={session} />
    </SpeechProvider>,
    root,
  );
}

const root = document.getElementById("app");
if (root) void start(root);
