/** Pictures are fetched when they are looked at: their libraries are no part of the first view. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Problem, problemOf } from "../states/problem";
import { ProblemBox } from "../states/problem_box";
import { useSpeech } from "../text/speech";

type State<T> = { readonly value: T } | { readonly problem: Problem } | null;

/** What a promise leads to; asked for again when `key` changes or after a problem on demand. */
export function useLoaded<T>(load: () => Promise<T>, key: string) {
  const { words } = useSpeech();
  const [state, setState] = useState<{ key: string; now: State<T> }>({ key, now: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isWanted = true;
    setState({ key, now: null });
    load().then(
      (value) => isWanted && setState({ key, now: { value } }),
      (error: unknown) =>
        isWanted && setState({ key, now: { problem: problemOf(error, words.states.unreachable) } }),
    );
    return () => {
      isWanted = false;
    };
  }, [key, tries]);
  const now = state.key === key ? state.now : null;
  return { now, retry: () => setTries((count) => count + 1) };
}

/** The place of a picture until it is there. */
export function PictureSkeleton() {
  const { words } = useSpeech();
  return (
    <div class="picture-skeleton" role="status">
      <span class="out-of-sight">{words.pictures.loading}</span>
    </div>
  );
}

export function PictureProblem({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return <ProblemBox problem={problem} onRetry={onRetry} />;
}

/** A component that is fetched when it is first drawn. */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return function Lazy(props: P) {
    const { now, retry } = useLoaded(load, "");
    if (now === null) return <PictureSkeleton />;
    if ("problem" in now) return <PictureProblem problem={now.problem} onRetry={retry} />;
    const Body = now.value;
    return <Body {...props} />;
  };
}
