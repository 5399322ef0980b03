/**
 * The chat connection: requests out, events in, and no request lost when the line breaks.
 *
 * At most one request is under way (the server ends the one before when a new one comes). Until its `done` or
 * `problem` arrives it is kept here and sent again on every new connection. Waits between tries double from
 * `FIRST_WAIT_MS` to `LONGEST_WAIT_MS`, with jitter so that a restarted server is not met by all pages at once.
 */

import type { ChatEvent, ChatRequest } from "../wire";

export const FIRST_WAIT_MS = 300;
export const LONGEST_WAIT_MS = 10_000;

/** A connection that opened and broke again within this time does not reset the waits. */
export const STABLE_AFTER_MS = 5_000;

/** The part of `WebSocket` that is used; tests hand in a fake. */
export interface Line {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string): void;
  close(): void;
}

/** What the browser provides: opening a line, waiting, chance. */
export interface Surroundings {
  open(): Line;
  wait(run: () => void, milliseconds: number): () => void;
  now(): number;
  random(): number;
}

export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  /** No line opens, yet the server answers over HTTP: requests go there, and lines are still tried. */
  | { readonly state: "http" }
  | { readonly state: "waiting"; readonly retryAt: number };

/** Some fields of a request may be left out; the server fills in its defaults. */
export type Outgoing = Partial<ChatRequest> & { readonly id: string };

export interface Listener {
  event(event: ChatEvent): void;
  connection(connection: Connection): void;
  /** The request `id` starts over on a new connection: what came of it so far will come again. */
  resent(id: string): void;
  /** A message that is not an event of the contract. */
  unreadable(id: string | null): void;
}

export class ChatSocket {
  #line: Line | null = null;
  #isOpen = false;
  /** Whether the line has carried a request. */
  #isUsed = false;
  #openedAt = 0;
  #tries = 0;
  #cancelWait: (() => void) | null = null;
  #pending: Outgoing | null = null;
  #wasSent = false;
  readonly #surroundings: Surroundings;
  readonly #listener: Listener;

  constructor(surroundings: Surroundings, listener: Listener) {
    this.#surroundings = surroundings;
    this.#listener = listener;
  }

  /** Opens the line, or tries at once when it is waiting for its next try. */
  connect(): void {
    if (this.#line) return;
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#listener.connection({ state: "connecting" });
    const line = this.#surroundings.open();
    this.#line = line;
    this.#isUsed = false;
    // A line that was given up may still speak: only the current one is listened to.
    line.onopen = () => {
      if (line === this.#line) this.#opened(line);
    };
    line.onmessage = ({ data }) => {
      if (line === this.#line) this.#received(data);
    };
    line.onclose = () => {
      if (line === this.#line) this.#closed();
    };
  }

  /**
   * Sends a request, now or as soon as there is a line. The one before is given up.
   *
   * The server takes the last query of a connection for what a request in words refines, unless the request
   * names another. One that refines nothing (`isFresh`) therefore goes over a line that has carried none.
   */
  send(request: Outgoing, { isFresh = false } = {}): void {
    if (isFresh && this.#isUsed) this.#drop();
    this.#pending = request;
    this.#wasSent = false;
    if (this.#line && this.#isOpen) this.#transmit(this.#line);
    else this.connect();
  }

  /** Gives up the request under way. Closing the line tells the server to stop working on it. */
  stop(): void {
    if (!this.#pending) return;
    this.#pending = null;
    this.#drop();
    this.connect();
  }

  /** Hands over the request under way: it is no longer sent over a line. */
  take(): Outgoing | null {
    const taken = this.#pending;
    this.#pending = null;
    return taken;
  }

  /** Gives back what was taken: it goes out when a line opens, at the next try and no sooner. */
  putBack(request: Outgoing): void {
    this.#pending = request;
    this.#wasSent = false;
    if (this.#line && this.#isOpen) this.#transmit(this.#line);
  }

  get pendingId(): string | null {
    return this.#pending?.id ?? null;
  }

  #drop(): void {
    const line = this.#line;
    this.#line = null;
    this.#isOpen = false;
    line?.close();
  }

  #transmit(line: Line): void {
    if (!this.#pending) return;
    this.#isUsed = true;
    if (this.#wasSent) this.#listener.resent(this.#pending.id);
    this.#wasSent = true;
    line.send(JSON.stringify(this.#pending));
  }

  #opened(line: Line): void {
    this.#isOpen = true;
    this.#openedAt = this.#surroundings.now();
    this.#listener.connection({ state: "open" });
    this.#transmit(line);
  }

  #received(data: unknown): void {
    const event = readEvent(data);
    if (!event) {
      const id = this.pendingId;
      this.#pending = null;
      this.#listener.unreadable(id);
      return;
    }
    // What still comes for an earlier request is not wanted any more. A problem without an id (a message that
    // the server could not read at all) can only be about the one under way.
    const isOurs = event.id === this.pendingId || (event.event === "problem" && event.id === "");
    if (!this.#pending || !isOurs) return;
    const withId = { ...event, id: this.#pending.id };
    if (event.event === "done" || event.event === "problem") this.#pending = null;
    this.#listener.event(withId);
  }

  #closed(): void {
    if (this.#isOpen && this.#surroundings.now() - this.#openedAt >= STABLE_AFTER_MS) this.#tries = 0;
    this.#line = null;
    this.#isOpen = false;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries);
    this.#tries += 1;
    // Between half of the wait and all of it.
    const wait = longest * (0.5 + this.#surroundings.random() / 2);
    this.#listener.connection({ state: "waiting", retryAt: this.#surroundings.now() + wait });
    this.#cancelWait = this.#surroundings.wait(() => {
      this.#cancelWait = null;
      this.connect();
    }, wait);
  }
}

const EVENTS = new Set(["understood", "results", "reply", "done", "problem"]);

/** The event in a message, or null if it is none: the rest of the page trusts what comes out of here. */
export function readEvent(data: unknown): ChatEvent | null {
  if (typeof data !== "string") return null;
  try {
    const value = JSON.parse(data) as { event?: unknown; id?: unknown } | null;
    if (value === null || typeof value.event !== "string" || !EVENTS.has(value.event)) return null;
    return { id: "", ...value } as ChatEvent;
  } catch {
    return null;
  }
}
