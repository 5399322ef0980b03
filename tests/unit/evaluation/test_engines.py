"""Engines by their names and addresses, and what they say that models used."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import numpy as np
import pytest
from evaluation.engines import open_engine
from evaluation.kind_classifier import fit

from flight_search.domain.errors import SettingsError
from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.understand.llm.settings import LanguageModelSettings

NO_MODEL = LanguageModelSettings(mode="local_only")


class Service(BaseHTTPRequestHandler):
    """Takes everything for a greeting; its model has used 12 tokens."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(200, IntentAnswer(kind="help", confidence=0.5).model_dump_json())

    def do_GET(self) -> None:
        self._send(
            200,
            "# TYPE flight_search_llm_tokens_total counter\n"
            'flight_search_llm_tokens_total{model="tiny",direction="prompt"} 12\n'
            "# TYPE flight_search_http_requests_total counter\nflight_search_http_requests_total 3\n",
        )

    def _send(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_is_asked_over_http_and_tells_what_its_models_used(service: str) -> None:
    with open_engine(service, NO_MODEL) as engine:
        assert engine.understand(IntentRequest(text="hello")).confidence == 0.5
        assert engine.used() == {"flight_search_llm_tokens_total tiny prompt": 12.0}


def test_a_service_that_is_not_there_is_no_answer() -> None:
    with open_engine("http://127.0.0.1:9", NO_MODEL) as engine, pytest.raises(httpx.ConnectError):
        engine.understand(IntentRequest(text="hello"))


def test_a_model_that_cannot_be_reached_leaves_the_local_answer() -> None:
    # Port 9 (discard) has no listener on machines that run tests; refused connections are quick.
    model = LanguageModelSettings.model_validate(
        {"base_url": "http://127.0.0.1:9/v1", "small_model": "tiny", "attempts": 1, "large_model": ""}
    )
    with open_engine("llm", model) as engine:
        answer = engine.understand(IntentRequest(text="Boston to Denver"))
        assert answer.engine == "local"
        assert answer.degraded
        assert engine.used() == {"flight_search_llm_calls_total tiny llm_unreachable": 1.0}


def test_models_are_not_asked_for_without_one() -> None:
    with pytest.raises(SettingsError), open_engine("auto", NO_MODEL):
        pass


def test_the_classifier_of_kinds_parts_what_lies_apart() -> None:
    numbers = np.random.default_rng(1)
    middles = numbers.normal(size=(3, 8)) * 4
    kinds = numbers.integers(0, 3, 300)
    vectors = middles[kinds] + numbers.normal(size=(300, 8)) * 0.3
    weights = fit([(vectors[:200], kinds[:200].tolist()), (vectors[200:], kinds[200:].tolist())])
    guessed = (np.hstack([vectors, np.ones((300, 1))]) @ weights).argmax(axis=1)
    assert (guessed == kinds).mean() > 0.99
