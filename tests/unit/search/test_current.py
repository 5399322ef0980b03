"""A change of the snapshot under a running search: nobody waits, and nobody gets half of each."""

import time
from dataclasses import replace

import pytest

from flight_search.domain.result import SearchRequest
from flight_search.search.engine import SearchEngine

QUERY = {"slices": [{"origin": {"label": "", "airports": ["JFK", "EWR", "BOS"]}}]}
NAMES = ("2026-12-01T00-00-00Z", "2026-12-02T00-00-00Z", "2026-12-03T00-00-00Z")
MADE = {"slowness", "intensity", "known_facts", "has_connections", "profiles", "metro", "statistics"}


class Pointer:
    """A source of snapshots that is told which is current."""

    def __init__(self, snapshot):
        self.snapshot = snapshot

    def get(self):
        return self.snapshot


@pytest.fixture(scope="module")
def snapshots(make_world):
    return [make_world(70 + number, name=name).snapshot for number, name in enumerate(NAMES)]


def name_of(engine):
    return engine.search(SearchRequest.model_validate({"query": QUERY, "limit": 1})).snapshot


def test_the_snapshot_before_is_searched_until_the_next_is_ready(snapshots, now):
    begun = []
    live = Pointer(snapshots[0])
    engine = SearchEngine(live, None, clock=lambda: now, background=begun.append)
    assert name_of(engine) == NAMES[0]
    live.snapshot = snapshots[1]
    assert [name_of(engine) for _ in range(3)] == [NAMES[0]] * 3
    assert engine.snapshot_info().name == NAMES[0]
    assert len(begun) == 1  # made once, however many ask meanwhile
    begun.pop()()
    assert name_of(engine) == engine.snapshot_info().name == NAMES[1]
    assert vars(engine._current.get()).keys() >= MADE
    assert begun == []


def test_one_is_prepared_at_a_time_so_that_changes_without_a_pause_are_seen_all_the_same(snapshots, now):
    begun = []
    live = Pointer(snapshots[0])
    engine = SearchEngine(live, None, clock=lambda: now, background=begun.append)
    name_of(engine)
    for snapshot in snapshots[1:]:
        live.snapshot = snapshot
        assert name_of(engine) == NAMES[0]
    assert len(begun) == 1
    begun.pop()()
    assert name_of(engine) == NAMES[1]
    begun.pop()()
    assert name_of(engine) == NAMES[2]
    assert begun == []


def test_a_snapshot_that_cannot_be_prepared_leaves_the_one_before_and_is_told(snapshots, now):
    begun = []
    live = Pointer(snapshots[0])
    engine = SearchEngine(live, None, clock=lambda: now, background=begun.append)
    name_of(engine)
    live.snapshot = replace(snapshots[1], offers=replace(snapshots[1].offers, duration_minutes=None))
    name_of(engine)
    begun.pop()()
    result = engine.search(SearchRequest.model_validate({"query": QUERY}))
    assert result.snapshot == NAMES[0]
    assert any("not the newest" in told for told in result.degraded)
    assert begun == []  # it is not tried again and again
    live.snapshot = snapshots[2]
    name_of(engine)
    begun.pop()()
    result = engine.search(SearchRequest.model_validate({"query": QUERY}))
    assert (result.snapshot, result.degraded) == (NAMES[2], ())


def test_in_a_thread_of_its_own_the_next_snapshot_comes_by_itself(snapshots, now):
    live = Pointer(snapshots[0])
    engine = SearchEngine(live, None, clock=lambda: now)
    assert name_of(engine) == NAMES[0]
    live.snapshot = snapshots[1]
    deadline = time.monotonic() + 30
    while name_of(engine) != NAMES[1]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
