"""How fast the whole way is: start-up, memory, and ``POST /v1/ask`` under one and under many clients.

usage: python benchmarks/ask.py [--data-dir DIR] [--requests N] [--clients 1 32]

Starts ``flight-search serve all`` on a free port with the snapshot of ``--data-dir`` (default: the user's
own), sends varied requests in words over kept-alive connections, and stops it. ``GET /healthz`` is measured
in the same run: it is what HTTP alone costs here, and the ratio to it is the figure to quote on a shared
machine.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

READY_WITHIN_S = 60

REQUESTS = (
    "cheap nonstop from New York to Miami next Friday evening under $600",
    "JFK to LAX on December 12, morning",
    "flights from Newark to Chicago tomorrow",
    "two adults and a child from LaGuardia to Orlando, 20 December",
    "fastest flight new york to san francisco next monday",
    "delta from jfk to atlanta in january after 5 pm",
    "nyc to denver next weekend under 300 dollars",
    "new york to a sunny beach, quiet flight, in February",
    "what is the cheapest day to fly from New York to Seattle in March",
    "which airlines fly from JFK to Boston",
    "how much is a flight from newark to dallas",
    "where can I fly from new york for under $90 in april",
    "not united, newark to houston on the 5th",
    "red-eye from jfk to los angeles next thursday",
    "how far is it from New York to Honolulu",
    "hello, what can you do?",
)


async def one_client(port: int, method: str, path: str, bodies: list[bytes], times: list[float]) -> int:
    """Send the bodies one after the other over one connection; return how many answers were not 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    failed = 0
    for body in bodies:
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        began = time.perf_counter()
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status = await reader.readline()
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        times.append(1000 * (time.perf_counter() - began))
        failed += b" 200 " not in status
    writer.close()
    await writer.wait_closed()
    return failed


async def load(port: int, clients: int, requests: int, *, ask: bool) -> dict[str, float]:
    """Share ``requests`` between ``clients``; return milliseconds, requests a second and failures."""
    bodies = [json.dumps({"text": text}).encode() for text in REQUESTS] if ask else [b""]
    method, path = ("POST", "/v1/ask") if ask else ("GET", "/healthz")
    times: list[float] = []
    share = max(1, requests // clients)
    began = time.perf_counter()
    failed = await asyncio.gather(
        *(
            one_client(port, method, path, [bodies[(c + n) % len(bodies)] for n in range(share)], times)
            for c in range(clients)
        )
    )
    seconds = time.perf_counter() - began
    times.sort()
    return {
        "median": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "rate": len(times) / seconds,
        "failed": sum(failed),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, server: "subprocess.Popen[bytes]") -> float:
    began = time.perf_counter()
    while time.perf_counter() - began < READY_WITHIN_S:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                raise SystemExit("the server ended before it was ready") from None
            time.sleep(0.02)
    raise SystemExit("the server was not ready within a minute")


def memory_mb(process: int) -> dict[str, float]:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM", "RssAnon")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32])
    options = parser.parse_args()
    environment = dict(os.environ)
    if options.data_dir:
        environment["FLIGHT_SEARCH_DATA_DIR"] = str(options.data_dir.resolve())
    port = free_port()
    command = shutil.which("flight-search", path=str(Path(sys.executable).parent)) or "flight-search"
    server = subprocess.Popen(
        [command, "serve", "all", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        print(f"start to ready      {wait_until_ready(port, server):8.2f} s")
        asyncio.run(load(port, 1, 64, ask=True))
        for clients in options.clients:
            limit = asyncio.run(load(port, clients, options.requests, ask=False))
            asked = asyncio.run(load(port, clients, options.requests, ask=True))
            for name, figures in (("GET /healthz", limit), ("POST /v1/ask", asked)):
                print(
                    f"{name} {clients:3d} clients  median {figures['median']:7.2f} ms"
                    f"  p99 {figures['p99']:7.2f} ms  {figures['rate']:7.0f} /s"
                    f"  failed {figures['failed']:.0f}"
                )
            print(f"                ratio of medians {asked['median'] / limit['median']:.1f}")
        memory = memory_mb(server.pid)
        print(
            f"memory              {memory['VmRSS']:8.0f} MB resident, of it {memory['RssAnon']:.0f} MB "
            f"not mapped from files; peak {memory['VmHWM']:.0f} MB"
        )
    finally:
        server.send_signal(signal.SIGTERM)
        print(f"exit code           {server.wait(timeout=30):8d}")


if __name__ == "__main__":
    main()
