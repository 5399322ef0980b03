"""Tokens as a server counts them; what is no count is none."""

import pytest

from flight_search.understand.llm.server import ModelServer
from flight_search.understand.llm.told import schema_of_one
from flight_search.understand.llm.usage import Usage, usage_in


def test_the_counts_are_kept_with_the_model_that_was_asked_for():
    answer = {"model": "other-2026", "usage": {"prompt_tokens": 700, "completion_tokens": 90, "total": 790}}
    assert usage_in(answer, "small") == Usage("small", 700, 90)


@pytest.mark.parametrize(
    "answer",
    [
        None, [], "usage", {}, {"usage": None}, {"usage": [1, 2]},
        {"usage": {"prompt_tokens": 700}},
        {"usage": {"prompt_tokens": "700", "completion_tokens": 90}},
        {"usage": {"prompt_tokens": True, "completion_tokens": 90}},
        {"usage": {"prompt_tokens": -1, "completion_tokens": 90}},
        {"usage": {"prompt_tokens": 10**30, "completion_tokens": 90}},
        {"usage": {"prompt_tokens": float("nan"), "completion_tokens": 90}},
    ],
)  # fmt: skip
def test_what_is_no_count_is_none(answer):
    assert usage_in(answer, "small") is None


async def test_the_client_tells_of_every_call_whose_server_counts(fake, behaviours, settings_for):
    told, unmetered = [], []
    server = ModelServer(settings_for(fake), on_usage=told.append, on_unmetered=unmetered.append)
    fake.does(behaviours.says("no JSON at all", usage={"prompt_tokens": 12, "completion_tokens": 3}))
    await server.complete("small", ("a", "b"), schema_of_one(), most_tokens=100, within_s=2.0)
    fake.does(behaviours.says("{}"))
    await server.complete("small", ("a", "b"), schema_of_one(), most_tokens=100, within_s=2.0)
    await server.close()
    assert told == [Usage("small", 12, 3)]
    assert unmetered == ["small"]
