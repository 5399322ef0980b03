"""The real default data for tests that need it: built once into ``.cache`` and used again all day."""

import datetime as dt
import fcntl
import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("catalog", "embed", "fetch", "ingest", "reference")


@pytest.fixture(scope="session")
def real_cache_dir() -> Path:
    """Where the tests' downloads, weights and vectors are kept."""
    return ROOT / ".cache" / "test-cache"


@pytest.fixture(scope="session")
def real_data_dir(real_cache_dir: Path) -> Path:
    """A data folder whose current snapshot holds the default data from today on.

    It needs the network the first time. Built anew on another day and when the code that makes it changed;
    a second test process waits for the first. Treat it as read-only.
    """
    from flight_search.catalog.store import SnapshotStore
    from flight_search.domain.progress import SilentProgress
    from flight_search.embed.open import open_embedder
    from flight_search.embed.settings import EmbeddingSettings
    from flight_search.ingest.default import build_default

    folder = ROOT / ".cache" / "test-data"
    folder.mkdir(parents=True, exist_ok=True)
    made_from = folder / "made-from"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        today = dt.datetime.now(dt.UTC).date()
        wanted = f"{today} {_fingerprint()}"
        if not made_from.exists() or made_from.read_text() != wanted:
            progress = SilentProgress()
            embedder = open_embedder(EmbeddingSettings(), real_cache_dir, progress)
            build_default(SnapshotStore(folder), embedder, real_cache_dir, today, progress)
            made_from.write_text(wanted)
    return folder


def _fingerprint() -> str:
    package = ROOT / "src" / "flight_search"
    files = [path for name in SOURCES for path in package.joinpath(name).rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.suffix in {".py", ".csv"}):
        digest.update(f"{path.relative_to(package)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
