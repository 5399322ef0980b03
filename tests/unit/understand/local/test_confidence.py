"""The stated confidence: a chance, and never higher for more doubt."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.understand.local.confidence import Doubts, confidence_of

DOUBTS = [field.name for field in fields(Doubts) if field.name != "is_refused"]
AMOUNTS = st.floats(0, 50)


@given(
    st.builds(Doubts, is_refused=st.sampled_from([0.0, 1.0]), **dict.fromkeys(DOUBTS, AMOUNTS)),
    st.sampled_from(DOUBTS),
    AMOUNTS,
)
def test_it_is_a_chance_that_no_doubt_raises(doubts: Doubts, name: str, more: float) -> None:
    doubted = replace(doubts, **{name: getattr(doubts, name) + more})
    assert 0 <= confidence_of(doubted) <= confidence_of(doubts) <= 1


@pytest.mark.parametrize("name", DOUBTS)
def test_each_doubt_counts(name: str) -> None:
    assert confidence_of(Doubts(**{name: 1.0})) < confidence_of(Doubts())


def test_words_left_unread_are_doubted(ask):
    plain = ask("flights from Boston to Denver tomorrow").confidence
    assert ask("flights from Boston to Denver tomorrow whenever bananas ripen").confidence < plain
    assert ask("please show me flights from Boston to Denver tomorrow").confidence == plain
