"""Calls to other services: what is repeated, what is passed on, what errors become."""

import json

import anyio
import httpx
import pytest

from flight_search.domain.errors import CursorError, SnapshotError, UpstreamError
from flight_search.domain.intent import IntentRequest
from flight_search.domain.result import SearchRequest
from flight_search.services.metrics import Metrics
from flight_search.services.over_http import HttpIntents, HttpOffers, Upstream
from flight_search.services.problems import RateLimitError, problem_json, problem_of
from flight_search.services.settings import UpstreamSettings
from flight_search.services.trace import begin_trace

INTENT = {"kind": "help"}


def problem(error):
    return httpx.Response(
        error.status,
        content=problem_json(problem_of(error)),
        headers={"content-type": "application/problem+json"},
    )


class Service:
    """Answers with one thing after the other; the last one stays."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    async def __call__(self, request):
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def intents_on():
    metrics = Metrics("console")

    def make(service, **settings):
        client = httpx.AsyncClient(transport=httpx.MockTransport(service), base_url="http://llm")
        return HttpIntents(Upstream("llm", client, UpstreamSettings(**settings), metrics))

    make.metrics = metrics
    return make


ASK = IntentRequest(text="to London")


@pytest.mark.parametrize(
    "first",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        httpx.Response(502),
        httpx.Response(503, text="overloaded"),
        httpx.Response(429),
    ],
)
async def test_what_may_pass_is_tried_again(intents_on, first):
    service = Service(first, first, httpx.Response(200, json=INTENT))
    assert (await intents_on(service).understand(ASK)).kind == "help"
    assert len(service.requests) == 3
    assert len({request.content for request in service.requests}) == 1


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.Response(503)])
async def test_attempts_are_bounded(intents_on, failure):
    service = Service(failure)
    with pytest.raises(UpstreamError) as raised:
        await intents_on(service, upstream_attempts=2).understand(ASK)
    assert len(service.requests) == 2
    assert "llm-service" in raised.value.detail
    assert raised.value.remedy


@pytest.mark.parametrize(
    "error",
    [
        CursorError("Another search's.", remedy="Search again."),
        SnapshotError("There is none.", remedy="Build one."),
    ],
)
async def test_an_error_that_says_what_is_wrong_comes_back_as_itself_at_once(intents_on, error):
    service = Service(problem(error))
    with pytest.raises(type(error)) as raised:
        await intents_on(service).understand(ASK)
    assert (raised.value.detail, raised.value.remedy) == (error.detail, error.remedy)
    assert len(service.requests) == 1


async def test_rate_limits_keep_when_to_come_back(intents_on):
    service = Service(problem(RateLimitError("Too many.", retry_after_s=3.0)))
    with pytest.raises(RateLimitError) as raised:
        await intents_on(service).understand(ASK)
    assert raised.value.retry_after_s == 3.0


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>a proxy's page</html>"),
        httpx.Response(200, json={"kind": "wish"}),
        httpx.Response(500, text="Traceback: secret"),
        httpx.Response(500, text="{", headers={"content-type": "application/problem+json"}),
        httpx.Response(404),
        httpx.Response(302, headers={"location": "http://elsewhere"}),
    ],
)
async def test_what_is_not_as_agreed_is_an_upstream_error_and_not_repeated(intents_on, answer):
    service = Service(answer)
    with pytest.raises(UpstreamError) as raised:
        await intents_on(service).understand(ASK)
    assert len(service.requests) == 1
    assert "secret" not in raised.value.detail


async def test_retry_after_is_honoured(intents_on):
    service = Service(httpx.Response(503, headers={"retry-after": "1"}), httpx.Response(200, json=INTENT))
    began = anyio.current_time()
    await intents_on(service).understand(ASK)
    assert anyio.current_time() - began >= 1


async def test_a_wait_beyond_the_deadline_is_not_begun(intents_on):
    service = Service(httpx.Response(503, headers={"retry-after": "60"}))
    with anyio.fail_after(5), pytest.raises(UpstreamError):
        await intents_on(service).understand(ASK)
    assert len(service.requests) == 1


async def test_the_deadline_covers_all_attempts(intents_on):
    async def hangs(_request):
        await anyio.sleep(30)

    with anyio.fail_after(5), pytest.raises(UpstreamError, match=r"0\.2 seconds"):
        await intents_on(hangs, upstream_deadline_s=0.2).understand(ASK)


async def test_the_identity_of_the_request_is_passed_on(intents_on):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    trace = begin_trace([(b"x-request-id", b"r-9"), (b"traceparent", parent.encode())])
    service = Service(httpx.Response(200, json=INTENT))
    await intents_on(service).understand(ASK)
    headers = service.requests[0].headers
    assert headers["x-request-id"] == "r-9"
    assert headers["traceparent"] == f"00-0af7651916cd43dd8448eb211c80319c-{trace.span_id}-01"


async def test_calls_at_the_same_time_are_bounded(intents_on):
    at_once = most = 0

    async def counts(_request):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await anyio.sleep(0.01)
        at_once -= 1
        return httpx.Response(200, json=INTENT)

    engine = intents_on(counts, upstream_connections=2)
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(engine.understand, ASK)
    assert most == 2


async def test_attempts_are_counted(intents_on):
    await intents_on(Service(httpx.ConnectError("no"), httpx.Response(200, json=INTENT))).understand(ASK)
    text = intents_on.metrics.text().decode()
    assert 'flight_search_upstream_requests_total{outcome="ConnectError",service="llm-service"} 1.0' in text
    assert 'flight_search_upstream_requests_total{outcome="200",service="llm-service"} 1.0' in text


async def test_a_search_is_sent_as_the_contract_writes_it(canned_query):
    service = Service(httpx.Response(200, json={"status": "no_match", "query": {"slices": [{}]}}))
    client = httpx.AsyncClient(transport=httpx.MockTransport(service), base_url="http://rag/prefix/")
    offers = HttpOffers(Upstream("rag", client, UpstreamSettings(), Metrics("console")))
    assert (await offers.search(SearchRequest(query=canned_query(), limit=3))).status == "no_match"
    sent = json.loads(service.requests[0].content)
    assert set(sent) == {"query", "limit", "cursor", "explain"}
    assert service.requests[0].url == "http://rag/prefix/v1/search"
