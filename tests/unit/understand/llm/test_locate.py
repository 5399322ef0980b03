"""Copied words are found where they stand, and only if they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.understand.llm.locate import locate


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("Boston", "from Boston to LA", "Boston"),
        ("boston", "from BOSTON", "BOSTON"),
        ("LA", "Atlanta to LA", "LA"),
        ("next  friday", "on next\n friday", "next\n friday"),
        ("O'Hare", "from O\u2019Hare", "O\u2019Hare"),
        ("Boston.", "from Boston", "Boston"),
        ('"Boston"', "from Boston", "Boston"),
        ("lie-flat", "a lie\u2013flat seat", "lie\u2013flat"),
        ("5pm", "after 5pm", "5pm"),
        ("$600", "under $600", "$600"),
        ("東京", "大阪から東京まで", "東京"),
        ("São Paulo", "to são paulo", "são paulo"),
    ],
)
def test_words_that_were_said_are_found(words, text, found):
    start, end = locate(words, text)
    assert text[start:end] == found


@pytest.mark.parametrize(
    "words", ["", "  ", "...", "Paris", "LA", "Boston to Denver", ".*", "B[o]ston", "600"]
)
def test_words_that_were_not_said_are_not_found(words):
    assert locate(words, "from Boston via Atlanta for $6000") is None


def test_words_said_twice_are_found_in_two_places():
    text = "Boston to Boston"
    first = locate("Boston", text)
    assert first == (0, 6)
    assert locate("Boston", text, [first]) == (10, 16)
    assert locate("Boston", text, [first, (10, 16)]) == first


@given(st.text(max_size=40), st.text(max_size=80))
def test_whatever_is_found_lies_in_the_text(words, text):
    span = locate(words, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(st.lists(st.from_regex(r"[A-Za-z0-9']{1,8}", fullmatch=True), min_size=1, max_size=8), st.data())
def test_every_run_of_words_is_found(words, data):
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    run = " ".join(words[first:last])
    span = locate(run, "  ".join(words))
    assert span is not None or not run.strip(" '")
