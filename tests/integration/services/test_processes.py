"""A service as a process: it starts and stops as those who run it expect."""

import signal
import socket
import threading
import time

import httpx
import pytest

# Serves the real app on ports whose search takes as long as the test says.
SLOW = """
import sys, time
from contextlib import asynccontextmanager
import anyio
from flight_search.domain.result import SearchResult
from flight_search.services.ports import Ports
from flight_search.services.serve import serve

class Slow:
    async def search(self, request):
        print("searching", flush=True)
        await anyio.sleep(float(request.query.preferences))
        return SearchResult(status="no_match", query=request.query)

@asynccontextmanager
async def open_ports(role, settings, metrics):
    yield Ports(offers=Slow())
    print("closed", flush=True)

sys.exit(serve(sys.argv[1], "127.0.0.1", int(sys.argv[2]), open_ports=open_ports,
               on_ready=lambda address: print("ready", address, flush=True)))
"""

# Prints the two sentences that the command line prints.
TELLING = """
import sys
from flight_search.domain.errors import FlightSearchError
from flight_search.services.serve import serve
try:
    sys.exit(serve(sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1", int(sys.argv[2])))
except FlightSearchError as error:
    print(error, "|", error.remedy)
    sys.exit(error.exit_code)
"""


# Cannot open what it needs.
FAILING = """
from contextlib import asynccontextmanager

@asynccontextmanager
async def broken(*_):
    raise OSError("the disk is gone")
    yield
""" + TELLING.replace("int(sys.argv[2])", "int(sys.argv[2]), open_ports=broken")


def search_for(service, seconds):
    return httpx.post(
        f"{service.url}/v1/search", json={"query": {"slices": [{}], "preferences": str(seconds)}}, timeout=30
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_requests_in_flight_and_ends_with_0(start, number):
    service = start("rag", program=SLOW)
    assert service.process.stdout.readline() == f"ready {service.url}\n"
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(search_for(service, 2)))
    waiting.start()
    assert service.process.stdout.readline() == "searching\n"
    service.process.send_signal(number)
    time.sleep(0.5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{service.url}/healthz")
    waiting.join(20)
    assert [answer.status_code for answer in answers] == [200]
    assert service.process.wait(20) == 0
    assert service.process.stdout.readline() == "closed\n"


def test_a_request_that_outlasts_the_drain_does_not_keep_the_process(start):
    service = start("rag", program=SLOW, DRAIN_TIMEOUT_S=1)
    service.process.stdout.readline()
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(search_for(service, 25)))
    waiting.start()
    assert service.process.stdout.readline() == "searching\n"
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 10
    waiting.join(20)
    assert answers[0].status_code == 503
    assert answers[0].json()["type"].endswith(":stopping")


def test_a_port_in_use_is_told_at_once_with_a_way_out(start, free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        second = start("all", program=TELLING, port=port)
        assert second.process.wait(20) == 9
        said = second.process.stdout.read()
    assert f"Port {port} of 127.0.0.1 is in use" in said
    assert f"--port {port + 1}" in said
    assert "Traceback" not in second.log


def test_two_services_cannot_take_the_same_port(start):
    first = start("llm").wait_until("/healthz")
    second = start("llm", program=TELLING, port=first.port)
    assert second.process.wait(20) == 9
    assert httpx.get(f"{first.url}/healthz").status_code == 200


def test_settings_that_cannot_be_used_stop_the_start_with_their_name(start):
    service = start("llm", program=TELLING, DRAIN_TIMEOUT_S="soon")
    assert service.process.wait(20) == 9
    assert "FLIGHT_SEARCH_DRAIN_TIMEOUT_S" in service.process.stdout.read()


def test_a_misspelt_setting_is_warned_about(start):
    service = start("rag", program=SLOW, SERCH_THREADS="3")
    service.process.stdout.readline()
    assert '"did_you_mean": "FLIGHT_SEARCH_SEARCH_THREADS"' in service.log


def test_without_a_snapshot_a_service_lives_and_says_that_it_is_not_ready(start, tmp_path, small_data_dir):
    data = tmp_path / "data"
    service = start("rag", DATA_DIR=data).wait_until("/healthz")
    answer = httpx.get(f"{service.url}/readyz")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["remedy"]
    assert "flight_search_snapshot_usable 0.0" in httpx.get(f"{service.url}/metrics").text
    # Once one is there, it is found without a restart.
    data.parent.mkdir(exist_ok=True)
    data.symlink_to(small_data_dir)
    service.wait_until("/readyz")
    text = httpx.get(f"{service.url}/metrics").text
    assert "flight_search_snapshot_usable 1.0" in text
    assert "flight_search_snapshot_offers 240.0" in text


def test_what_cannot_be_opened_stops_the_start_and_says_where_to_look(start):
    service = start("rag", program=FAILING)
    assert service.process.wait(20) == 9
    assert "could not start" in service.process.stdout.read()
    assert "the disk is gone" in service.log


def test_a_signal_while_loading_ends_with_0(start):
    loading = SLOW.replace(
        "    yield Ports", "    print('loading', flush=True)\n    await anyio.sleep(1)\n    yield Ports"
    )
    service = start("rag", program=loading)
    assert service.process.stdout.readline() == "loading\n"
    assert service.stop() == 0
    assert service.process.stdout.read() == "closed\n"


def test_bytes_that_are_no_http_are_refused_and_nothing_breaks(start):
    service = start("llm").wait_until("/healthz")
    for rubbish in (
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/intent HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(rubbish)
            connection.shutdown(socket.SHUT_WR)
            assert b"500" not in connection.recv(200)
    assert httpx.get(f"{service.url}/healthz").status_code == 200
