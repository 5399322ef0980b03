"""Requests that cannot be served: each gets a problem that says what is wrong, where, and what to do."""

import json

import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

SEARCH = '{"query": {"slices": [{}]}, "limit": 5}'


def checked(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:flight-search:problem:")
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


async def post(client, path, body, content_type="application/json"):
    content = body.encode() if isinstance(body, str) else body
    return await client.post(path, content=content, headers={"content-type": content_type})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "{",
        '{"text": }',
        '{"text": "a"} trailing',
        b"\xff\xfe{\x00}\x00",
        b'{"text": "\xc3\x28"}',
        '{"text": "\\ud800"}',
        '{"text": "a", "text": "b"}',
        '{"text": "a", "previous": {"slices": [], "slices": [{}]}}',
        "[" * 60_000,
        '{"a":' * 9_000 + "1" + "}" * 9_000,
        '{"text": NaN}',
        '{"text": "a", "previous": 1' + "0" * 5_000 + "}",
        '{"text": Infinity}',
        "\ufeff{}",
    ],
)
async def test_what_is_not_json_is_400(client, body):
    problem = checked(await post(client, "/v1/intent", body), 400)
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/intent", "[]", ""),
        ("/v1/intent", "null", ""),
        ("/v1/intent", "{}", "/text"),
        ("/v1/intent", '{"text": 5}', "/text"),
        ("/v1/intent", json.dumps({"text": "x" * 10_001}), "/text"),
        ("/v1/intent", '{"text": "a", "now": "2026-11-24T10:00:00"}', "/now"),
        ("/v1/intent", '{"text": "a", "now": 5}', "/now"),
        ("/v1/intent", '{"text": "a", "locale": "??"}', "/locale"),
        ("/v1/intent", '{"text": "a", "curency": "USD"}', "/curency"),
        ("/v1/intent/batch", '{"requests": []}', "/requests"),
        ("/v1/intent/batch", '{"requests": [{"text": "a"}, {"txt": "b"}]}', "/requests/1/text"),
        ("/v1/search", '{"query": {"slices": [{}]}, "limit": "10"}', "/limit"),
        ("/v1/search", '{"query": {"slices": [{}]}, "limit": true}', "/limit"),
        ("/v1/search", '{"query": {"slices": [{}]}, "limit": 0}', "/limit"),
        ("/v1/search", '{"query": {"slices": [{}]}, "limit": 1000000000}', "/limit"),
        ("/v1/search", '{"query": {"slices": [{}]}, "limit": 1' + "0" * 300 + "}", "/limit"),
        ("/v1/search", '{"query": {"slices": [{}]}, "limit": 1e999}', "/limit"),
        ("/v1/search", '{"query": {"slices": []}}', "/query/slices"),
        ("/v1/search", '{"query": {"slices": [{}], "price": {"max": -5}}}', "/query/price/max"),
        ("/v1/search", '{"query": {"slices": [{}], "price": {"max": 1e999}}}', "/query/price/max"),
        ("/v1/search", '{"query": {"slices": [{}], "price": {"min": "9", "max": "5"}}}', "/query/price"),
        (
            "/v1/search",
            '{"query": {"slices": [{"depart_date": {"from": 5}}]}}',
            "/query/slices/0/depart_date/from",
        ),
        ("/v1/search", '{"query": {"slices": [{"a/b~c": 1}]}}', "/query/slices/0/a~1b~0c"),
        ("/v1/answer", '{"kind": "wish"}', "/kind"),
        ("/v1/ask", '{"text": "a", "limit": 5.5}', "/limit"),
    ],
)
async def test_what_does_not_fit_the_contract_is_422_and_points_at_it(client, path, body, pointer):
    problem = checked(await post(client, path, body), 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert problem["remedy"]


async def test_an_unknown_field_is_told_its_likely_name(client):
    problem = checked(await post(client, "/v1/intent", '{"text": "a", "curency": "USD"}'), 422)
    assert "Did you mean `currency`?" in problem["detail"]


async def test_a_problem_never_repeats_more_than_a_little_of_the_request(client):
    body = json.dumps({"text": "a", **{f"unknown{number}" * 50: 1 for number in range(60)}})
    answer = await post(client, "/v1/intent", body)
    assert len(checked(answer, 422)["errors"]) == 20
    assert len(answer.content) < 32_768


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({}, "/q"),
        ({"q": ""}, "/q"),
        ({"q": "x" * 201}, "/q"),
        ({"q": "rome", "limit": "many"}, "/limit"),
        ({"q": "rome", "limit": "51"}, "/limit"),
        ({"q": "rome", "lmit": "5"}, "/lmit"),
    ],
)
async def test_parameters_are_checked_too(client, params, pointer):
    problem = checked(await client.get("/v1/places", params=params), 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]


async def test_control_characters_in_a_name_are_refused(client):
    checked(await client.get("/v1/places", params={"q": "ro\x00me"}), 400)


async def test_unknown_paths_and_methods(client):
    assert "/openapi.json" in checked(await client.get("/v2/ask"), 404)["remedy"]
    answer = await client.get("/v1/ask")
    assert "POST" in checked(answer, 405)["remedy"]
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
async def test_other_media_types_are_415(client, content_type):
    checked(await post(client, "/v1/search", SEARCH, content_type), 415)


async def test_other_encodings_are_415(client):
    checked(await post(client, "/v1/search", SEARCH, "application/json; charset=latin-1"), 415)
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    checked(await client.post("/v1/search", content=b"\x1f\x8b", headers=headers), 415)


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "application/vnd.x+json", ""])
async def test_ways_to_say_json(client, content_type):
    assert (await post(client, "/v1/search", SEARCH, content_type)).status_code == 200


async def test_a_body_that_says_it_is_too_large_is_refused_unread(client):
    checked(await post(client, "/v1/ask", json.dumps({"text": "x" * 70_000})), 413)


async def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(client):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 16_384
            yield b" " * 16_384

    answer = await client.post("/v1/ask", content=endless(), headers={"content-type": "application/json"})
    checked(answer, 413)
    assert sent <= 65_536 + 2 * 16_384


async def test_what_nobody_expected_is_500_and_gives_nothing_away(client):
    with structlog.testing.capture_logs() as lines:
        answer = await client.post("/v1/ask", json={"text": "boom"}, headers={"x-request-id": "r-1"})
    assert "secret" not in json.dumps(checked(answer, 500))
    assert any(line["event"] == "request_failed" and line["log_level"] == "error" for line in lines)


async def test_an_engines_error_keeps_its_code_status_and_remedy(client):
    answer = await client.post("/v1/search", json={"query": {"slices": [{}]}, "cursor": "x"})
    problem = checked(answer, 400)
    assert problem["type"].endswith(":invalid_cursor")
    assert problem["remedy"] == "Search again without it."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "query", "slices", "limit", "price", "max", "origin", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
async def test_no_body_is_an_internal_error(client, body):
    for path in ("/v1/search", "/v1/answer"):
        answer = await post(client, path, body)
        assert answer.status_code in (200, 400, 422), answer.text
