/** The real surroundings of the chat socket: the browser's WebSocket, clock and chance. */

import type { Line, Surroundings } from "./socket";

/** Where the chat is served: the same host that served the page. */
export function chatAddress(page: Location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/v1/chat`;
}

/** A proxy that neither lets a WebSocket through nor refuses it would leave it opening for minutes. */
const OPEN_WITHIN_MS = 5_000;

function opening(address: string): Line {
  const socket = new WebSocket(address);
  const tooLong = setTimeout(() => {
    if (socket.readyState === WebSocket.CONNECTING) socket.close();
  }, OPEN_WITHIN_MS);
  socket.addEventListener("open", () => clearTimeout(tooLong));
  socket.addEventListener("close", () => clearTimeout(tooLong));
  return socket as unknown as Line;
}

export function browserSurroundings(address: string): Surroundings {
  return {
    open: () => opening(address),
    wait: (run, milliseconds) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    now: () => Date.now(),
    random: () => Math.random(),
  };
}
