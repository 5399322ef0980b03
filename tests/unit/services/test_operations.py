"""What every service answers to those who run it."""

import datetime as dt

import pytest

from flight_search.services.metrics import Metrics

ROUTES = {
    "llm": {"/v1/intent", "/v1/intent/batch", "/v1/places"},
    "rag": {"/v1/search", "/v1/answer", "/v1/snapshot"},
}
ROUTES["console"] = ROUTES["all"] = ROUTES["llm"] | ROUTES["rag"] | {"/v1/ask", "/v1/airports"}


async def test_health_tells_version_and_role(client):
    answer = await client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": "0.1.0", "role": "all"}


async def test_ready_with_a_snapshot(client):
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "parts": ["snapshot"]})


async def test_not_ready_says_which_part_why_and_what_to_do(client, engines):
    engines.search.usable = False
    answer = await client.get("/readyz")
    problem = answer.json()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"] == "snapshot: There is no snapshot."
    assert problem["remedy"] == "`flight-search ingest` builds one."
    assert problem["errors"] == [{"pointer": "/snapshot", "detail": "There is no snapshot."}]
    engines.search.usable = True
    assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("role", ["llm", "rag", "console", "all"])
async def test_every_role_serves_its_routes_and_describes_them(connect, role):
    async with connect(role) as client:
        document = (await client.get("/openapi.json")).json()
    paths = {path for path in document["paths"] if path.startswith("/v1") and "admin" not in path}
    assert paths == ROUTES[role]
    for path in paths:
        for operation in document["paths"][path].values():
            answers = operation["responses"]
            assert answers["200"]["content"]["application/json"]["schema"]
            assert all(
                "application/problem+json" in answers[code]["content"] for code in answers if code != "200"
            )
            assert {"422", "500", "503"} <= set(answers)


async def test_the_description_names_the_fields_of_requests_and_answers(client):
    document = (await client.get("/openapi.json")).json()
    operation = document["paths"]["/v1/search"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert set(document["components"]["schemas"][body]["properties"]) == {
        "query",
        "limit",
        "cursor",
        "explain",
    }
    assert "relaxations" in document["components"]["schemas"][answer]["properties"]


async def test_metrics_count_requests_by_route_template_and_nothing_of_the_client(client):
    await client.post("/v1/ask", json={"text": "to London"})
    await client.get("/v1/places", params={"q": "secretplace"})
    await client.get("/a/path/made/up")
    text = (await client.get("/metrics")).text
    assert 'flight_search_http_requests_total{method="POST",route="/v1/ask",status="200"} 1.0' in text
    assert 'flight_search_http_requests_total{method="GET",route="/v1/places",status="200"} 1.0' in text
    assert 'flight_search_http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in text
    assert 'flight_search_http_request_duration_seconds_count{method="POST",route="/v1/ask"} 1.0' in text
    assert 'flight_search_understand_duration_seconds_count{engine="local"} 1.0' in text
    assert 'flight_search_search_duration_seconds_count{operation="search",stage="filter"} 1.0' in text
    assert 'flight_search_degraded_total{cause="meaning"} 1.0' in text
    assert "flight_search_build{" in text
    assert "secretplace" not in text
    assert "made/up" not in text


def test_metrics_tell_extent_and_age_of_the_snapshot_in_use(engines):
    metrics, info = Metrics("all"), engines.search.snapshot_info()
    metrics.watch_snapshot(lambda: info, lambda: info.built_at + dt.timedelta(hours=3))
    told = dict(line.rsplit(" ", 1) for line in metrics.text().decode().splitlines())
    assert told["flight_search_snapshot_age_seconds"] == "10800.0"
    assert told["flight_search_snapshot_offers"] == "2.0"
    assert told["flight_search_snapshot_routes"] == "1.0"
    assert told["flight_search_snapshot_airports"] == "2.0"
    last_day = dt.datetime(2026, 12, 4, tzinfo=dt.UTC).timestamp()
    assert float(told["flight_search_snapshot_last_day_timestamp_seconds"]) == last_day


def test_without_a_snapshot_the_metrics_say_so_and_tell_nothing_of_it():
    metrics = Metrics("all")
    metrics.watch_snapshot(lambda: None, lambda: dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    lines = [line for line in metrics.text().decode().splitlines() if line.startswith("flight_search_snap")]
    assert lines == ["flight_search_snapshot_usable 0.0"]


async def test_two_apps_count_apart(connect):
    async with connect() as first, connect() as second:
        await first.get("/v1/snapshot")
        assert 'route="/v1/snapshot"' not in (await second.get("/metrics")).text


async def test_what_was_opened_is_closed_with_the_app(connect, engines):
    async with connect():
        assert engines.opened == 1
    assert engines.opened == 0
