"""llm-service, rag-service and console as three processes, and all in one: the same answers."""

# ruff: noqa: ASYNC210 - one client, which may block

import json
import signal

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

ASK = {"text": "nonstop from JFK to Boston under $90", "limit": 3}


@pytest.fixture
def apart(start):
    llm, rag = start("llm"), start("rag")
    console = start("console", LLM_URL=llm.url, RAG_URL=rag.url, UPSTREAM_ATTEMPTS=2)
    for service in (llm, rag, console):
        service.wait_until()
    return llm, rag, console


@pytest.fixture
def together(start):
    return start("all").wait_until()


async def talk(service, *messages, **options):
    """Send messages one after the other; return the events of each."""
    conversations = []
    async with connect(f"ws://127.0.0.1:{service.port}/v1/chat", **options) as socket:
        for message in messages:
            await socket.send(message if isinstance(message, str | bytes) else json.dumps(message))
            events = [json.loads(await socket.recv())]
            while events[-1]["event"] not in ("done", "problem"):
                events.append(json.loads(await socket.recv()))
            conversations.append(events)
    return conversations


def without_times(answer):
    answer["intent"].pop("took_ms")
    answer["result"].pop("timings_ms")
    return answer


def test_apart_and_together_give_the_same_answer(apart, together):
    answers = [httpx.post(f"{url}/v1/ask", json=ASK) for url in (apart[2].url, together.url)]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (without_times(answer.json()) for answer in answers)
    assert first == second
    assert first["result"]["total"] == 60
    assert {offer["price"]["amount"] for offer in first["result"]["offers"]} == {"80.00"}


def test_the_identity_of_a_request_is_in_the_logs_of_all_that_served_it(apart):
    llm, rag, console = apart
    headers = {
        "x-request-id": "trip-42",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    assert httpx.post(f"{console.url}/v1/ask", json=ASK, headers=headers).status_code == 200
    for service, route in ((llm, "/v1/intent"), (rag, "/v1/search"), (console, "/v1/ask")):
        (line,) = service.wait_for_request_lines("trip-42")
        assert (line["route"], line["trace_id"]) == (route, "0af7651916cd43dd8448eb211c80319c")
        assert "Boston" not in service.log


async def test_losing_the_rag_service_is_told_and_its_return_noticed(apart, start):
    _, rag, console = apart
    rag.process.kill()
    rag.process.wait()
    answer = httpx.post(f"{console.url}/v1/ask", json=ASK)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    problem = answer.json()
    assert problem["type"].endswith("upstream_unavailable")
    assert "rag-service" in problem["detail"]
    ready = httpx.get(f"{console.url}/readyz")
    assert ready.status_code == 503
    assert [error["pointer"] for error in ready.json()["errors"]] == ["/rag-service"]
    ((understood, problem),) = await talk(console, {"text": "JFK to Boston", "id": "7"})
    assert (understood["event"], problem["event"], problem["id"]) == ("understood", "problem", "7")
    # What needs no rag-service goes on.
    assert httpx.post(f"{console.url}/v1/intent", json={"text": "to Boston"}).status_code == 200
    start("rag", port=rag.port).wait_until()
    assert httpx.post(f"{console.url}/v1/ask", json=ASK).status_code == 200
    assert httpx.get(f"{console.url}/readyz").status_code == 200


def test_losing_the_llm_service_leaves_the_search(apart):
    llm, _, console = apart
    llm.process.kill()
    llm.process.wait()
    assert httpx.post(f"{console.url}/v1/ask", json=ASK).status_code == 503
    way = {
        "origin": {"label": "JFK", "airports": ["JFK"]},
        "destination": {"label": "BOS", "airports": ["BOS"]},
    }
    found = httpx.post(f"{console.url}/v1/search", json={"query": {"slices": [way]}})
    assert found.json()["total"] == 120


def test_a_problem_of_the_rag_service_comes_through_the_console_as_itself(apart):
    body = {"query": {"slices": [{}]}, "cursor": "nonsense"}
    _, rag, console = apart
    problems = [httpx.post(f"{service.url}/v1/search", json=body).json() for service in (rag, console)]
    for problem in problems:
        problem.pop("request_id")
    assert problems[0] == problems[1]
    assert problems[0]["type"].endswith("invalid_cursor")


async def test_the_chat_of_a_console_refines_what_was_said(apart):
    first, second = await talk(
        apart[2], {"text": "from JFK to Boston", "session": "s"}, {"text": "under $90", "session": "s"}
    )
    assert [event["event"] for event in first[:2]] == ["understood", "results"]
    assert (first[1]["result"]["total"], second[1]["result"]["total"]) == (120, 60)
    reply = "".join(event["text"] for event in second if event["event"] == "reply")
    assert reply.startswith("60 flights match. The best: Delta Air Lines DL\N{NO-BREAK SPACE}1")
    assert "about $80 (estimate)" in reply


async def test_bad_messages_are_told_and_the_socket_lives_on(together):
    bad, huge, good = await talk(together, "{", b"x" * 200_000, {"text": "JFK to Miami"})
    assert [(event["event"], event["problem"]["status"]) for event in bad] == [("problem", 400)]
    assert [(event["event"], event["problem"]["status"]) for event in huge] == [("problem", 413)]
    assert good[-1]["event"] == "done"


async def test_a_message_beyond_measure_closes_the_socket_and_nothing_else(together):
    async with connect(f"ws://127.0.0.1:{together.port}/v1/chat") as socket:
        await socket.send("x" * 1_000_000)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1009
    assert httpx.get(f"{together.url}/healthz").status_code == 200


async def test_pages_of_other_sites_may_not_open_the_socket(together):
    with pytest.raises(InvalidStatus) as refused:
        await talk(together, {"text": "JFK to Miami"}, origin="https://evil.example.com")
    answer = refused.value.response
    assert (answer.status_code, json.loads(answer.body)["type"]) == (
        403,
        "urn:flight-search:problem:origin_refused",
    )
    for origin in (together.url, None):
        assert (await talk(together, {"text": "JFK to Miami"}, origin=origin))[0][-1]["event"] == "done"


async def test_open_sockets_are_closed_and_the_process_ends_with_0(start):
    service = start("all").wait_until()
    async with connect(f"ws://127.0.0.1:{service.port}/v1/chat") as socket:
        service.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1012  # the service restarts
    assert service.process.wait(20) == 0
