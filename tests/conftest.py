"""What tests of several folders share: the real default data, a small world, a real Redis.

The default data is built once into ``.cache`` and used again all day.
"""

import datetime as dt
import fcntl
import hashlib
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is, nothing of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

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


class RedisServer:
    """Debian's Redis on loopback, with nothing on disk; can be stopped and started again at its port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            "loglevel": "warning",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while self.command("PING") != b"+PONG":
            assert self._process.poll() is None, "redis-server ended at once"
            assert time.monotonic() < until, "redis-server does not answer"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def command(self, *words: str) -> bytes:
        """Return the first line of what Redis answers, empty where nobody listens."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                sent = "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
                connection.sendall(f"*{len(words)}\r\n{sent}".encode())
                return connection.makefile("rb").readline().strip()
        except OSError:
            return b""


@pytest.fixture
def redis_server():
    """A running Redis of this test's own; where it is not installed, the tests that need it say so."""
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server: `make redis` installs Debian's")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = RedisServer(free.getsockname()[1])
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def small_data_dir(tmp_path_factory) -> Path:
    """A data folder of a small world: needs no network, no weights and under a second.

    From New York (JFK) to Boston and to Miami, at 08:00 and at 18:00 on each of the 60 days from tomorrow,
    nonstop in economy by Delta; to Boston for 80 and 95 dollars, to Miami for 150 and 165. Embedded by hashed
    words.
    """
    from flight_search.catalog.store import SnapshotStore

    now = dt.datetime.now(dt.UTC)
    folder = tmp_path_factory.mktemp("small-data")
    with SnapshotStore(folder).build(now) as build:
        build.publish(_small_world((now.date() - dt.date(1970, 1, 1)).days + 1, days=60))
    return folder


def _small_world(first_day: int, days: int):
    import numpy as np

    from flight_search.catalog import schema
    from flight_search.catalog.draft import Draft
    from flight_search.domain.result import SourceInfo
    from flight_search.embed.hashing import HashingEmbedder

    def column(dtype, values):
        return np.array(np.broadcast_to(values, rows), dtype=dtype)

    def texts(*values):
        return np.array([*values, None], dtype=object)[:-1]

    # Row order is that of a snapshot: by route, then day, then hour. There is no daylight time in this world.
    rows, offset = 2 * days * 2, -300
    to, day, late = (part.ravel() for part in np.indices((2, days, 2)))
    day, minute = day + first_day, np.where(late, 18 * 60, 8 * 60)
    duration = np.where(to, 190, 80)
    departs = day * 1440 + minute - offset
    profiles = ("city with harbour and history", "sunny beach, warm in winter")
    return Draft(
        offers=schema.Offers(
            key=column("uint64", np.arange(rows)),
            origin=column("uint16", 1),
            destination=column("uint16", np.where(to, 2, 0)),
            departure_day=column("int32", day),
            departure_minute=column("int16", minute),
            arrival_day=column("int32", day),
            arrival_minute=column("int16", minute + duration),
            departs_utc=column("int32", departs),
            duration_minutes=column("uint16", duration),
            stops=column("uint8", 0),
            segment_0=column("uint32", np.arange(rows)),
            segment_1=column("uint32", schema.NO_SEGMENT),
            segment_2=column("uint32", schema.NO_SEGMENT),
            carrier=column("uint16", 0),
            price=column("int32", 8_000 + 7_000 * to + 1_500 * late),
            emissions_kg=column("uint16", duration),
            cabin=column("uint8", 0),
            basis=column("uint8", 1),
            carry_on=column("int8", schema.UNKNOWN),
            checked=column("int8", schema.UNKNOWN),
            refundable=column("int8", schema.UNKNOWN),
            seats=column("int8", schema.UNKNOWN),
            profile=column("uint32", to),
            source=column("uint8", 0),
        ),
        segments=schema.Segments(
            carrier=column("uint16", 0),
            operating_carrier=column("uint16", 0),
            number=column("uint16", 100 + 10 * to + late),
            suffix=column("uint8", 0),
            origin=column("uint16", 1),
            destination=column("uint16", np.where(to, 2, 0)),
            departs_utc=column("int32", departs),
            duration_minutes=column("uint16", duration),
            origin_offset=column("int16", offset),
            destination_offset=column("int16", offset),
            aircraft=column("uint16", 0),
        ),
        routes=schema.Routes(
            origin=np.array([1, 1], dtype="uint16"),
            destination=np.array([0, 2], dtype="uint16"),
            start=np.array([0, rows // 2], dtype="int64"),
            end=np.array([rows // 2, rows], dtype="int64"),
            distance_km=np.array([301, 1754], dtype="float32"),
        ),
        airports=schema.Airports(
            iata=texts("BOS", "JFK", "MIA"),
            name=texts("Logan", "John F. Kennedy", "Miami International"),
            city=texts("Boston", "New York", "Miami"),
            subdivision=texts("Massachusetts", "New York", "Florida"),
            country=texts("US", "US", "US"),
            timezone=texts(*["America/New_York"] * 3),
            metro=texts("BOS", "NYC", "MIA"),
            latitude=np.array([42.36, 40.64, 25.79]),
            longitude=np.array([-71.01, -73.78, -80.29]),
        ),
        carriers=schema.Carriers(
            iata=texts("DL"),
            name=texts("Delta Air Lines"),
            alliance=texts("skyteam"),
            kind=texts("full_service"),
        ),
        aircraft=schema.Aircraft(
            name=texts("A220"), family=texts("narrow-body jet"), seats=np.array([130], dtype="uint16")
        ),
        profiles=schema.Profiles(
            text=texts(*profiles),
            digest=texts(*(hashlib.sha256(text.encode()).hexdigest() for text in profiles)),
        ),
        vectors=HashingEmbedder().embed_documents(profiles),
        currency="USD",
        embedding_model=HashingEmbedder().identity,
        sources=(SourceInfo(name="test", title="A small world", licence="CC0", data_date="2026"),),
    )
