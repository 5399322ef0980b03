"""A data folder of the small snapshots of the catalog's tests, with fares, and an archive beside it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.unit.catalog.conftest import BUILT_AT, draft_of

from flight_search.catalog.fares.overlay import NO_ROW, Fares
from flight_search.catalog.fares.store import Applied, FareStore
from flight_search.catalog.schema import UNKNOWN
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import SilentProgress
from flight_search.operate import seal
from flight_search.operate.archive import create_archive, open_archive
from flight_search.operate.backup import create_backup
from flight_search.operate.place import FolderPlace
from flight_search.operate.restore import restore_backup

NOW = dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)


def build(data_dir, hours=0, **draft) -> str:
    with SnapshotStore(data_dir).build(BUILT_AT + dt.timedelta(hours=hours)) as started:
        return started.publish(draft_of(**draft)).name


def apply_fares(data_dir, price, hours=0) -> str:
    fares = Fares(
        key=np.array([1], dtype=np.uint64),
        row=np.full(1, NO_ROW, dtype=np.uint32),
        price=np.array([price], dtype=np.int32),
        basis=np.zeros(1, dtype=np.uint8),
        seats=np.array([UNKNOWN], dtype=np.int8),
        sold_out=np.zeros(1, dtype=np.uint8),
        quoted_at=np.zeros(1, dtype=np.int64),
    )
    at = BUILT_AT + dt.timedelta(hours=hours)
    with FareStore(data_dir).writing() as writer:
        return writer.publish(fares, Applied(at, "USD", "2026-11-24T02-00-00Z", "test.csv", 1)).name


def contents(folder) -> dict[str, bytes]:
    """All that a data folder holds but the locks and empty folders of its stores."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("lock", "build.lock")
    }


@dataclass
class Desk:
    """A data folder, an archive, and the two commands."""

    data_dir: Path
    root: Path
    key: str | None = None

    def archive(self):
        return open_archive(FolderPlace(self.root), self.key)

    def create(self, minutes=0, **options):
        now = NOW + dt.timedelta(minutes=minutes)
        archive = create_archive(FolderPlace(self.root), self.key, now)
        return create_backup(self.data_dir, archive, now, SilentProgress(), **options)

    def restore(self, name=None, into=None):
        return restore_backup(self.archive(), name, into or self.data_dir, NOW, SilentProgress())

    def content_files(self):
        return sorted(path for path in (self.root / "content").rglob("*") if path.is_file())


@pytest.fixture(params=["plain", "encrypted"])
def desk(request, tmp_path, monkeypatch) -> Desk:
    """Two snapshots, of which the newer is in use, and two versions of the fares."""
    # A guess at a passphrase costs little here; the drill pays the whole price.
    monkeypatch.setitem(seal._SCRYPT, "n", 16)
    data_dir = tmp_path / "data"
    build(data_dir)
    build(data_dir, hours=1, seed=1)
    apply_fares(data_dir, 100)
    apply_fares(data_dir, 200, hours=2)
    key = "correct horse battery" if request.param == "encrypted" else None
    return Desk(data_dir, tmp_path / "archive", key)
