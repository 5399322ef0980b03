"""Reads what ChromaDB answers, over HTTP or in this process: the two have the same shape.

In: objects that may hold anything. Out: arrays in the wanted order, or VectorDatabaseError.
"""

from typing import Any, Final

import numpy as np

from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.database import Hnsw, Rows, Values

MOST_PER_BATCH: Final = 5_461
"""Rows of one upsert that ChromaDB 1.5 takes: what one SQLite statement has room for."""


def configuration(hnsw: Hnsw) -> dict[str, Any]:
    """Return how a collection is to be indexed."""
    return {
        "hnsw": {
            "space": "cosine",
            "max_neighbors": hnsw.neighbours,
            "ef_construction": hnsw.ef_construction,
            "ef_search": hnsw.ef_search,
        }
    }


def ids_of(rows: Rows) -> list[str]:
    """Return the ids of rows."""
    return [str(row) for row in rows.tolist()]


def read_vectors(answer: Any, rows: Rows) -> Values:  # noqa: ANN401 - whatever was answered
    """Return the vectors in the order of the rows that were asked for; ChromaDB answers in its own."""
    try:
        found = {int(name): place for place, name in enumerate(answer["ids"])}
        vectors = np.asarray(answer["embeddings"], dtype=np.float32)
        missing = [row for row in rows.tolist() if row not in found]
        if missing:
            raise VectorDatabaseError(f"ChromaDB has no vector of {len(missing)} of {len(rows)} profiles.")
        if vectors.ndim != 2 or len(vectors) != len(found):  # noqa: PLR2004 - a matrix has two axes
            raise VectorDatabaseError("ChromaDB answered vectors of different lengths.")
        return np.asarray(vectors[[found[row] for row in rows.tolist()]], dtype=np.float32)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise unreadable() from error


def read_nearest(answer: Any) -> tuple[Rows, Values]:  # noqa: ANN401 - whatever was answered
    """Return rows and cosines of the answer to one query."""
    try:
        numbers = [int(name) for name in answer["ids"][0]]
        distances = np.asarray(answer["distances"][0], dtype=np.float32)
        if distances.shape != (len(numbers),):
            raise unreadable()
        return np.array(numbers, dtype=np.uint32), np.asarray(1 - distances, dtype=np.float32)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise unreadable() from error


def notes_in(metadata: Any) -> dict[str, str]:  # noqa: ANN401 - whatever was answered
    """Return the notes of a collection."""
    return {str(name): str(value) for name, value in metadata.items()} if isinstance(metadata, dict) else {}


def unreadable() -> VectorDatabaseError:
    """Return the error for an answer of another shape."""
    return VectorDatabaseError("ChromaDB gave an answer that cannot be read: is it of version 1.5?")
