"""Versions of the fares: written aside, switched in one step, whole or not in use at all."""

import datetime as dt
import errno
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from flight_search.catalog.fares.merge import merge, no_fares
from flight_search.catalog.fares.overlay import NO_ROW, OWN_PRICE, Fares, Overlay
from flight_search.catalog.fares.store import Applied, FareStore
from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.schema import UNKNOWN
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import FaresError, NotFoundError

AT = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
SECONDS = int(AT.timestamp())
BEFORE_THE_SWITCH = ("write fares", "write manifest", "sync", "rename", "switch")
EVERY_STEP = (*BEFORE_THE_SWITCH, "retire")

# Dies by its own hand as kill -9 would end it, at the step that it is told.
WRITER = """
import os, pathlib, signal, sys
sys.path.insert(0, sys.argv[3])
from test_fares import applied, fares_of
from flight_search.catalog.fares.store import FareStore

def checkpoint(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

store = FareStore(pathlib.Path(sys.argv[1]), checkpoint=checkpoint)
with store.writing() as writer:
    writer.publish(fares_of({1: 999}), applied())
"""


def fares_of(prices, *, sold_out=(), seats=(), quoted_at=SECONDS):
    keys = sorted({*prices, *sold_out})
    return Fares(
        key=np.array(keys, dtype=np.uint64),
        row=np.full(len(keys), NO_ROW, dtype=np.uint32),
        price=np.array([prices.get(key, OWN_PRICE) for key in keys], dtype=np.int32),
        basis=np.zeros(len(keys), dtype=np.uint8),
        seats=np.array([dict(seats).get(key, UNKNOWN) for key in keys], dtype=np.int8),
        sold_out=np.array([key in sold_out for key in keys], dtype=np.uint8),
        quoted_at=np.full(len(keys), quoted_at, dtype=np.int64),
    )


def applied(*, at=AT, currency="USD", snapshot="2026-11-24T02-00-00Z"):
    return Applied(at=at, currency=currency, snapshot=snapshot, source="test.csv", changed=1)


def publish(store, prices, **more):
    with store.writing() as writer:
        return writer.publish(fares_of(prices), applied(**more)).name


def prices(overlay):
    return dict(zip(overlay.fares.key.tolist(), overlay.fares.price.tolist(), strict=True))


@pytest.fixture
def store(tmp_path):
    return FareStore(tmp_path / "data")


def test_nothing_applied_is_no_fares(store):
    assert (store.current_name(), store.open_current(), store.list()) == (None, None, [])
    assert not store.root.exists()


def test_a_version_is_read_as_it_was_written(store):
    name = publish(store, {5: 100, 3: 200})
    overlay = store.open_current()
    assert prices(overlay) == {3: 200, 5: 100}
    assert (overlay.manifest.name, overlay.manifest.offers, overlay.manifest.previous) == (name, 2, None)
    store.verify(name)
    with pytest.raises(ValueError, match="read-only"):
        overlay.fares.price[0] = 1


def test_names_ascend_whatever_the_clock_says(store):
    moments = (AT, AT, AT - dt.timedelta(hours=3), AT + dt.timedelta(seconds=1))
    names = [publish(store, {1: number}, at=at) for number, at in enumerate(moments)]
    assert [one.name for one in store.list()] == names[::-1]
    assert len(set(names)) == len(names)
    assert [one.is_current for one in store.list()] == [True, False, False, False]


def test_undo_goes_back_step_by_step_and_use_goes_anywhere(store):
    names = [publish(store, {1: number}) for number in range(3)]
    for expected in (names[1], names[0]):
        with store.writing() as writer:
            assert writer.undo().name == expected == store.current_name()
    with store.writing() as writer, pytest.raises(NotFoundError, match="nothing to undo"):
        writer.undo()
    assert store.use(names[2]).name == store.current_name() == names[2]
    after = publish(store, {1: 7})
    assert store.open(after).manifest.previous == names[2]
    with pytest.raises(NotFoundError, match="no fares named"):
        store.use("../../etc")


def test_cleared_fares_are_none_and_can_be_had_back(store):
    name = publish(store, {1: 100})
    with store.writing() as writer:
        writer.publish(no_fares(), applied())
    assert store.open_current() is None
    with store.writing() as writer:
        writer.undo()
    assert store.open_current().manifest.name == name


def test_only_the_last_versions_are_kept_and_always_the_one_in_use(tmp_path):
    store = FareStore(tmp_path, keep=2)
    names = [publish(store, {1: number}) for number in range(5)]
    assert [one.name for one in store.list()] == names[:-3:-1]
    store.use(names[3])
    reader = store.open_current()
    names += [publish(store, {1: number}) for number in range(2)]
    assert prices(reader) == {1: 3}  # whoever has a version open keeps it


@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_writer_killed_at_any_step_leaves_a_whole_version_in_use(step, store):
    name = publish(store, {1: 100})
    words = [sys.executable, "-c", WRITER, str(store.root.parent), step, str(Path(__file__).parent)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    overlay = store.open_current()
    store.verify(overlay.manifest.name)
    assert prices(overlay) == ({1: 100} if step in BEFORE_THE_SWITCH else {1: 999})
    assert (overlay.manifest.name == name) == (step in BEFORE_THE_SWITCH)
    assert prices(store.open(publish(store, {1: 5}))) == {1: 5}
    assert list((store.root / "writing").iterdir()) == []


@pytest.mark.parametrize("step", BEFORE_THE_SWITCH)
def test_a_full_disk_is_told_and_changes_nothing(step, store):
    name = publish(store, {1: 100})

    def checkpoint(reached):
        if reached == step:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FaresError, match="disk is full") as caught:
        publish(FareStore(store.root.parent, checkpoint=checkpoint), {1: 200})
    assert "Those in effect before still are" in caught.value.remedy
    assert store.current_name() == name
    assert list((store.root / "writing").iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told(store):
    def checkpoint(_step):
        raise OSError(errno.EROFS, "Read-only file system")

    with pytest.raises(FaresError, match="cannot be written") as caught:
        publish(FareStore(store.root.parent, checkpoint=checkpoint), {1: 200})
    assert "may write to the data folder" in caught.value.remedy


def test_a_disk_without_enough_room_is_told_before_anything_is_written(store, monkeypatch):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("flight_search.catalog.fares.store.shutil.disk_usage", lambda _: usage)
    with pytest.raises(FaresError, match=r"disk is full: about .* are needed"):
        publish(store, {1: 100})


def test_two_writers_follow_each_other_and_one_that_waits_too_long_is_told(store):
    with (
        store.writing(),
        pytest.raises(FaresError, match=r"Another process \(\d+\)"),
        store.writing(wait_s=0.2),
    ):
        pass
    threads = [threading.Thread(target=publish, args=(store, {1: number})) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(store.list()) == 4
    chain = [store.open(one.name).manifest.previous for one in store.list()]
    assert chain == [*[one.name for one in store.list()][1:], None]


@pytest.mark.parametrize("damage", ["cut", "missing table", "no manifest", "other format", "no json"])
def test_a_damaged_version_is_named_and_never_opened(damage, store):
    name = publish(store, {1: 100})
    folder = store.root / "versions" / name
    table, manifest = folder / "fares.arrow", folder / "manifest.json"
    if damage == "cut":
        table.write_bytes(table.read_bytes()[:-10])
    elif damage == "missing table":
        table.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "other format":
        manifest.write_text(manifest.read_text().replace('"schema_version": 1', '"schema_version": 9'))
    else:
        manifest.write_text("{")
    with pytest.raises(FaresError, match=f"{name} are damaged") as caught:
        store.open_current()
    assert "fares use" in caught.value.remedy
    assert "damaged" in store.list()[0].problem


def test_every_changed_byte_of_the_table_is_found(store):
    name = publish(store, {1: 100, 2: 200})
    table = store.root / "versions" / name / "fares.arrow"
    whole = table.read_bytes()
    for place in range(0, len(whole), 7):
        table.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(FaresError, match="SHA-256 differs"):
            store.verify(name)


def test_a_damaged_pointer_is_told_and_mended_by_use(store):
    name = publish(store, {1: 100})
    store.pointer_path.write_text("\0nothing")
    with pytest.raises(FaresError, match="names no version"):
        store.open_current()
    assert [one.is_current for one in store.list()] == [False]
    store.use(name)
    assert prices(store.open_current()) == {1: 100}


# ------------------------------------------------------------------------------------- with a snapshot


def test_a_running_process_picks_fares_up_and_lets_go_of_them(store, build):
    snapshots = SnapshotStore(store.root.parent)
    build(snapshots)
    live = LiveSnapshot(snapshots)
    before = live.get()
    assert (before.overlay, before.fares_name, before.as_of) == (None, "", before.manifest.built_at)
    name = publish(store, {1: 100})
    after = live.get()
    assert (after.fares_name, after.as_of) == (name, AT)
    assert after.offers is before.offers
    assert live.get() is after
    assert after.identity != before.identity
    with store.writing() as writer:
        writer.publish(no_fares(), applied())
    assert live.get().overlay is None
    assert live.get().identity == before.identity


def test_fares_outlive_the_snapshot(store, build):
    snapshots = SnapshotStore(store.root.parent)
    build(snapshots)
    live = LiveSnapshot(snapshots)
    name = publish(store, {1: 100})
    first = live.get()
    second = build(snapshots, hours=1)
    assert (live.get().manifest.name, live.get().fares_name) == (second, name)
    assert live.get().identity != first.identity


def test_damaged_fares_leave_those_before_in_effect_and_none_after_a_restart(store, build):
    snapshots = SnapshotStore(store.root.parent)
    build(snapshots)
    live = LiveSnapshot(snapshots)
    first = publish(store, {1: 100})
    live.get()
    second = publish(store, {1: 200})
    (store.root / "versions" / second / "fares.arrow").unlink()
    assert live.get().fares_name == first
    assert second in live.get().fares_problem
    restarted = LiveSnapshot(snapshots).get()
    assert (restarted.overlay, second in restarted.fares_problem) == (None, True)
    store.use(first)
    assert (live.get().fares_name, live.get().fares_problem) == (first, None)


def test_fares_in_another_currency_are_not_used_and_said(store, build):
    snapshots = SnapshotStore(store.root.parent)
    build(snapshots)
    publish(store, {1: 100}, currency="EUR")
    snapshot = LiveSnapshot(snapshots).get()
    assert snapshot.overlay is None
    assert "are in EUR, this data in USD" in snapshot.fares_problem


# ----------------------------------------------------------------------------------------------- merging


def overlay_of(store, fares):
    with store.writing() as writer:
        manifest = writer.publish(fares, applied())
    return Overlay(manifest, fares)


def test_a_change_replaces_what_was_said_and_a_mark_keeps_the_price(store, make_draft):
    snapshot = make_draft(rows=20).in_memory("s", AT - dt.timedelta(days=1))
    before = overlay_of(store, fares_of({1: 100, 2: 200, 3: 300}, sold_out={3}, seats={1: 4, 2: 5}))
    changes = fares_of({2: 250, 4: 400}, sold_out={1, 5}, seats={4: 9})
    after = merge(snapshot, before, changes)
    assert after.key.tolist() == [1, 2, 3, 4, 5]
    assert after.price.tolist() == [100, 250, 300, 400, OWN_PRICE]
    assert after.sold_out.tolist() == [1, 0, 1, 0, 1]
    assert after.seats.tolist() == [4, UNKNOWN, UNKNOWN, 9, UNKNOWN]
    assert snapshot.offers.key[after.row[2:3]].tolist() == [3]


def test_what_the_snapshot_no_longer_has_or_has_a_newer_price_for_is_left_behind(store, make_draft):
    draft = make_draft(rows=20)
    draft.offers.basis[draft.offers.key == 1] = 0
    snapshot = draft.in_memory("s", AT + dt.timedelta(days=1))
    before = overlay_of(store, fares_of({1: 100, 2: 200, 99: 300}))
    after = merge(snapshot, before, fares_of({7: 700}))
    assert after.key.tolist() == [2, 7]


@pytest.mark.parametrize("seed", range(5))
def test_merging_is_what_a_dictionary_does(seed, store, make_draft):
    rng = np.random.default_rng(seed)
    snapshot = make_draft(rows=60).in_memory("s", AT - dt.timedelta(days=1))
    expected, overlay = {}, None
    for _ in range(4):
        new = {int(key): int(rng.integers(1, 9_999)) for key in rng.permutation(60)[:20]}
        merged = merge(snapshot, overlay, fares_of(new))
        expected |= new
        overlay = overlay_of(store, merged)
        assert prices(overlay) == expected
