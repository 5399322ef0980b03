"""The command as a process of its own."""

import os
import re
import signal
import subprocess
import sys

import pytest

from flight_search import __version__
from flight_search.domain.result import SearchResult

COMMAND = [sys.executable, "-c", "from flight_search.cli.app import main; main()"]


def run(*arguments, **changed):
    environment = {**os.environ, "COLUMNS": "80", **changed}
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_version():
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"flight-search {__version__}\n", "")


def test_help_loads_no_engine():
    code = (
        "import sys; sys.argv = ['flight-search', '--help']\n"
        "from flight_search.cli.app import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "engines = {'numpy', 'polars', 'pyarrow', 'onnxruntime', 'fastapi', 'httpx', 'uvicorn'}\n"
        "heavy = engines & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_reader_that_has_gone_ends_it_quietly(environment):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [*COMMAND, "search", "--json"],
            env={**os.environ, **environment},
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell):
    done = run("--show-completion", shell)
    assert done.returncode == 0
    assert "flight-search" in done.stdout


def test_run_serves_until_it_is_told_to_stop(environment):
    with subprocess.Popen(
        [*COMMAND, "run", "--port", "0"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            address = next(
                found[1]
                for line in server.stdout
                if (found := re.search(r"Ready. Open (http://[\d.:]+)", line))
            )
            answered = run("search", "--from", "JFK", "--to", "BOS", "--url", address, "--json")
            assert answered.returncode == 0, answered.stderr
            assert SearchResult.model_validate_json(answered.stdout).total == 120
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
