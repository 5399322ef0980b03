/** The real surroundings of the chat socket: the browser's WebSocket, clock and chance. */

import type { Line, Surroundings } from "./socket";

/** Where the chat is served: the same host that served the page. */
export function chatAddress(page: Location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/v1/chat`;
}

/** A proxy that neither lets a WebSocket through nor refuses it would leave it opening for minutes. */
const OPEN_WITHIN_MS = 5_000;

/** A line over a WebSocket. One that cannot be made, or does not open in time, is one that closed. */
function opening(address: string): Line {
  const line: Line = { onopen: null, onmessage: null, onclose: null, send: () => {}, close: () => {} };
  try {
    const socket = new WebSocket(address);
    const closed = () => {
      clearTimeout(tooLong);
      line.onclose?.();
      line.onclose = null;
    };
    const tooLong = setTimeout(() => {
      closed();
      socket.close();
    }, OPEN_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(tooLong);
      line.onopen?.();
    };
    socket.onmessage = (message) => line.onmessage?.(message);
    socket.onclose = closed;
    // What a policy forbids ends with an error alone.
    socket.onerror = closed;
    line.send = (data) => socket.send(data);
    line.close = () => socket.close();
  } catch {
    // Some browsers refuse by throwing: they may be without WebSockets, or a policy forbids them.
    setTimeout(() => line.onclose?.());
  }
  return line;
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
