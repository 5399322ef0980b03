"""A process that runs for weeks: it keeps what it has open and picks up what is new."""

import shutil
import threading

import numpy as np
import pytest

from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import SnapshotError


def test_nothing_built_is_told_until_something_is(store, build):
    live = LiveSnapshot(store)
    with pytest.raises(SnapshotError, match="no snapshot yet"):
        live.get()
    name = build(store)
    assert live.get().manifest.name == name
    assert live.problem is None


def test_the_same_snapshot_is_handed_out_while_nothing_changes(store, build):
    build(store)
    live = LiveSnapshot(store)
    assert live.get() is live.get()


def test_a_reader_goes_on_undisturbed_while_its_snapshot_is_replaced_and_deleted(store, build, make_draft):
    store = SnapshotStore(store.root, keep=1)
    build(store, rows=300, seed=1)
    live = LiveSnapshot(store)
    opened = live.get()
    second = build(store, hours=1, rows=10, seed=2)
    assert [summary.name for summary in store.list()] == [second]
    np.testing.assert_array_equal(opened.offers.price, make_draft(rows=300, seed=1).offers.price)
    np.testing.assert_array_equal(opened.vectors, make_draft(rows=300, seed=1).vectors)
    assert live.get().manifest.name == second
    assert len(live.get().offers.price) == 10


def test_going_back_is_picked_up_too(store, build):
    first, second = build(store), build(store, hours=1)
    live = LiveSnapshot(store)
    assert live.get().manifest.name == second
    store.use(first)
    assert live.get().manifest.name == first


def test_when_the_new_one_is_damaged_the_one_before_stays_and_the_problem_is_told(store, build):
    first = build(store)
    live = LiveSnapshot(store)
    live.get()
    second = build(store, hours=1)
    (store.folder(second) / "offers.arrow").unlink()
    assert live.get().manifest.name == first
    assert "offers.arrow is missing" in str(live.problem)
    assert live.get().manifest.name == first
    third = build(store, hours=2)
    assert live.get().manifest.name == third
    assert live.problem is None


def test_when_the_pointer_is_gone_the_one_before_stays(store, build):
    name = build(store)
    live = LiveSnapshot(store)
    live.get()
    store.pointer_path.unlink()
    assert live.get().manifest.name == name
    assert "no snapshot yet" in str(live.problem)


def test_a_damaged_first_snapshot_is_an_error_and_mended_without_a_restart(store, build):
    first, second = build(store), build(store, hours=1)
    shutil.rmtree(store.folder(second))
    live = LiveSnapshot(store)
    with pytest.raises(SnapshotError, match=f"{second} is missing"):
        live.get()
    store.use(first)
    assert live.get().manifest.name == first


def test_threads_never_see_a_mixture_while_snapshots_come_and_go(store, build):
    store = SnapshotStore(store.root, keep=2)
    build(store, rows=1)
    live = LiveSnapshot(store)
    stop, wrong = threading.Event(), []

    def read():
        seen = 0
        while not stop.is_set():
            snapshot = live.get()
            rows = len(snapshot.offers.price)
            if rows < seen or rows != snapshot.manifest.counts["offers"] or snapshot.offers.price.min() < 0:
                wrong.append((seen, rows))
            seen = rows

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 16):
        build(store, hours=number, rows=number)
    stop.set()
    for reader in readers:
        reader.join(20)
    assert wrong == []
    assert len(live.get().offers.price) == 15
