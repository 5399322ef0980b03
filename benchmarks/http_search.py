"""``POST /v1/search`` over HTTP: one core for the server, many clients, every query another one.

    python benchmarks/generated.py DATA_DIR --offers 1000000 --dimensions 64
    python benchmarks/http_search.py DATA_DIR [--clients 32] [--requests 4000] [--rate 200] [--json FILE]

Starts ``flight-search serve rag`` bound to one processor, with hashed words for the soft wishes, and asks
what people ask: of eleven, seven name a route and a day, two a region and a month, two are broad (no places
or days but stops and a price, or one airline in a part of the day); three of five have soft words. First as
fast as the clients can, which gives the throughput, then at a steady ``--rate`` of requests a second spread
over all clients, which gives the times that people see. ``GET /healthz`` is what HTTP alone costs here; the
time of the processor that the server spends on a search is told as well, for a busy machine.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from ask import free_port, load, memory_mb, wait_until_ready
from search_engine import SHAPES, Drawn

from flight_search.catalog.store import SnapshotStore
from flight_search.search.index import SnapshotIndex

MIX = ("B route, day",) * 7 + ("C region, month, price",) * 2 + ("D nonstop, price", "E carrier, part of day")
WISHES = ("", "", "beach", "a village by the sea", "no red-eye")
SERVER_CORE = 0


def worked_by(pid: int) -> float:
    """Return the seconds of the processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def requests_for(data_dir: Path, count: int) -> list[bytes]:
    snapshot = SnapshotStore(data_dir).open()
    rng = random.Random(7)  # noqa: S311 - no secret
    drawn = Drawn(SnapshotIndex(snapshot), rng, int(np.median(snapshot.offers.price)))
    bodies = []
    for _ in range(count):
        query = {**SHAPES[rng.choice(MIX)](drawn), "preferences": rng.choice(WISHES)}
        bodies.append(json.dumps({"query": query, "limit": 10}).encode())
    return bodies


async def steady(port: int, clients: int, bodies: list[bytes], rate: float) -> dict[str, float]:
    """Send at a steady rate over kept connections, whatever the answers take; return milliseconds."""
    times: list[float] = []
    failed = 0

    async def one_client(number: int) -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for turn, body in enumerate(bodies[number::clients]):
            due = began + (number + turn * clients) / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            head = "POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            # From when it was due: a server that falls behind must not look fast.
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, length = await reader.readline(), 0
            while (line := await reader.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            await reader.readexactly(length)
            times.append(1000 * (time.perf_counter() - due))
            failed += b" 200 " not in status
        writer.close()

    began = time.perf_counter() + 0.1
    await asyncio.gather(*(one_client(number) for number in range(clients)))
    seconds = time.perf_counter() - began
    return {
        "median": float(np.percentile(times, 50)),
        "p99": float(np.percentile(times, 99)),
        "rate": len(times) / seconds,
        "failed": failed,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    bodies = requests_for(chosen.data_dir, chosen.requests)
    port = free_port()
    environment = {
        **os.environ,
        "FLIGHT_SEARCH_DATA_DIR": str(chosen.data_dir.resolve()),
        "FLIGHT_SEARCH_EMBEDDING_PROVIDER": "hashing",
        "FLIGHT_SEARCH_LOG_LEVEL": "warning",
    }
    command = shutil.which("flight-search", path=str(Path(sys.executable).parent)) or "flight-search"
    server = subprocess.Popen(
        [command, "serve", "rag", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),  # noqa: PLW1509 - no threads yet
    )
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)) - {SERVER_CORE} or {SERVER_CORE})
    try:
        figures: dict[str, object] = {"ready_s": wait_until_ready(port, server)}
        print(f"start to ready {figures['ready_s']:.2f} s")
        asyncio.run(steady(port, 4, bodies[:200], 50))
        time.sleep(5)  # bundles are made meanwhile
        figures["healthz"] = asyncio.run(load(port, chosen.clients, chosen.requests, ask=False))
        figures["as fast as it goes"] = asyncio.run(steady(port, chosen.clients, bodies, 1e9))
        before = worked_by(server.pid)
        figures["steady"] = asyncio.run(steady(port, chosen.clients, bodies, chosen.rate))
        figures["server_ms_per_search"] = 1000 * (worked_by(server.pid) - before) / len(bodies)
        print(f"the server works {figures['server_ms_per_search']:.2f} ms for each search")
        for name in ("healthz", "as fast as it goes", "steady"):
            shown = figures[name]
            print(
                f"{name:<20} {chosen.clients} clients  median {shown['median']:8.2f} ms  "
                f"p99 {shown['p99']:8.2f} ms  {shown['rate']:7.0f} /s  failed {shown['failed']:.0f}"
            )
        figures["memory_mb"] = memory_mb(server.pid)
        print(f"memory {figures['memory_mb']}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
