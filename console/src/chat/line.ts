/** The real surroundings of the chat socket: the browser's WebSocket, clock and chance. */

import type { Line, Surroundings } from "./socket";

/** Where the chat is served: the same host that served the page. */
export function chatAddress(page: Location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/v1/chat`;
}

export function browserSurroundings(address: string): Surroundings {
  return {
    open: () => new WebSocket(address) as unknown as Line,
    wait: (run, milliseconds) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    now: () => Date.now(),
    random: () => Math.random(),
  };
}
