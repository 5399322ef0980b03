"""Brings the profiles of one snapshot into a vector database: built aside, checked, then put to use.

In: the vectors and texts of a snapshot. Out: the name of a collection that holds just these. The name says
the snapshot and the fingerprint of its vectors, model included, so another snapshot's or another model's can
never be taken for it. A build that fails leaves nothing behind; the one before the current is kept.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import structlog

from flight_search.catalog.snapshot import Snapshot
from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.database import Collection, Hnsw, Rows, Values, VectorDatabase
from flight_search.vectors.exact import ExactIndex

VECTOR_TOLERANCE: Final = 1e-5
"""How far a component of a vector, or a cosine, may be off: databases make vectors of unit length once more,
in single precision (up to 2e-8 was seen)."""
_SAMPLES: Final = 16
_NEAREST: Final = 10
_LEAST_RECALL: Final = 0.9
"""Of the samples' nearest profiles, found by the graph. It finds all but a few; less is a broken graph."""
_BUILDING: Final = ".building."
_ABANDONED_AFTER_S: Final = 86_400
"""Longer than any build takes: what is still building then, was killed."""

log = structlog.get_logger("flight_search.vectors")


@dataclass(frozen=True)
class Profiles:
    """The profiles of one snapshot, and what tells them from any others."""

    snapshot: str
    fingerprint: str
    model: str
    vectors: Values
    texts: Sequence[str]


def profiles_of(snapshot: Snapshot) -> Profiles:
    """Return the profiles of a snapshot."""
    manifest = snapshot.manifest
    told = hashlib.blake2b(f"{manifest.embedding_model}\n{snapshot.vectors.shape}\n".encode(), digest_size=8)
    kept = next((entry.sha256 for entry in manifest.files if entry.name == "vectors.npy"), None)
    told.update(kept.encode() if kept else np.ascontiguousarray(snapshot.vectors).tobytes())
    return Profiles(
        manifest.name,
        told.hexdigest(),
        manifest.embedding_model,
        snapshot.vectors,
        snapshot.profiles.text.tolist(),
    )


class Loader:
    """Fills, checks and clears away the collections of one installation."""

    def __init__(
        self,
        database: VectorDatabase,
        *,
        prefix: str,
        hnsw: Hnsw,
        new_token: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        """Take the database, what all names begin with, and how the graph is made.

        ``new_token`` names each build differently, so that two processes can build at the same time;
        ``clock``: seconds since 1970.
        """
        self._database = database
        self._prefix = prefix
        self._hnsw = hnsw
        self._new_token = new_token
        self._clock = clock

    def name(self, profiles: Profiles) -> str:
        """Return the name of the collection of these profiles."""
        return f"{self._prefix}.{profiles.snapshot}.{profiles.fingerprint}"

    def ready(self, profiles: Profiles) -> str:
        """Return the name of a collection that was just checked, after filling it where it has to be.

        Raises VectorDatabaseError.
        """
        name = self.name(profiles)
        is_damaged = False
        if any(found.name == name for found in self._database.collections()):
            try:
                self.check(name, profiles)
            except VectorDatabaseError as error:
                log.warning("vectors_damaged", collection=name, reason=error.detail)
                is_damaged = True
            else:
                return name
        self._build(name, profiles, replaces=is_damaged)
        self._prune(name)
        return name

    def check(self, name: str, profiles: Profiles) -> None:
        """Compare a collection with the snapshot: how many, some vectors, some searches.

        Raises VectorDatabaseError.
        """
        size = len(profiles.vectors)
        count = self._database.count(name)
        if count != size:
            raise VectorDatabaseError(f"The collection {name} has {count} profiles, the snapshot {size}.")
        if size == 0:
            return
        rows = np.unique(np.linspace(0, size - 1, _SAMPLES).astype(np.uint32))
        compare(self._database.vectors(name, rows), profiles.vectors[rows])
        exact = ExactIndex(profiles.vectors)
        limit = min(_NEAREST, size)
        found = 0
        for row in rows:
            near, cosines = self._database.nearest(name, profiles.vectors[row], limit)
            best = exact.nearest(profiles.vectors[row], limit)[1]
            known = near[near < size]
            true = exact.similarity(profiles.vectors[row], known)
            if len(known) != len(cosines) or not np.allclose(cosines, true, atol=10 * VECTOR_TOLERANCE):
                raise VectorDatabaseError(f"Searches of the collection {name} give wrong similarities.")
            # By their cosines: of equal ones any may be found.
            found += int(np.count_nonzero(true >= best[-1] - VECTOR_TOLERANCE))
        recall = found / (limit * len(rows))
        if recall < _LEAST_RECALL:
            raise VectorDatabaseError(
                f"Searches of the collection {name} find {recall:.0%} of the nearest profiles.",
                remedy="Raise FLIGHT_SEARCH_VECTORS_HNSW_EF_SEARCH or _EF_CONSTRUCTION.",
            )

    def _build(self, name: str, profiles: Profiles, *, replaces: bool) -> None:
        aside = f"{name}{_BUILDING}{self._new_token()}"
        log.info("vectors_load", collection=name, profiles=len(profiles.vectors), kind=self._database.kind)
        try:
            self._fill(aside, profiles)
            self.check(aside, profiles)
            if replaces:
                self._database.drop(name)
            self._publish(aside, name, profiles)
        except BaseException:
            self._clear_away(aside)
            raise
        log.info("vectors_loaded", collection=name)

    def _fill(self, aside: str, profiles: Profiles) -> None:
        notes = {
            "snapshot": profiles.snapshot,
            "embedding_model": profiles.model,
            "begun": str(int(self._clock())),
        }
        self._database.create(aside, profiles.vectors.shape[1], notes, self._hnsw)
        for begin in range(0, len(profiles.vectors), self._database.most_per_batch):
            end = min(begin + self._database.most_per_batch, len(profiles.vectors))
            rows = np.arange(begin, end, dtype=np.uint32)
            self._database.upsert(aside, rows, profiles.vectors[begin:end], profiles.texts[begin:end])

    def _publish(self, aside: str, name: str, profiles: Profiles) -> None:
        try:
            self._database.rename(aside, name)
        except VectorDatabaseError:
            # Another process was first, or the answer was lost: then what has the name is good as well.
            self.check(name, profiles)
            self._clear_away(aside)

    def _clear_away(self, aside: str) -> None:
        try:
            self._database.drop(aside)
        except VectorDatabaseError as error:
            # It is dropped by a later build, by its age.
            log.warning("vectors_left_behind", collection=aside, reason=error.detail)

    def _prune(self, current: str) -> None:
        """Drop what no search can want: all but the current one and the newest before it."""
        mine = [item for item in self._database.collections() if item.name.startswith(f"{self._prefix}.")]
        done = sorted(item.name for item in mine if _BUILDING not in item.name)
        older = [name for name in done if name < current]
        abandoned = [item.name for item in mine if _BUILDING in item.name and self._is_abandoned(item)]
        for name in [*older[:-1], *abandoned]:
            self._database.drop(name)
            log.info("vectors_dropped", collection=name)

    def _is_abandoned(self, item: Collection) -> bool:
        begun = item.notes.get("begun", "")
        return begun.isdigit() and self._clock() - int(begun) > _ABANDONED_AFTER_S


def compare(found: Values, true: Values) -> None:
    """Raise VectorDatabaseError unless the vectors are the snapshot's, within rounding."""
    if found.shape != true.shape:
        raise VectorDatabaseError(
            f"The vectors of the database have {found.shape[-1]} dimensions, the snapshot's {true.shape[1]}."
        )
    if not np.isfinite(found).all():
        raise VectorDatabaseError("Vectors of the database are not numbers.")
    if not np.allclose(found, true, rtol=0, atol=VECTOR_TOLERANCE):
        raise VectorDatabaseError("The vectors of the database are not those of the snapshot.")


def known_rows(rows: Rows, size: int) -> Rows:
    """Return the rows. Raises VectorDatabaseError where one is none of the snapshot's or comes twice."""
    if len(rows) and int(rows.max()) >= size:
        raise VectorDatabaseError("The database answered profiles that the snapshot does not have.")
    if len(np.unique(rows)) != len(rows):
        raise VectorDatabaseError("The database answered a profile twice.")
    return rows
