"""Qdrant, as a server or cluster, or inside this process in a folder (its client's local mode).

In: questions of ``database``. Out: answers of Qdrant's own client, which has time limits. A collection cannot
be renamed there: the name that is used is an alias, which is set in one step.
"""

import math
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Final

import numpy as np
import tenacity

from flight_search.domain.errors import SettingsError, VectorDatabaseError
from flight_search.vectors.database import Collection, Hnsw, Rows, Values, VectorDatabase
from flight_search.vectors.settings import VectorSettings

_MOST_PER_BATCH: Final = 1_000
"""Rows of one upsert: Qdrant takes requests of up to 32 MB; a thousand vectors of 1,536 take half of it."""


class Qdrant(VectorDatabase):
    """One server, cluster or folder. Safe to share between threads; ``close`` it at the end."""

    kind = "Qdrant"
    most_per_batch = _MOST_PER_BATCH

    def __init__(  # noqa: PLR0913 - each a setting of its own
        self,
        client: Any,  # noqa: ANN401 - an optional package's
        patient_client: Any,  # noqa: ANN401
        *,
        attempts: int,
        ef_search: int,
        shards: int,
        replicas: int,
        one_at_a_time: bool,
    ) -> None:
        """Take Qdrant's client with short and with long time limits, and how data is spread.

        ``one_at_a_time``: its local mode does not take calls of several threads at once.
        """
        self._client = client
        self._patient_client = patient_client
        self._attempts = attempts
        self._ef_search = ef_search
        self._shards = shards
        self._replicas = replicas
        self._one_at_a_time = one_at_a_time
        self._turn: AbstractContextManager[Any] = threading.RLock() if one_at_a_time else nullcontext()

    def collections(self) -> list[Collection]:
        """Return all collections; those with an alias by it, which is what they were renamed to."""
        aliases = self._aliases()
        named = {real: alias for alias, real in aliases.items()}
        # Notes are read one by one: there are a handful of collections.
        found = [item.name for item in self._do(lambda: self._client.get_collections().collections)]
        return [Collection(named.get(name, name), self._notes(name)) for name in found]

    def create(self, name: str, dimensions: int, notes: dict[str, str], hnsw: Hnsw) -> None:
        """Make an empty collection, compared by cosine."""
        from qdrant_client import models  # noqa: PLC0415 - optional

        self._do(
            lambda: self._client.create_collection(
                name,
                vectors_config=models.VectorParams(size=dimensions, distance=models.Distance.COSINE),
                hnsw_config=models.HnswConfigDiff(m=hnsw.neighbours, ef_construct=hnsw.ef_construction),
                shard_number=self._shards,
                replication_factor=self._replicas,
                metadata=dict(notes),
            )
        )

    def upsert(self, name: str, rows: Rows, vectors: Values, texts: Sequence[str]) -> None:
        """Put vectors of shape (rows, dimensions) and their texts; those that are known are replaced."""
        from qdrant_client import models  # noqa: PLC0415 - optional

        points = models.Batch(
            ids=rows.tolist(), vectors=vectors.tolist(), payloads=[{"text": text} for text in texts]
        )
        self._do(lambda: self._client.upsert(name, points=points, wait=True))

    def rename(self, name: str, to: str) -> None:
        """Give a collection another name, in one step."""
        from qdrant_client import models  # noqa: PLC0415 - optional

        if to in self._aliases():
            raise VectorDatabaseError(f"Qdrant has a collection {to} already.")
        alias = models.CreateAlias(collection_name=name, alias_name=to)
        self._do(
            lambda: self._client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
        )

    def drop(self, name: str) -> None:
        """Remove a collection; nothing happens where there is none. Its alias goes with it."""
        from qdrant_client import models  # noqa: PLC0415 - optional

        real = self._aliases().get(name)
        if real is not None:
            gone = models.DeleteAlias(alias_name=name)
            self._do(
                lambda: self._client.update_collection_aliases(
                    [models.DeleteAliasOperation(delete_alias=gone)]
                )
            )
        self._do(lambda: self._client.delete_collection(real or name))

    def count(self, name: str) -> int:
        """Return how many vectors a collection has."""
        return int(self._do(lambda: self._client.count(name, exact=True).count))

    def vectors(self, name: str, rows: Rows) -> Values:
        """Return the vectors of distinct rows in the given order, of shape (rows, dimensions)."""
        found = self._do(
            lambda: self._client.retrieve(name, ids=rows.tolist(), with_vectors=True, with_payload=False)
        )
        known = {point.id: point.vector for point in found}
        missing = [row for row in rows.tolist() if row not in known]
        if missing:
            raise VectorDatabaseError(f"Qdrant has no vector of {len(missing)} of {len(rows)} profiles.")
        try:
            return np.array([known[row] for row in rows.tolist()], dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise VectorDatabaseError("Qdrant answered vectors that cannot be read.") from error

    def nearest(self, name: str, query: Values, limit: int) -> tuple[Rows, Values]:
        """Return about the nearest rows and their cosines, nearest first."""
        from qdrant_client import models  # noqa: PLC0415 - optional

        points = self._do(
            lambda: (
                self._client.query_points(
                    name,
                    query=query.tolist(),
                    limit=limit,
                    with_payload=False,
                    search_params=models.SearchParams(hnsw_ef=self._ef_search),
                ).points
            )
        )
        try:
            rows = np.array([point.id for point in points], dtype=np.uint32)
            return rows, np.array([point.score for point in points], dtype=np.float32)
        except (TypeError, ValueError, OverflowError) as error:
            raise VectorDatabaseError("Qdrant answered profiles that are none of ours.") from error

    def patient(self) -> "Qdrant":
        """Return the same database with the long time limits that filling it needs."""
        other = Qdrant(
            self._patient_client,
            self._patient_client,
            attempts=self._attempts,
            ef_search=self._ef_search,
            shards=self._shards,
            replicas=self._replicas,
            one_at_a_time=self._one_at_a_time,
        )
        other._turn = self._turn
        return other

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        if self._patient_client is not self._client:
            self._patient_client.close()

    def _aliases(self) -> dict[str, str]:
        found = self._do(lambda: self._client.get_aliases().aliases)
        return {item.alias_name: item.collection_name for item in found}

    def _notes(self, name: str) -> dict[str, str]:
        notes = self._do(lambda: self._client.get_collection(name).config.metadata)
        return {str(key): str(value) for key, value in (notes or {}).items()}

    def _do(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - an optional package's
        from qdrant_client.http.exceptions import ResponseHandlingException  # noqa: PLC0415 - optional

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=tenacity.wait_random_exponential(multiplier=0.02, max=1),
            retry=tenacity.retry_if_exception_type(ResponseHandlingException),
            reraise=True,
        )
        try:
            with self._turn:
                return retrying(call)
        except Exception as error:  # the local mode raises ValueError and KeyError, the server its own
            told = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            raise VectorDatabaseError(
                f"Qdrant: {told}", remedy="Is it running, and is FLIGHT_SEARCH_VECTORS_URL its address?"
            ) from error


def open_qdrant(settings: VectorSettings, folder: Path | None) -> Qdrant:
    """Return the server of the settings, or the database of a folder. Raises SettingsError."""
    try:
        from qdrant_client import QdrantClient  # noqa: PLC0415 - optional
    except ImportError as error:
        raise SettingsError(
            f"FLIGHT_SEARCH_VECTORS is {settings.vectors}, and the package qdrant-client is not installed.",
            remedy="`pip install 'flight-search[qdrant]'`.",
        ) from error
    if folder is not None:
        try:
            # Our lock keeps threads apart, so its own check of them is not needed.
            client = QdrantClient(path=str(folder), force_disable_check_same_thread=True)
        except Exception as error:
            raise VectorDatabaseError(
                f"Qdrant cannot open {folder}: {type(error).__name__}: {str(error)[:300]}",
                remedy="The folder holds nothing but copies: with no process using it, it can be deleted.",
            ) from error
        patient = client
    else:
        client, patient = (
            QdrantClient(
                url=str(settings.vectors_url).rstrip("/"),
                port=settings.vectors_url.port,
                api_key=settings.vectors_token.get_secret_value() if settings.vectors_token else None,
                # Whole seconds are the least it knows.
                timeout=math.ceil(seconds),
                pool_size=settings.vectors_connections,
                check_compatibility=False,
                trust_env=False,
            )
            for seconds in (settings.vectors_timeout_s, settings.vectors_load_timeout_s)
        )
    return Qdrant(
        client,
        patient,
        attempts=settings.vectors_attempts,
        ef_search=settings.vectors_hnsw_ef_search,
        shards=settings.vectors_shards,
        replicas=settings.vectors_replicas,
        one_at_a_time=folder is not None,
    )
