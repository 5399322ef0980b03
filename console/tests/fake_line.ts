/** A world for the chat socket in which lines, time and chance are in the test's hand. */

import type { Line, Surroundings } from "../src/chat/socket";

export class FakeLine implements Line {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  say(event: object): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
}

export class FakeWorld implements Surroundings {
  readonly lines: FakeLine[] = [];
  readonly waits: number[] = [];
  time = 0;
  #due: (() => void) | null = null;

  open(): Line {
    const line = new FakeLine();
    this.lines.push(line);
    return line;
  }

  wait(run: () => void, milliseconds: number): () => void {
    this.waits.push(milliseconds);
    this.#due = run;
    return () => {
      this.#due = null;
    };
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return 1;
  }

  get line(): FakeLine {
    const last = this.lines.at(-1);
    if (!last) throw new Error("no line was opened");
    return last;
  }

  /** Opens the newest line. */
  accept(): FakeLine {
    this.line.onopen?.();
    return this.line;
  }

  /** Breaks the newest line and lets the wait pass. */
  breakAndWait(): void {
    this.line.onclose?.();
    this.passWait();
  }

  passWait(): void {
    const due = this.#due;
    this.#due = null;
    due?.();
  }
}
