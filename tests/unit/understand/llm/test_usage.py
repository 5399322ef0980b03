"""Tokens as a server counts them; what is no count is none."""

import pytest

from flight_search.understand.llm.usage import Usage, estimated, share_of, usage_in


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


@pytest.mark.parametrize(
    ("details", "cached"),
    [
        ({"cached_tokens": 600}, 600), ({"cached_tokens": 9_000}, 700), ({"cached_tokens": -1}, 0),
        ({"cached_tokens": "600"}, 0), ({}, 0), (None, 0), ([], 0),
    ],
)  # fmt: skip
def test_what_the_server_had_kept_is_told_and_never_more_than_was_sent(details, cached):
    answer = {
        "usage": {"prompt_tokens": 700, "completion_tokens": 90, "prompt_tokens_details": details},
    }
    assert usage_in(answer, "small") == Usage("small", 700, 90, cached)


def test_estimates_are_whole_tokens_and_say_what_they_are():
    assert estimated("small", 10, 0) == Usage("small", 4, 0, is_estimate=True)
    assert estimated("small", 9, 3) == Usage("small", 3, 1, is_estimate=True)


def test_requests_that_went_together_share_what_they_used():
    assert share_of(Usage("small", 1_000, 80, 500), 4) == Usage("small", 250, 20, 125)
