/** Asks for the token, then shows what the services tell, anew every half minute. */

import { useCallback, useEffect, useState } from "preact/hooks";
import mark from "../assets/mark.svg";
import { type Problem, problemOf } from "../states/problem";
import { ProblemBox } from "../states/problem_box";
import { useSpeech } from "../text/speech";
import type { AdminApi, Overview } from "./api";
import { ServiceView } from "./service_view";

const KEY = "flight-search.admin-token";
const EVERY_MS = 30_000;
const UNAUTHORISED = 401;

export function AdminPage({ api, storage }: { api: AdminApi; storage: Storage }) {
  const { words, formats } = useSpeech();
  const [token, setToken] = useState(() => storage.getItem(KEY) ?? "");
  const [overview, setOverview] = useState<Overview | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [says, setSays] = useState("");

  const load = useCallback(async () => {
    if (token === "") return;
    try {
      setOverview(await api.overview(token));
      setProblem(null);
      storage.setItem(KEY, token);
    } catch (error) {
      const told = problemOf(error, words.states.unreachable);
      setProblem(told);
      if (told.status === UNAUTHORISED) {
        storage.removeItem(KEY);
        setOverview(null);
        setToken("");
      }
    }
  }, [api, storage, token, words]);

  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), EVERY_MS);
    return () => clearInterval(timer);
  }, [load]);

  const use = async (name: string) => {
    try {
      await api.useSnapshot(token, name);
      setSays(words.admin.inUse(name));
      await load();
    } catch (error) {
      setProblem(problemOf(error, words.states.unreachable));
    }
  };

  return (
    <div class="page admin">
      <header class="top admin-top">
        <a class="brand" href="/">
          <img src={mark} alt="" width="28" height="28" />
          <span>{words.product}</span>
        </a>
        <h1>{words.admin.heading}</h1>
        {overview && (
          <p class="admin-actions">
            <span>{words.admin.asOf(formats.instant(overview.now))}</span>
            <button type="button" class="button button-small" onClick={() => void load()}>
              {words.admin.refresh}
            </button>
            <button
              type="button"
              class="button button-small"
              onClick={() => {
                storage.removeItem(KEY);
                setToken("");
                setOverview(null);
              }}
            >
              {words.admin.leave}
            </button>
          </p>
        )}
      </header>
      <main class="admin-body">
        {problem && <ProblemBox problem={problem} onRetry={() => void load()} />}
        <p role="status" class="admin-says">
          {says}
        </p>
        {token === "" && <TokenForm onEnter={setToken} />}
        {overview?.services.map((report, index) => (
          <ServiceView key={index} report={report} now={overview.now} onUse={(name) => void use(name)} />
        ))}
      </main>
    </div>
  );
}

function TokenForm({ onEnter }: { onEnter: (token: string) => void }) {
  const { words } = useSpeech();
  const [typed, setTyped] = useState("");
  return (
    <form
      class="admin-token"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim()) onEnter(typed.trim());
      }}
    >
      <label>
        {words.admin.token}
        <input
          type="password"
          autocomplete="current-password"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-main">
        {words.admin.enter}
      </button>
      <p>{words.admin.tokenNote}</p>
    </form>
  );
}
