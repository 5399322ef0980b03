"""Names, lists, the pointer, retention and the lock of the store."""

import datetime as dt
import os
import subprocess
import sys

import pytest

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import IngestError, NotFoundError, SnapshotError


def names(store):
    return [summary.name for summary in store.list()]


def test_an_empty_store_says_how_to_fill_it(store):
    assert store.list() == []
    assert store.current_name() is None
    with pytest.raises(SnapshotError, match="no snapshot yet") as told:
        store.open()
    assert "flight-search ingest" in told.value.remedy
    assert not store.root.exists()


def test_the_newest_is_in_use_and_stands_first(store, build):
    first, second = build(store), build(store, hours=1)
    assert names(store) == [second, first]
    assert [summary.is_current for summary in store.list()] == [True, False]
    assert store.open().manifest.name == second
    assert store.open(first).manifest.name == first


def test_a_summary_tells_size_and_offers(store, build):
    name = build(store, rows=12)
    (summary,) = store.list()
    assert summary.offers == 12
    assert summary.built_at == dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
    assert summary.bytes == sum(path.stat().st_size for path in store.folder(name).iterdir())
    assert summary.problem == ""


def test_builds_within_one_second_get_names_that_sort_in_their_order(store, build):
    store = SnapshotStore(store.root, keep=20)
    built = [build(store, seed=number) for number in range(12)]
    assert built[:3] == ["2026-11-24T02-00-00Z", "2026-11-24T02-00-00Z-2", "2026-11-24T02-00-00Z-3"]
    assert names(store) == built[::-1]


def test_a_name_is_the_build_time_in_utc(store, make_draft):
    elsewhere = dt.datetime(2026, 11, 24, 10, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    with store.build(elsewhere) as started:
        assert started.publish(make_draft()).name == "2026-11-24T01-00-00Z"


def test_a_build_time_without_a_zone_is_a_mistake_of_ours(store):
    with pytest.raises(ValueError, match="time zone"), store.build(dt.datetime(2026, 11, 24)):  # noqa: DTZ001
        pass


def test_only_as_many_as_wanted_are_kept(store, build):
    store = SnapshotStore(store.root, keep=2)
    built = [build(store, hours=hour) for hour in range(4)]
    assert names(store) == built[:1:-1]
    with pytest.raises(ValueError, match="at least one"):
        SnapshotStore(store.root, keep=0)


def test_the_one_in_use_is_kept_however_old_it_is(store, build):
    oldest = build(store)
    for hour in range(1, 4):
        # As if the clock had gone back: the new one sorts before those that there are.
        build(store, hours=-hour)
    assert store.current_name() == "2026-11-23T23-00-00Z"
    assert store.verify(store.current_name()) == []
    assert oldest in names(store)


def test_strange_files_beside_the_snapshots_are_no_snapshots(store, build):
    name = build(store)
    (store.root / "snapshots" / "2026-11-24T03-00-00Z").write_text("a file")
    (store.root / "snapshots" / "notes").mkdir()
    assert names(store) == [name]


def test_going_back_and_verifying(store, build):
    first, second = build(store), build(store, hours=1, seed=1)
    store.use(first)
    assert store.current_name() == first
    assert store.verify(first) == store.verify(second) == []


@pytest.mark.parametrize("name", ["2026-01-01T00-00-00Z", "", "..", "../data", "x" * 500, "CURRENT", "a\0b"])
def test_names_that_are_none_are_refused(store, build, name):
    current = build(store)
    for act in (store.use, store.verify, store.open):
        with pytest.raises(NotFoundError, match="no snapshot named") as told:
            act(name)
        assert "snapshots list" in told.value.remedy
    assert store.current_name() == current


def test_a_build_that_publishes_nothing_leaves_nothing(store, build):
    current = build(store)
    with store.build(dt.datetime(2026, 12, 1, tzinfo=dt.UTC)):
        assert len(list((store.root / "building").iterdir())) == 1
    assert list((store.root / "building").iterdir()) == []
    assert names(store) == [current]


def test_a_second_builder_is_told_who_builds(store):
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    with (
        store.build(at),
        pytest.raises(IngestError, match=rf"process {os.getpid()}") as told,
        SnapshotStore(store.root).build(at),
    ):
        pass
    assert "Wait" in told.value.remedy
    with store.build(at):
        """The lock is free again."""


def test_another_process_is_locked_out_too(store):
    program = """
import datetime, pathlib, sys
from flight_search.catalog.store import SnapshotStore
with SnapshotStore(pathlib.Path(sys.argv[1])).build(datetime.datetime.now(datetime.UTC)):
    pass
"""
    with store.build(dt.datetime(2026, 11, 24, tzinfo=dt.UTC)):
        ended = subprocess.run(
            [sys.executable, "-c", program, str(store.root)], capture_output=True, text=True, check=False
        )
    assert ended.returncode != 0
    assert f"Another build is writing into {store.root} (process {os.getpid()})" in ended.stderr


def test_a_damaged_pointer_hides_no_list_and_is_mended_by_use(store, build):
    name = build(store)
    for nonsense in ("", "../elsewhere\n", "\xff\xfe"):
        store.pointer_path.write_text(nonsense)
        with pytest.raises(SnapshotError, match="CURRENT is damaged") as told:
            store.open()
        assert "snapshots use" in told.value.remedy
        assert names(store) == [name]
        store.use(name)
        assert store.open().manifest.name == name


def test_a_pointer_to_a_snapshot_that_is_gone_names_it(store, build):
    build(store)
    store.pointer_path.write_text("2026-01-01T00-00-00Z\n")
    with pytest.raises(SnapshotError, match="2026-01-01T00-00-00Z is missing") as told:
        store.open()
    assert "snapshots use" in told.value.remedy
