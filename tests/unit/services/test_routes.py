"""The operations of the contract on canned engines: right answers for right requests."""

import json

import pytest

from flight_search.domain.intent import IntentAnswer, IntentBatchAnswer
from flight_search.domain.result import AnswerResult, AskResult, SearchResult, SnapshotInfo

QUERY = {
    "slices": [{"origin": {"label": "New York", "airports": ["JFK"]}, "destination": {"label": "London"}}]
}


async def test_intent(client, engines):
    answer = await client.post("/v1/intent", json={"text": "to London", "previous": QUERY, "currency": "eur"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert IntentAnswer.model_validate_json(answer.content).query is not None
    asked = engines.intents.asked[-1]
    assert (asked.currency, asked.previous.slices[0].origin.label) == ("EUR", "New York")


async def test_batch_answers_in_the_order_of_the_requests(client):
    texts = [f"to place {number}" for number in range(256)]
    answer = await client.post("/v1/intent/batch", json={"requests": [{"text": text} for text in texts]})
    answers = IntentBatchAnswer.model_validate_json(answer.content).answers
    assert [item.query.slices[0].destination.label for item in answers] == texts


async def test_a_batch_may_be_larger_than_other_bodies(client):
    requests = [{"text": "x " + "y" * 9_000}] * 20
    assert len(json.dumps(requests)) > 65_536
    assert (await client.post("/v1/intent/batch", json={"requests": requests})).status_code == 200


async def test_places(client):
    answer = await client.get("/v1/places", params={"q": "london", "limit": 1})
    assert answer.json() == [
        {
            "label": "London",
            "kind": "city",
            "airports": ["LHR", "LGW"],
            "country": "GB",
            "subdivision": "England",
            "popularity": 0.8123,
            "score": 0.9,
        }
    ]


async def test_airports_are_located_in_the_order_of_the_codes(client):
    answer = await client.get("/v1/airports", params={"codes": "MIA,QQQ,JFK,MIA"})
    assert [(place["iata"], place["city"]) for place in answer.json()] == [
        ("MIA", "Miami"),
        ("JFK", "New York"),
    ]
    assert round(answer.json()[0]["latitude"]) == 26
    assert answer.headers["cache-control"] == "public, max-age=86400"


@pytest.mark.parametrize("codes", ["", "mia", "MIA,", "MIA;JFK", "M" * 9, ",".join(["MIA"] * 500)])
async def test_airports_are_asked_for_by_code(client, codes):
    answer = await client.get("/v1/airports", params={"codes": codes})
    assert answer.status_code == 422


async def test_search(client):
    answer = await client.post("/v1/search", json={"query": QUERY, "limit": 1})
    result = SearchResult.model_validate_json(answer.content)
    assert [item.price.amount for item in result.offers] == ["412.00"]
    assert answer.json()["query"]["slices"][0]["depart_date"] is None


async def test_answer_takes_what_intent_gave(client):
    intent = (await client.post("/v1/intent", json={"text": "calendar"})).json()
    answer = await client.post("/v1/answer", json=intent)
    assert AnswerResult.model_validate_json(answer.content).text == "The answer to calendar."


async def test_answer_refuses_a_search_and_says_where_it_belongs(client):
    answer = await client.post("/v1/answer", json={"kind": "search", "query": QUERY})
    assert answer.status_code == 400
    assert "/v1/search" in answer.json()["remedy"]


async def test_snapshot_tells_licence_and_date(client):
    info = SnapshotInfo.model_validate_json((await client.get("/v1/snapshot")).content)
    assert (info.sources[0].licence, info.sources[0].data_date) == ("CC0", "2026-11-24")


async def test_ask_merges_what_understanding_and_search_could_not_do(client):
    answer = await client.post("/v1/ask", json={"text": "to London", "limit": 2})
    asked = AskResult.model_validate_json(answer.content)
    assert isinstance(asked.result, SearchResult)
    assert asked.result.unsupported == ("a window seat", "bags")
    assert asked.result.degraded == ("llm: slow", "meaning: no model")
    assert len(asked.result.offers) == 2


@pytest.mark.parametrize("text", ["calendar to London", "help"])
async def test_ask_answers_other_kinds(client, text):
    answer = (await client.post("/v1/ask", json={"text": text})).json()
    assert answer["result"]["text"].startswith("The answer to")


async def test_ask_asks_back_and_searches_nothing(client):
    result = (await client.post("/v1/ask", json={"text": "needs"})).json()["result"]
    assert (result["status"], result["notes"], result["offers"]) == ("needs", ["From where?"], [])


async def test_no_snapshot_is_a_problem_of_its_own(client, engines):
    engines.search.usable = False
    answer = await client.post("/v1/ask", json={"text": "to London"})
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("snapshot_unusable")
    assert answer.json()["remedy"] == "`flight-search ingest` builds one."
