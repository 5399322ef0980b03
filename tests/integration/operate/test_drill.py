"""The drill: build, back up under writes, lose everything, restore, and get the same answers."""

import json
import os
import shutil
import subprocess
import sys
import threading

import pytest

from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import SilentProgress
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest
from flight_search.embed.hashing import HashingEmbedder
from flight_search.ingest.fare_changes.apply import FareFiles, Options
from flight_search.operate.archive import open_archive
from flight_search.operate.place import FolderPlace
from flight_search.operate.restore import restore_backup, verify_backup
from flight_search.search.engine import SearchEngine
from flight_search.services.in_process import utc_now

BACKUPS = 2
KEY = "correct horse battery"
BETWEEN_CHANGES_S = 0.05


@pytest.fixture
def data_dir(small_data_dir, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(small_data_dir, folder)
    return folder


@pytest.fixture
def command(data_dir, tmp_path):
    """Run ``flight-search`` as a process of its own."""

    def run(*arguments):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FLIGHT_SEARCH_")},
            "FLIGHT_SEARCH_DATA_DIR": str(data_dir),
            "FLIGHT_SEARCH_BACKUP_ARCHIVE": str(tmp_path / "archive"),
            "FLIGHT_SEARCH_BACKUP_KEY": KEY,
        }
        code = "from flight_search.cli.app import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


class Writer:
    """Gives all offers one price, again and again, until it is stopped."""

    def __init__(self, data_dir):
        self._store = FareStore(data_dir)
        self._snapshots = SnapshotStore(data_dir)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.versions = 0

    def apply(self, euros):
        rows = [f"o_{key:016x},{euros}.00" for key in self._snapshots.open().offers.key.tolist()]
        content = "\n".join(["id,price", *rows, ""]).encode()
        files = FareFiles(self._snapshots, self._store, SilentProgress(), utc_now)
        files.apply(content, "test.csv", Options(any_price=True))
        self.versions += 1

    def _run(self):
        while not self._stop.wait(BETWEEN_CHANGES_S):
            self.apply(100 + self.versions % 400)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


def answers(data_dir):
    """Offers with prices and scores, of a search with soft words."""
    slices = [
        {
            "origin": {"label": "JFK", "airports": ["JFK"]},
            "destination": {"label": "anywhere", "airports": ["BOS", "MIA"]},
        }
    ]
    query = FlightQuery.model_validate({"slices": slices, "preferences": "sunny beach"})
    engine = SearchEngine(LiveSnapshot(SnapshotStore(data_dir)), HashingEmbedder())
    found = engine.search(SearchRequest(query=query, limit=50))
    assert found.total
    return [offer.model_dump() for offer in found.offers]


def test_the_drill(data_dir, command, tmp_path):
    with Writer(data_dir) as writer:
        writer.apply(99)
        for _ in range(BACKUPS):
            command("backup", "create")
    assert writer.versions > BACKUPS
    # Each was taken while fares changed under it, and each is whole.
    archive = open_archive(FolderPlace(tmp_path / "archive"), KEY)
    for name in archive.names():
        verify_backup(archive, name, SilentProgress())

    command("backup", "create")
    before = answers(data_dir)
    shutil.rmtree(data_dir)
    restored = json.loads(command("restore", "--json").stdout)
    assert restored["seconds"] > 0
    assert answers(data_dir) == before

    # An earlier one is one state: all offers have the one price that was in effect then.
    for name in archive.names()[1:]:
        restore_backup(archive, name, data_dir, utc_now(), SilentProgress())
        assert FareStore(data_dir).current_name() == archive.read(name).fares
        assert len({offer["price"]["amount"] for offer in answers(data_dir)}) == 1
