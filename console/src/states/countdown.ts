/** Seconds left until a moment, counted down while it is shown. */

import { useEffect, useState } from "preact/hooks";

export function useSecondsUntil(moment: number | null): number {
  const left = () => (moment === null ? 0 : Math.max(0, Math.ceil((moment - Date.now()) / 1_000)));
  const [, redraw] = useState(0);
  useEffect(() => {
    if (moment === null) return;
    const timer = setInterval(() => redraw((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, [moment]);
  return left();
}
