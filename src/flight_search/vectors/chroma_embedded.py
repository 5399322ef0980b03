"""ChromaDB inside this process, in a folder that no other process may open meanwhile.

In: questions of ``database``. Out: answers of ChromaDB's own client. It has no time limits: whatever waits,
waits for this machine's disk and processor.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flight_search.domain.errors import SettingsError, VectorDatabaseError
from flight_search.vectors.chroma_answers import (
    MOST_PER_BATCH,
    configuration,
    ids_of,
    notes_in,
    read_nearest,
    read_vectors,
)
from flight_search.vectors.database import Collection, Hnsw, Rows, Values, VectorDatabase


class EmbeddedChroma(VectorDatabase):
    """One folder. Safe to share between threads."""

    kind = "ChromaDB"
    most_per_batch = MOST_PER_BATCH

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - an optional package's
        """Take ChromaDB's client."""
        self._client = client

    def collections(self) -> list[Collection]:
        """Return all collections."""
        found = self._do(self._client.list_collections)
        return [Collection(item.name, notes_in(item.metadata)) for item in found]

    def create(self, name: str, dimensions: int, notes: dict[str, str], hnsw: Hnsw) -> None:  # noqa: ARG002 - the first vector sets it
        """Make an empty collection, compared by cosine."""
        self._do(
            self._client.create_collection,
            name,
            embedding_function=None,
            metadata=notes,
            configuration=configuration(hnsw),
        )

    def upsert(self, name: str, rows: Rows, vectors: Values, texts: Sequence[str]) -> None:
        """Put vectors of shape (rows, dimensions) and their texts; those that are known are replaced."""
        self._do(
            self._collection(name).upsert,
            ids=ids_of(rows),
            embeddings=vectors,
            documents=list(texts),
            metadatas=[{"row": row} for row in rows.tolist()],
        )

    def rename(self, name: str, to: str) -> None:
        """Give a collection another name, in one step."""
        self._do(self._collection(name).modify, name=to)

    def drop(self, name: str) -> None:
        """Remove a collection; nothing happens where there is none."""
        if any(item.name == name for item in self.collections()):
            self._do(self._client.delete_collection, name)

    def count(self, name: str) -> int:
        """Return how many vectors a collection has."""
        return int(self._do(self._collection(name).count))

    def vectors(self, name: str, rows: Rows) -> Values:
        """Return the vectors of distinct rows in the given order, of shape (rows, dimensions)."""
        return read_vectors(
            self._do(self._collection(name).get, ids=ids_of(rows), include=["embeddings"]), rows
        )

    def nearest(self, name: str, query: Values, limit: int) -> tuple[Rows, Values]:
        """Return about the nearest rows and their cosines, nearest first."""
        ask = self._collection(name).query
        return read_nearest(self._do(ask, query_embeddings=[query], n_results=limit, include=["distances"]))

    def patient(self) -> "EmbeddedChroma":
        """Return itself: it has no time limits."""
        return self

    def close(self) -> None:
        """Close the database, so that the folder can be opened again."""
        self._do(self._client.close)

    def _collection(self, name: str) -> Any:  # noqa: ANN401 - an optional package's
        return self._do(self._client.get_collection, name, embedding_function=None)

    @staticmethod
    def _do(call: Any, *words: Any, **options: Any) -> Any:  # noqa: ANN401 - an optional package's
        try:
            return call(*words, **options)
        except Exception as error:  # what its native part raises is of no common kind
            raise VectorDatabaseError(f"ChromaDB: {type(error).__name__}: {str(error)[:300]}") from error


def open_embedded_chroma(folder: Path) -> EmbeddedChroma:
    """Return the database of a folder, which is made where there is none. Raises SettingsError."""
    try:
        import chromadb  # noqa: PLC0415 - optional, and a second to load
        from chromadb.config import Settings  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "FLIGHT_SEARCH_VECTORS is chroma-embedded, and the package chromadb is not installed.",
            remedy="`pip install 'flight-search[chroma]'`, or use a server: FLIGHT_SEARCH_VECTORS=chroma.",
        ) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except Exception as error:
        raise VectorDatabaseError(
            f"ChromaDB cannot open {folder}: {type(error).__name__}: {str(error)[:300]}",
            remedy="The folder holds nothing but copies: with no process using it, it can be deleted.",
        ) from error
    return EmbeddedChroma(client)
