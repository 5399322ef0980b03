/** The operators' page: another entry, so that travellers fetch none of it. */

import "../style/tokens.css";
import "../style/page.css";
import "../answers/answers.css";
import "../states/states.css";
import "./admin.css";

import { render } from "preact";
import { tellLanguage } from "../text/page_language";
import { SpeechProvider, speechFor } from "../text/speech";
import { stringsFor } from "../text/strings";
import { AdminPage } from "./admin_page";
import { adminApi } from "./api";

async function start(root: HTMLElement): Promise<void> {
  const speech = speechFor(navigator.language, undefined, await stringsFor(navigator.language));
  tellLanguage(document, speech.words, `${speech.words.admin.heading} · ${speech.words.product}`);
  render(
    <SpeechProvider value={speech}>
      <AdminPage api={adminApi((...request) => fetch(...request))} storage={sessionStorage} />
    </SpeechProvider>,
    root,
  );
}

const root = document.getElementById("app");
if (root) void start(root);
