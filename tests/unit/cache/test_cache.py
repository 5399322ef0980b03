"""A cache makes a value once, and a store that fails only makes it slower."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.cache.cache import Cache, key_of
from flight_search.cache.memory import MemoryStore
from flight_search.cache.port import StoreOutageError, UnreadableValueError


class Failing:
    """A store that answers nothing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def get(self, _key):
        raise self.error

    async def put(self, _key, _value):
        raise StoreOutageError


class Counted:
    def __init__(self, store) -> None:
        self.outcomes: Counter[str] = Counter()
        self.cache = Cache("test", store, lambda _, outcome: self.outcomes.update([str(outcome)]))
        self.made = 0

    async def make(self):
        self.made += 1
        await asyncio.sleep(0)
        return self.made

    async def ask(self, key="a", is_worth_keeping=lambda _: True):
        return await self.cache.get_or_make(key, self.make, is_worth_keeping)


@pytest.fixture
def memory():
    return Counted(MemoryStore(2, 60, lambda: 0.0))


async def test_the_second_time_it_is_kept(memory):
    first, second = await memory.ask(), await memory.ask()
    assert (first.value, first.was_kept, second.value, second.was_kept) == (1, False, 1, True)
    assert memory.outcomes == {"miss": 1, "hit": 1}


async def test_at_the_same_time_it_is_made_once_and_joining_is_counted(memory):
    answers = await asyncio.gather(*(memory.ask() for _ in range(10)))
    assert {answer.value for answer in answers} == {1}
    assert memory.outcomes == {"miss": 1, "joined": 9}


async def test_what_is_not_worth_keeping_is_made_again(memory):
    await memory.ask(is_worth_keeping=lambda _: False)
    assert (await memory.ask()).value == 2


async def test_the_least_recently_used_goes_first(memory):
    for key in "abac":
        await memory.ask(key)
    assert [(await memory.ask(key)).was_kept for key in "ac"] == [True, True]
    assert not (await memory.ask("b")).was_kept


async def test_a_cache_of_no_entries_keeps_nothing():
    nothing = Counted(MemoryStore(0, 60, lambda: 0.0))
    await nothing.ask()
    assert not (await nothing.ask()).was_kept


@pytest.mark.parametrize(
    ("error", "outcome"), [(StoreOutageError("down"), "outage"), (UnreadableValueError("bad"), "unreadable")]
)
async def test_a_store_that_fails_is_counted_and_costs_nothing_else(error, outcome):
    failing = Counted(Failing(error))
    assert [(await failing.ask()).value for _ in range(2)] == [1, 2]
    assert failing.outcomes == {outcome: 2, "not_stored": 2}


async def test_what_fails_to_be_made_fails_and_is_not_kept(memory):
    async def broken():
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await memory.cache.get_or_make("a", broken)
    assert (await memory.ask()).value == 1


@given(st.lists(st.text(alphabet=st.characters())), st.lists(st.text(alphabet=st.characters())))
def test_two_keys_are_the_same_only_if_their_parts_are(one, other):
    assert (key_of(*one) == key_of(*other)) == (one == other)


def test_a_key_cannot_be_shifted_into_another():
    assert (
        len({key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("abc", ""), key_of("\ud800")}) == 5
    )
