"""A build that stops at any point leaves the snapshot in use as it was, and does not hinder the next one."""

import datetime as dt
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flight_search.catalog.schema import TABLES
from flight_search.catalog.store import SnapshotStore
from flight_search.catalog.tables import write_table, write_vectors
from flight_search.domain.errors import IngestError

BEFORE_THE_SWAP = (
    *(f"write {table}" for table in TABLES),
    "write vectors",
    "write manifest",
    "check",
    "sync",
)
AFTER_THE_RENAME = ("swap",)
AFTER_THE_SWAP = ("retire",)
EVERY_STEP = (*BEFORE_THE_SWAP, "rename", *AFTER_THE_RENAME, *AFTER_THE_SWAP)
LATER = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)

# Dies by its own hand as kill -9 would end it, at the step that it is told.
BUILDER = """
import datetime, os, pathlib, signal, sys
sys.path.insert(0, sys.argv[3])
from conftest import draft_of
from flight_search.catalog.store import SnapshotStore

def checkpoint(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

store = SnapshotStore(pathlib.Path(sys.argv[1]), checkpoint=checkpoint)
with store.build(datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)) as build:
    build.publish(draft_of(rows=30, seed=9))
"""


def stopping_at(store, step, error):
    def checkpoint(reached):
        if reached == step:
            raise error

    return SnapshotStore(store.root, checkpoint=checkpoint)


def leftovers(store):
    return list((store.root / "building").iterdir())


def test_the_steps_are_those_that_are_tried_here(store, build):
    seen = []
    build(SnapshotStore(store.root, checkpoint=seen.append))
    assert tuple(seen) == EVERY_STEP


@pytest.mark.parametrize("step", EVERY_STEP)
def test_an_exception_at_any_step_leaves_a_whole_snapshot_in_use(store, build, step):
    good = build(store)
    with pytest.raises(KeyboardInterrupt):
        build(stopping_at(store, step, KeyboardInterrupt()), hours=1, seed=1)
    assert leftovers(store) == []
    in_use = store.open().manifest.name
    assert (in_use == good) == (step not in AFTER_THE_SWAP)
    assert store.verify(in_use) == []
    assert build(store, hours=2) == store.current_name()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_full_disk_at_any_step_is_told_and_leaves_a_whole_snapshot_in_use(store, build, step, number):
    good = build(store)
    full = OSError(number, os.strerror(number))
    with pytest.raises(IngestError, match="The disk is full") as told:
        build(stopping_at(store, step, full), hours=1)
    assert "FLIGHT_SEARCH_DATA_DIR" in told.value.remedy
    assert "MB are needed" in told.value.detail
    assert leftovers(store) == []
    in_use = store.current_name()
    assert (in_use == good) == (step not in AFTER_THE_SWAP)
    assert store.verify(in_use) == []
    assert build(store, hours=2) == store.current_name()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_disk_that_is_really_full_is_noticed_while_writing(make_draft):
    draft = make_draft()
    for write in (
        lambda: write_vectors(Path("/dev/full"), draft.vectors),
        lambda: write_table(Path("/dev/full"), draft.offers),
    ):
        with pytest.raises(OSError, match="No space left") as told:
            write()
        assert told.value.errno == errno.ENOSPC


def test_too_little_room_is_told_before_anything_is_written(store, build, monkeypatch):
    build(store)
    reached = []
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("flight_search.catalog.store.shutil.disk_usage", lambda _: usage)
    with pytest.raises(IngestError, match="The disk is full"):
        build(SnapshotStore(store.root, checkpoint=reached.append), hours=1)
    assert reached == []


def test_other_errors_of_the_disk_are_not_called_a_full_one(store, build):
    with pytest.raises(PermissionError):
        build(stopping_at(store, "sync", PermissionError(errno.EACCES, "Permission denied")))


@pytest.mark.parametrize("step", ["write offers", "write manifest", "rename", "swap", "retire"])
def test_kill_9_at_any_step_leaves_a_whole_snapshot_in_use(store, build, step):
    good = build(store)
    ended = subprocess.run(
        [sys.executable, "-c", BUILDER, str(store.root), step, str(Path(__file__).parent)], check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert (store.open().manifest.name == good) == (step not in AFTER_THE_SWAP)
    assert all(store.verify(summary.name) == [] for summary in store.list())
    assert len(leftovers(store)) == (1 if step in (*BEFORE_THE_SWAP, "rename") else 0)
    newest = build(store, hours=48)
    assert store.current_name() == newest
    assert leftovers(store) == []


def test_what_a_crash_left_goes_though_its_process_number_is_in_use_again(store, build):
    build(store)
    left = store.root / "building" / f"2026-11-24T01-00-00Z.{os.getppid()}"
    left.mkdir()
    (left / "offers.arrow").write_bytes(b"half")
    build(store, hours=1)
    assert leftovers(store) == []


def test_an_unsound_draft_is_never_published(store, build, make_draft):
    good = build(store)
    draft = make_draft()
    draft.offers.price[3] = -5
    with pytest.raises(IngestError, match=r"not sound: offers\.price"), store.build(LATER) as started:
        started.publish(draft)
    assert store.current_name() == good
    assert leftovers(store) == []
