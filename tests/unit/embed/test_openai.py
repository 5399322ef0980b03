import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from flight_search.domain.errors import EmbeddingError
from flight_search.embed import openai
from flight_search.embed.openai import OpenAIEmbedder
from flight_search.embed.settings import EmbeddingSettings, Provider

KEY = "sk-very-secret-key"


class Server:
    """Gives prepared answers one after the other, then good ones; keeps the requests."""

    def __init__(self, *answers: httpx.Response | Exception, dimensions: int = 3) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.dimensions = dimensions

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        import json

        texts = json.loads(request.content)["input"]
        rows = [
            {"index": row, "embedding": [2.0, float(len(text)), *[0.0] * (self.dimensions - 2)]}
            for row, text in enumerate(texts)
        ]
        return httpx.Response(200, json={"data": rows})


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the waits between attempts instead of waiting."""
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    return slept


def make(server: Server, **changes: object) -> OpenAIEmbedder:
    values = {
        "provider": Provider.OPENAI,
        "base_url": "https://embeddings.test/v1/",
        "api_key": KEY,
        "dimensions": 3,
        **changes,
    }
    return OpenAIEmbedder(EmbeddingSettings.model_validate(values), transport=httpx.MockTransport(server))


def bodies(server: Server) -> list[list[str]]:
    import json

    return [json.loads(request.content)["input"] for request in server.requests]


def test_asks_the_endpoint_as_it_expects_to_be_asked():
    server = Server()
    make(server, model="tiny").embed_query("beach")
    (request,) = server.requests
    assert str(request.url) == "https://embeddings.test/v1/embeddings"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert b'"model":"tiny"' in request.content.replace(b" ", b"")


def test_a_server_without_key_gets_no_header():
    server = Server()
    make(server, api_key="").embed_query("beach")
    assert "Authorization" not in server.requests[0].headers


def test_documents_go_in_batches_and_come_back_in_order():
    server = Server()
    vectors = make(server, batch=2).embed_documents(["a", "bb", "ccc", "dddd", "eeeee"])
    assert [len(texts) for texts in bodies(server)] == [2, 2, 1]
    assert list(vectors[:, 1] / vectors[:, 0]) == pytest.approx([0.5, 1, 1.5, 2, 2.5])


def test_queries_and_documents_have_prefixes_of_their_own():
    server = Server()
    remote = make(server, query_prefix="query: ", document_prefix="passage: ")
    remote.embed_query("beach")
    remote.embed_documents(["beach"])
    assert bodies(server) == [["query: beach"], ["passage: beach"]]
    assert remote.identity != make(server).identity


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int, waits: list[float]):
    server = Server(httpx.Response(status), httpx.Response(status))
    assert make(server, attempts=3).embed_query("beach").shape == (3,)
    assert len(server.requests) == 3
    assert len(waits) == 2


def test_a_broken_connection_is_tried_again():
    server = Server(httpx.ConnectError("refused"), httpx.ReadTimeout("slow"))
    make(server, attempts=3).embed_query("beach")
    assert len(server.requests) == 3


def test_attempts_are_bounded():
    server = Server(*[httpx.Response(503)] * 9)
    with pytest.raises(EmbeddingError, match="3 attempts: HTTP 503") as caught:
        make(server, attempts=3).embed_query("beach")
    assert len(server.requests) == 3
    assert caught.value.remedy


def test_retry_after_in_seconds_is_honoured(waits: list[float]):
    make(Server(httpx.Response(429, headers={"Retry-After": "17"}))).embed_query("beach")
    assert waits == [pytest.approx(17, abs=0.01)]


def test_retry_after_as_a_date_is_honoured(waits: list[float]):
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    make(Server(httpx.Response(503, headers={"Retry-After": moment}))).embed_query("beach")
    assert 25 < waits[0] <= 30


@pytest.mark.parametrize("value", ["", "soon", "-5", "nan", "inf", "Tue, 99 Foo 2026 00:00:00 GMT"])
def test_a_nonsensical_retry_after_does_not_matter(value: str, waits: list[float]):
    make(Server(httpx.Response(429, headers={"Retry-After": value}))).embed_query("beach")
    assert 0 <= waits[0] <= 1


def test_no_server_can_make_it_wait_for_hours(waits: list[float]):
    make(Server(httpx.Response(429, headers={"Retry-After": "86400"}))).embed_query("beach")
    assert waits == [openai._LONGEST_WAIT_S]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said_and_not_tried_again(status: int):
    server = Server(httpx.Response(status, json={"error": f"bad key {KEY}"}))
    with pytest.raises(EmbeddingError, match="refuses the key") as caught:
        make(server).embed_query("beach")
    assert len(server.requests) == 1
    assert "FLIGHT_SEARCH_EMBEDDING_API_KEY" in caught.value.remedy


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refused_request_is_said_and_not_tried_again(status: int):
    server = Server(httpx.Response(status))
    with pytest.raises(EmbeddingError, match=str(status)):
        make(server).embed_query("beach")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"{}",
        b'{"data": []}',
        b'{"data": [{"index": 0, "embedding": ["x"]}]}',
        b'{"data": [{"index": 1, "embedding": [1, 0, 0]}]}',
        b'{"data": [{"index": 0, "embedding": [0, 0, 0]}]}',
        b'{"data": [{"index": 0, "embedding": [1e999, 0, 0]}]}',
    ],
)
def test_an_answer_that_is_none_is_refused(content: bytes):
    with pytest.raises(EmbeddingError, match="cannot be used"):
        make(Server(httpx.Response(200, content=content))).embed_query("beach")


def test_vectors_of_another_length_name_the_setting():
    with pytest.raises(EmbeddingError, match="3") as caught:
        make(Server(dimensions=5)).embed_query("beach")
    assert "FLIGHT_SEARCH_EMBEDDING_DIMENSIONS" in caught.value.remedy


def test_the_key_is_never_shown(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    remote = make(Server(*[httpx.Response(500)] * 9), attempts=2)
    with pytest.raises(EmbeddingError) as caught:
        remote.embed_query("beach")
    shown = f"{caught.value!r} {caught.value.remedy} {remote!r} {remote.identity} {caplog.text}"
    assert KEY not in shown
    assert KEY not in repr(EmbeddingSettings(api_key=KEY))
