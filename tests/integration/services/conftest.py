"""Real processes on free ports of the loopback address."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import httpx
import pytest

START_WITHIN_S = 60
STOP_WITHIN_S = 40
LOG_WITHIN_S = 10


class Service:
    """One running process."""

    def __init__(self, process, port, log):
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def log(self):
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for_request_lines(self, request_id):
        """Return the log's lines on a request. They are written after its answer, so this waits for them."""
        deadline = time.monotonic() + LOG_WITHIN_S
        while time.monotonic() < deadline:
            lines = [json.loads(line) for line in self.log.splitlines() if request_id in line]
            if found := [line for line in lines if line["event"] == "request"]:
                return found
            time.sleep(0.02)
        pytest.fail(f"{request_id} is not in the log of {self.url}\n{self.log}")

    def wait_until(self, path="/readyz", status=200):
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log
            try:
                if httpx.get(self.url + path, timeout=5).status_code == status:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        pytest.fail(f"{self.url}{path} did not answer {status}\n{self.log}")

    def stop(self, number=signal.SIGTERM):
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_WITHIN_S)


@pytest.fixture
def free_port():
    def find():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    return find


@pytest.fixture
def start(free_port, small_data_dir, tmp_path):
    """Return what starts a role as a process; all that still run at the end are killed."""
    with ExitStack() as running:

        def started(role, *, program=None, port=None, **variables):
            port = port or free_port()
            program = program or (
                "import sys; from flight_search.services.serve import serve; "
                "sys.exit(serve(sys.argv[1], '127.0.0.1', int(sys.argv[2])))"
            )
            environment = {
                **{
                    name: value for name, value in os.environ.items() if not name.startswith("FLIGHT_SEARCH_")
                },
                "FLIGHT_SEARCH_DATA_DIR": str(small_data_dir),
                "FLIGHT_SEARCH_CACHE_DIR": str(tmp_path / "cache"),
                "FLIGHT_SEARCH_EMBEDDING_PROVIDER": "hashing",
                **{f"FLIGHT_SEARCH_{name}": str(value) for name, value in variables.items()},
            }
            log = tmp_path / f"{role}-{port}.log"
            process = subprocess.Popen(
                [sys.executable, "-c", program, role, str(port)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=running.enter_context(log.open("a")),
                text=True,
            )
            running.callback(process.stdout.close)
            running.callback(process.wait)
            running.callback(process.kill)
            return Service(process, port, log)

        yield started
