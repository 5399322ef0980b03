import { beforeEach, describe, expect, it } from "vitest";
import { ChatSocket, type Connection, LONGEST_WAIT_MS, readEvent, STABLE_AFTER_MS } from "../src/chat/socket";
import type { ChatEvent } from "../src/wire";
import { FakeWorld } from "./fake_line";

let world: FakeWorld;
let events: ChatEvent[];
let states: Connection["state"][];
let resent: string[];
let unreadable: (string | null)[];
let socket: ChatSocket;

beforeEach(() => {
  world = new FakeWorld();
  events = [];
  states = [];
  resent = [];
  unreadable = [];
  socket = new ChatSocket(world, {
    event: (event) => events.push(event),
    connection: ({ state }) => states.push(state),
    resent: (id) => resent.push(id),
    unreadable: (id) => unreadable.push(id),
  });
});

const reply = (id: string, text = "hi") => ({ event: "reply", id, text });
const done = (id: string) => ({ event: "done", id, took_ms: 1 });

describe("a request", () => {
  it("typed before the line is open goes out when it opens", () => {
    socket.send({ id: "a", text: "hello" });
    expect(world.line.sent).toEqual([]);
    world.accept();
    expect(world.line.sent).toEqual([{ id: "a", text: "hello" }]);
    expect(resent).toEqual([]);
  });

  it("that was not answered is sent again on the next line, and its listener is told", () => {
    socket.send({ id: "a", text: "hello" });
    world.accept().say(reply("a"));
    world.breakAndWait();
    world.accept();
    expect(world.line.sent).toEqual([{ id: "a", text: "hello" }]);
    expect(resent).toEqual(["a"]);
  });

  it.each([done("a"), { event: "problem", id: "a", problem: {} }])("ended by %o is not sent again", (end) => {
    socket.send({ id: "a", text: "hello" });
    world.accept().say(end);
    world.breakAndWait();
    expect(world.accept().sent).toEqual([]);
  });

  it("typed while the line is down replaces the one before", () => {
    socket.send({ id: "a", text: "one" });
    world.accept();
    world.line.onclose?.();
    socket.send({ id: "b", text: "two" });
    world.accept();
    expect(world.line.sent).toEqual([{ id: "b", text: "two" }]);
    expect(world.lines).toHaveLength(2);
  });

  it("gets no events of the one before", () => {
    socket.send({ id: "a", text: "one" });
    world.accept();
    socket.send({ id: "b", text: "two" });
    world.line.say(reply("a"));
    world.line.say(reply("b"));
    expect(events).toEqual([reply("b")]);
  });

  it("gets a problem that the server could not give to any request", () => {
    socket.send({ id: "a", text: "one" });
    world.accept().say({ event: "problem", id: "", problem: { title: "no" } });
    expect(events).toEqual([{ event: "problem", id: "a", problem: { title: "no" } }]);
    expect(socket.pendingId).toBeNull();
  });

  it("that refines nothing goes over a line that carried nothing", () => {
    socket.send({ id: "a", text: "one" }, { isFresh: true });
    world.accept().say(done("a"));
    expect(world.lines).toHaveLength(1);
    const first = world.line;
    socket.send({ id: "b", text: "two" }, { isFresh: true });
    expect(first.isClosed).toBe(true);
    world.accept();
    expect(world.lines).toHaveLength(2);
    expect(world.line.sent).toEqual([{ id: "b", text: "two" }]);
  });
});

describe("stopping", () => {
  it("closes the line, so that the server stops too, and opens another", () => {
    socket.send({ id: "a", text: "one" });
    const first = world.accept();
    socket.stop();
    expect(first.isClosed).toBe(true);
    world.accept();
    first.say(reply("a"));
    first.onclose?.();
    expect(events).toEqual([]);
    expect(world.line.sent).toEqual([]);
    expect(world.lines).toHaveLength(2);
  });

  it("without a request does nothing", () => {
    socket.connect();
    world.accept();
    socket.stop();
    expect(world.lines).toHaveLength(1);
  });
});

describe("the waits between tries", () => {
  it("double up to the longest", () => {
    socket.connect();
    for (let tries = 0; tries < 8; tries += 1) world.breakAndWait();
    expect(world.waits).toEqual([300, 600, 1_200, 2_400, 4_800, 9_600, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
  });

  it("begin anew after a line that held", () => {
    socket.connect();
    world.breakAndWait();
    world.breakAndWait();
    world.accept();
    world.time += STABLE_AFTER_MS;
    world.breakAndWait();
    expect(world.waits).toEqual([300, 600, 300]);
  });

  it("do not begin anew when the line breaks at once", () => {
    socket.connect();
    world.accept();
    world.breakAndWait();
    world.accept();
    world.breakAndWait();
    expect(world.waits).toEqual([300, 600]);
  });

  it("end when somebody asks to try now, and there is one line only", () => {
    socket.connect();
    world.line.onclose?.();
    socket.connect();
    socket.connect();
    world.passWait();
    expect(world.lines).toHaveLength(2);
    expect(states).toEqual(["connecting", "waiting", "connecting"]);
  });
});

describe("what arrives", () => {
  it.each(["", "no json", "null", "[]", "{}", '{"event":"other"}', '{"event":3}'])(
    "%s is no event",
    (data) => {
      expect(readEvent(data)).toBeNull();
    },
  );

  it("that is no event ends the request openly", () => {
    socket.send({ id: "a", text: "one" });
    world.accept().onmessage?.({ data: "<html>" });
    expect(unreadable).toEqual(["a"]);
  });
});
