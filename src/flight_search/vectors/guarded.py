"""The vectors of one snapshot in a vector database, with the snapshot's own behind it.

::

    similarity, nearest ──► database: vectors, nearest rows ──► held against the snapshot ──► exact cosines
                              │ down, slow, wrong, not filled yet
                              └──► the snapshot's own vectors; ``problem`` says why

What ranks is always worked out from the snapshot's vectors, by one rule, so offers come in the same order to
the last bit whatever the database is and however it rounds. A database that fails is left alone; it is
checked (and where needed filled anew) in the background before it is asked again, so an outage costs one
request one time limit.
"""

import threading
from collections.abc import Callable

import numpy as np
import structlog

from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.collection import VECTOR_TOLERANCE, Loader, Profiles, compare, known_rows
from flight_search.vectors.database import Rows, Values, VectorDatabase
from flight_search.vectors.exact import ExactIndex
from flight_search.vectors.port import ProfileIndex

_LONGEST_PAUSE_S = 300.0
_MORE_CANDIDATES = 32
"""Asked for beyond the limit, so that ties and near ones can be put in order by their exact cosines."""

log = structlog.get_logger("flight_search.vectors")


class DatabaseIndex(ProfileIndex):
    """Asks the database and answers exactly, with or without it. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - what it stands on, and three figures
        self,
        profiles: Profiles,
        database: VectorDatabase,
        loader: Loader,
        *,
        background: Callable[[Callable[[], None]], None],
        clock: Callable[[], float],
        pause_s: float,
        most_by_id: int,
    ) -> None:
        """Begin to fill or check the collection in the background; until it is ready, answer without it."""
        self._profiles = profiles
        self._exact = ExactIndex(profiles.vectors)
        self._database = database
        self._loader = loader
        self._background = background
        self._clock = clock
        self._shortest_pause_s = pause_s
        self._pause_s = pause_s
        self._most_by_id = most_by_id
        self._lock = threading.Lock()
        self._collection: str | None = None
        self._problem: str | None = f"{database.kind} is being prepared"
        self._is_preparing = True
        self._tries_again_at = 0.0
        background(self._prepare)

    @property
    def problem(self) -> str | None:
        """Why the snapshot's own vectors are used; None where the database answers."""
        return self._problem

    def similarity(self, query: Values, profiles: Rows) -> Values:
        """Return the cosine of each given profile with a unit vector of shape (dimensions,)."""
        cosines = self._exact.similarity(query, profiles)
        if len(profiles) and (collection := self._ready()):
            rows = self._best(profiles, cosines)
            try:
                compare(self._database.vectors(collection, rows), self._profiles.vectors[rows])
            except VectorDatabaseError as error:
                self._fail(error)
        return cosines

    def nearest(self, query: Values, limit: int) -> tuple[Rows, Values]:
        """Return the ``limit`` nearest profiles and their cosines, nearest first; ties by row.

        From the database they are those that its graph finds: some in a thousand may be missed.
        """
        size = len(self._profiles.vectors)
        wanted = min(max(limit, 0), size)
        # Half of all or more are not found faster by a graph.
        if 0 < wanted <= size // 2 and query.shape == self._profiles.vectors.shape[1:]:
            collection = self._ready()
            if collection:
                try:
                    return self._found(collection, query, wanted)
                except VectorDatabaseError as error:
                    self._fail(error)
        return self._exact.nearest(query, limit)

    def _best(self, profiles: Rows, cosines: Values) -> Rows:
        """Return those that come first: as many as are asked for at once, each one time."""
        first = len(profiles) - self._most_by_id
        best = np.argpartition(cosines, first)[first:] if first > 0 else slice(None)
        return np.unique(profiles[best]).astype(np.uint32)

    def _found(self, collection: str, query: Values, wanted: int) -> tuple[Rows, Values]:
        size = len(self._profiles.vectors)
        near, told = self._database.nearest(collection, query, min(wanted + _MORE_CANDIDATES, size))
        near = known_rows(near, size)
        if len(near) < wanted:
            raise VectorDatabaseError(f"The database found {len(near)} profiles, not {wanted}.")
        cosines = self._exact.similarity(query, near)
        if not np.allclose(told, cosines, rtol=0, atol=10 * VECTOR_TOLERANCE):
            raise VectorDatabaseError("The similarities of the database are not those of the snapshot.")
        order = np.lexsort((near, -cosines))[:wanted]
        return near[order], cosines[order]

    def _ready(self) -> str | None:
        """Return the collection to ask; None while there is none, which is tried again when it is time."""
        if self._collection is not None:
            return self._collection
        with self._lock:
            if self._is_preparing or self._clock() < self._tries_again_at:
                return None
            self._is_preparing = True
        self._background(self._prepare)
        return None

    def _prepare(self) -> None:
        try:
            collection = self._loader.ready(self._profiles)
        except VectorDatabaseError as error:
            with self._lock:
                self._is_preparing = False
                self._note(error)
                self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
            return
        except Exception as error:  # a fault of ours: searches go on all the same
            log.exception("vectors_not_prepared")
            with self._lock:
                self._is_preparing = False
                self._note(VectorDatabaseError(f"{type(error).__name__}: {error}"))
                self._pause_s = _LONGEST_PAUSE_S
            return
        with self._lock:
            self._collection, self._problem, self._is_preparing = collection, None, False
            self._pause_s = self._shortest_pause_s
        log.info("vectors_ready", collection=collection)

    def _fail(self, error: VectorDatabaseError) -> None:
        with self._lock:
            self._collection = None
            self._note(error)

    def _note(self, error: VectorDatabaseError) -> None:
        self._problem = f"{error.detail} The snapshot's own vectors are used."
        self._tries_again_at = self._clock() + self._pause_s
        log.warning("vector_db_unavailable", reason=error.detail, remedy=error.remedy)


class Without(ExactIndex):
    """The snapshot's own vectors, where the database that was chosen cannot be opened at all."""

    def __init__(self, vectors: Values, problem: str) -> None:
        """Take unit vectors of shape (profiles, dimensions) and why there is nothing else."""
        super().__init__(vectors)
        self._problem = problem

    @property
    def problem(self) -> str | None:
        """Why the database is not asked."""
        return self._problem
