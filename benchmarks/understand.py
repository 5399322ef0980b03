"""How fast requests are understood through HTTP by a service that has one core.

usage: python benchmarks/understand.py [CASES.jsonl ...] [--requests N] [--clients 1 16] [--core N]

Starts ``flight-search serve llm`` on a free port with the local engine alone, bound to one core, and sends
the texts of labelled requests (default: those of the tests, in the order of the file) over kept-alive
connections from the other cores. ``GET /healthz`` is measured in the same run: what HTTP alone costs here.
Other work on the machine makes the times longer and the rate smaller; ``of CPU`` counts the service's own
computing alone, and ``quietest`` is the median of the stretch of requests that was disturbed least.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from ask import free_port, memory_mb, one_client, wait_until_ready

_CASES = Path(__file__).parents[1] / "tests" / "data"
_DEFAULT = (
    _CASES / "requests.jsonl",
    _CASES / "requests_other_languages.jsonl",
    _CASES / "requests_held_out.jsonl",
)
_WARM_UP = 200
_STRETCH = 100
_TICKS_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """What one load came to."""

    median_ms: float
    p99_ms: float
    per_second: float
    cpu_ms: float
    failed: int
    quietest_ms: float
    """The lowest median of any ``_STRETCH`` requests in a row, of one client."""


def bodies_of(paths: list[Path]) -> list[bytes]:
    """Return one body of ``/v1/intent`` for the first turn of every case."""
    cases = [json.loads(line) for path in paths for line in path.read_text().splitlines() if line]
    return [
        json.dumps(
            {
                "text": case["text"] if isinstance(case["text"], str) else case["text"][0],
                "now": case["now"],
                "locale": case.get("locale", "en-US"),
                "currency": case.get("currency", "USD"),
            }
        ).encode()
        for case in cases
    ]


def cpu_seconds(process: int) -> float:
    """Return what a process has computed so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_S


async def load(
    port: int, process: int, clients: int, requests: int, what: tuple[str, str, list[bytes]]
) -> Figures:
    """Share ``requests`` between ``clients``, each with a connection of its own."""
    method, path, bodies = what
    times: list[float] = []
    share = max(1, requests // clients)
    began, computed = perf_counter(), cpu_seconds(process)
    failed = await asyncio.gather(
        *(
            one_client(
                port, method, path, [bodies[(c * share + n) % len(bodies)] for n in range(share)], times
            )
            for c in range(clients)
        )
    )
    seconds = perf_counter() - began
    stretches = [times[n : n + _STRETCH] for n in range(0, max(1, len(times) - _STRETCH + 1), _STRETCH)]
    quietest_ms = min(sorted(stretch)[len(stretch) // 2] for stretch in stretches)
    times.sort()
    return Figures(
        median_ms=times[len(times) // 2],
        p99_ms=times[int(len(times) * 0.99)],
        per_second=len(times) / seconds,
        cpu_ms=1_000 * (cpu_seconds(process) - computed) / len(times),
        failed=sum(failed),
        quietest_ms=quietest_ms,
    )


def main() -> int:
    """Start, measure, print, stop."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path, nargs="*", default=list(_DEFAULT))
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--core", type=int, help="the service's core; default: the first")
    options = parser.parse_args()
    bodies = bodies_of(options.cases)
    cores = sorted(os.sched_getaffinity(0))
    core = cores[0] if options.core is None else options.core
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")},
        "FLIGHT_SEARCH_LLM_MODE": "local_only",
    }
    port = free_port()
    command = [str(Path(sys.executable).with_name("flight-search")), "serve", "llm", "--port", str(port)]
    server = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.sched_setaffinity(server.pid, {core})
    others = set(cores) - {core}
    if others:
        os.sched_setaffinity(0, others)
    try:
        print(f"start to ready {wait_until_ready(port, server):.2f} s, on core {core}; {len(bodies)} texts")
        ask, alive = ("POST", "/v1/intent", bodies), ("GET", "/healthz", [b""])
        asyncio.run(load(port, server.pid, 1, _WARM_UP, ask))
        for clients in options.clients:
            for what in (alive, ask):
                got = asyncio.run(load(port, server.pid, clients, options.requests, what))
                print(
                    f"{what[0]:4} {what[1]:10} {clients:3d} clients  median {got.median_ms:6.2f} ms  "
                    f"p99 {got.p99_ms:6.2f} ms  {got.per_second:6.0f} /s  "
                    + (f"quietest {got.quietest_ms:5.2f} ms  " if clients == 1 else "")
                    + f"{got.cpu_ms:5.2f} ms of CPU, {1_000 / got.cpu_ms:5.0f} /s of CPU  failed {got.failed}"
                )
        print(f"memory {memory_mb(server.pid)['VmRSS']:.0f} MB")
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=30)
    return code


if __name__ == "__main__":
    sys.exit(main())
