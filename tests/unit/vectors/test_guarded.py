"""A database that fails in every way: the answers stay right, the cause is told, nothing is left behind."""

import numpy as np
import pytest
from tests.vector_databases import FakeDatabase

from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.collection import Loader, Profiles
from flight_search.vectors.database import Hnsw
from flight_search.vectors.exact import ExactIndex
from flight_search.vectors.guarded import DatabaseIndex


def unit_vectors(rows: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, 24)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Bench:
    """An index over a fake database; its clock and its background are moved by hand."""

    def __init__(self, snapshot="2026-01-01T00-00-00Z", *, rows=250, seed=0, database=None) -> None:
        self.database = database or FakeDatabase()
        self.vectors = unit_vectors(rows, seed)
        self.now = 1_000_000.0
        self.waiting = []
        self.profiles = Profiles(snapshot, f"print{seed}", "model", self.vectors, ["text"] * rows)
        self.loader = Loader(
            self.database, prefix="mine", hnsw=Hnsw(), new_token=lambda: "token", clock=lambda: self.now
        )
        self.index = DatabaseIndex(
            self.profiles,
            self.database,
            self.loader,
            background=self.waiting.append,
            clock=lambda: self.now,
            pause_s=5,
            most_by_id=50,
        )

    def work(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()

    def answers_are_right(self) -> bool:
        query, rows = unit_vectors(1, seed=9)[0], np.array([3, 7, 7, 200], dtype=np.uint32)
        exact = ExactIndex(self.vectors)
        same = np.array_equal(self.index.similarity(query, rows), exact.similarity(query, rows))
        pairs = zip(self.index.nearest(query, 10), exact.nearest(query, 10), strict=True)
        return same and all(np.array_equal(mine, true) for mine, true in pairs)


def test_until_it_is_filled_the_snapshot_answers_and_it_is_told():
    bench = Bench()
    assert bench.index.problem == "a test's database is being prepared"
    assert bench.answers_are_right()
    assert bench.database.asked == []
    bench.work()
    assert bench.index.problem is None
    bench.database.asked.clear()
    assert bench.answers_are_right()
    assert bench.database.asked == ["vectors", "nearest"]


def test_of_many_profiles_those_that_come_first_are_asked_for():
    bench = Bench()
    bench.work()
    asked = []
    answer = bench.database.vectors
    bench.database.vectors = lambda name, rows: asked.append(rows.tolist()) or answer(name, rows)
    query, every = unit_vectors(1, seed=9)[0], np.arange(250, dtype=np.uint32)
    cosines = bench.index.similarity(query, every)
    assert asked == [sorted(np.argsort(-cosines)[:50].tolist())]
    assert np.array_equal(cosines, ExactIndex(bench.vectors).similarity(query, every))


FAULTS = {
    "down": "cannot be reached",
    "other dimension": "23 dimensions",
    "NaN": "not numbers",
    "other model": "not those of the snapshot",
    "missing": "no vector",
    "twice": "twice",
    "unknown rows": "does not have",
    "too few": "found 1 profiles",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_wrong_with_its_answers_ours_are_right_and_say_so(fault):
    bench = Bench()
    bench.work()
    bench.database.fault = fault
    assert bench.answers_are_right()
    assert FAULTS[fault] in bench.index.problem
    assert "own vectors" in bench.index.problem
    # It is left alone now, and tried in the background, not by a request.
    bench.database.asked.clear()
    assert bench.answers_are_right()
    assert (bench.database.asked, bench.waiting) == ([], [])
    bench.database.fault = ""
    bench.now += 6
    assert bench.answers_are_right()
    assert len(bench.waiting) == 1
    bench.work()
    assert bench.index.problem is None
    assert bench.answers_are_right()
    assert "vectors" in bench.database.asked


def test_the_pause_grows_while_it_stays_down():
    bench = Bench()
    bench.database.fault = "down"
    bench.work()
    tries = 0
    for _ in range(600):
        bench.now += 1
        bench.answers_are_right()
        tries += len(bench.waiting)
        bench.work()
    assert 4 <= tries <= 8


@pytest.mark.parametrize("fault", ["disk full", "poor graph", "other model", "NaN", "other dimension"])
def test_a_failed_build_leaves_no_trace(fault):
    bench = Bench()
    bench.database.fault = fault
    bench.work()
    assert bench.database.kept == {}
    assert bench.index.problem
    assert bench.answers_are_right()


def test_what_cannot_be_cleared_away_at_once_goes_when_it_is_old():
    bench = Bench()
    bench.database.kept["mine.2025.x.building.old"] = {}
    bench.database.notes["mine.2025.x.building.old"] = {"begun": str(int(bench.now) - 90_000)}
    bench.database.kept["mine.2025.x.building.new"] = {}
    bench.database.notes["mine.2025.x.building.new"] = {"begun": str(int(bench.now) - 60)}
    bench.work()
    assert sorted(bench.database.kept) == [
        "mine.2025.x.building.new",
        "mine.2026-01-01T00-00-00Z.print0",
    ]


def test_the_last_collection_is_kept_and_those_of_others_are_not_touched():
    database = FakeDatabase()
    database.kept["somebody.else"], database.notes["somebody.else"] = {}, {}
    for day in (1, 2, 3, 4):
        Bench(f"2026-01-0{day}T00-00-00Z", seed=day, database=database).work()
    assert sorted(database.kept) == [
        "mine.2026-01-03T00-00-00Z.print3",
        "mine.2026-01-04T00-00-00Z.print4",
        "somebody.else",
    ]


def test_a_collection_that_is_there_is_checked_and_used_and_a_damaged_one_made_anew():
    database = FakeDatabase()
    bench = Bench(database=database)
    bench.work()
    name = bench.loader.name(bench.profiles)
    before = database.kept[name]
    Bench(database=database).work()
    assert database.kept[name] is before
    del before[249]
    half = Bench(database=database)
    half.work()
    assert half.index.problem is None
    assert database.kept[name] is not before
    assert list(database.kept) == [name]


def test_of_two_processes_that_fill_it_at_once_both_use_what_the_first_published():
    database = FakeDatabase()
    first = Bench(database=database)

    class Slower(FakeDatabase):
        """The same database, in which somebody else publishes just before this process does."""

        def __init__(self) -> None:
            super().__init__()
            self.kept, self.notes = database.kept, database.notes

        def rename(self, name, to):
            held = self.kept.pop(name)
            first.work()
            self.kept[name] = held
            super().rename(name, to)

    second = Bench(database=Slower())
    second.work()
    assert second.index.problem is None
    assert list(database.kept) == [first.loader.name(first.profiles)]


def test_check_tells_a_collection_of_another_snapshot():
    bench = Bench()
    bench.work()
    other = Bench(seed=1, database=bench.database)
    with pytest.raises(VectorDatabaseError, match="not those of the snapshot"):
        other.loader.check(bench.loader.name(bench.profiles), other.profiles)
