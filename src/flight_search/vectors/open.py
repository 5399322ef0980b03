"""Opens what the settings choose: the vectors in memory, or a database in front of them."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, assert_never

import structlog

from flight_search.catalog.snapshot import Snapshot
from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.collection import Loader, profiles_of
from flight_search.vectors.database import Hnsw, VectorDatabase
from flight_search.vectors.exact import ExactIndex
from flight_search.vectors.guarded import DatabaseIndex, Without
from flight_search.vectors.port import ProfileIndex
from flight_search.vectors.settings import VectorSettings

log = structlog.get_logger("flight_search.vectors")

IndexOf: TypeAlias = Callable[[Snapshot], ProfileIndex]
"""Makes the index of a snapshot's profiles."""


def in_memory(snapshot: Snapshot) -> ProfileIndex:
    """Return the index of the snapshot's own vectors."""
    return ExactIndex(snapshot.vectors)


@contextmanager
def open_vectors(settings: VectorSettings, data_dir: Path) -> Iterator[IndexOf]:
    """Open what the settings choose, and close it at the end. Raises SettingsError.

    A database that cannot be opened does not keep a service from starting: searches tell it.
    """
    try:
        database = open_database(settings, data_dir)
    except VectorDatabaseError as error:
        log.warning("vector_db_unavailable", reason=error.detail, remedy=error.remedy)
        problem = f"{error.detail} The snapshot's own vectors are used."
        yield lambda snapshot: Without(snapshot.vectors, problem)
        return
    if database is None:
        yield in_memory
        return
    loader = Loader(
        database.patient(),
        prefix=settings.vectors_prefix,
        hnsw=hnsw_of(settings),
        new_token=lambda: secrets.token_hex(6),
        clock=time.time,
    )

    def index_of(snapshot: Snapshot) -> ProfileIndex:
        return DatabaseIndex(
            profiles_of(snapshot),
            database,
            loader,
            background=_in_a_thread,
            clock=time.monotonic,
            pause_s=settings.vectors_pause_s,
            most_by_id=settings.vectors_most_by_id,
        )

    try:
        yield index_of
    finally:
        database.close()


def open_database(settings: VectorSettings, data_dir: Path) -> VectorDatabase | None:
    """Return the database of the settings, None for memory. Raises SettingsError, VectorDatabaseError."""
    match settings.vectors:
        case "memory":
            return None
        case "chroma":
            from flight_search.vectors.chroma import open_chroma  # noqa: PLC0415 - where it is chosen

            token = settings.vectors_token
            return open_chroma(
                str(settings.vectors_url).rstrip("/"),
                token=token.get_secret_value() if token else None,
                timeout_s=settings.vectors_timeout_s,
                load_timeout_s=settings.vectors_load_timeout_s,
                attempts=settings.vectors_attempts,
                connections=settings.vectors_connections,
            )
        case "chroma-embedded":
            from flight_search.vectors.chroma_embedded import open_embedded_chroma  # noqa: PLC0415 - optional

            return open_embedded_chroma(settings.vectors_path or data_dir / "vectors")
        case "qdrant" | "qdrant-embedded":
            from flight_search.vectors.qdrant import open_qdrant  # noqa: PLC0415 - optional

            folder = settings.vectors_path or data_dir / "vectors"
            return open_qdrant(settings, folder if settings.vectors == "qdrant-embedded" else None)
        case _:
            assert_never(settings.vectors)


def hnsw_of(settings: VectorSettings) -> Hnsw:
    """Return how the graph is built and searched."""
    return Hnsw(
        settings.vectors_hnsw_m, settings.vectors_hnsw_ef_construction, settings.vectors_hnsw_ef_search
    )


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="prepare-vectors", daemon=True).start()
