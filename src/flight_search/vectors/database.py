"""What is asked of a vector database: collections of vectors that are named by their row.

A database knows nothing of flights and filters nothing: constraints are checked on the facts, by us. It keeps
the profiles and answers two questions: which are nearest, and what are the vectors of these rows.
Every method raises VectorDatabaseError where the database does not answer or answers what cannot be right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint32]
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Hnsw:
    """How the graph of nearest neighbours is built and searched."""

    neighbours: int = 32
    ef_construction: int = 400
    ef_search: int = 200


@dataclass(frozen=True)
class Collection:
    """A collection that exists: its name, and what was noted when it was begun."""

    name: str
    notes: dict[str, str]


class VectorDatabase(Protocol):
    """A server, or a database inside this process. Safe to share between threads."""

    kind: str
    """Its name for people."""
    most_per_batch: int
    """Rows that one ``upsert`` may have."""

    def collections(self) -> list[Collection]:
        """Return all collections."""
        ...

    def create(self, name: str, dimensions: int, notes: dict[str, str], hnsw: Hnsw) -> None:
        """Make an empty collection, compared by cosine."""
        ...

    def upsert(self, name: str, rows: Rows, vectors: Values, texts: Sequence[str]) -> None:
        """Put vectors of shape (rows, dimensions) and their texts; those that are known are replaced."""
        ...

    def rename(self, name: str, to: str) -> None:
        """Give a collection another name, in one step."""
        ...

    def drop(self, name: str) -> None:
        """Remove a collection; nothing happens where there is none."""
        ...

    def count(self, name: str) -> int:
        """Return how many vectors a collection has."""
        ...

    def vectors(self, name: str, rows: Rows) -> Values:
        """Return the vectors of distinct rows in the given order, of shape (rows, dimensions)."""
        ...

    def nearest(self, name: str, query: Values, limit: int) -> tuple[Rows, Values]:
        """Return about the nearest rows and their cosines, nearest first."""
        ...

    def patient(self) -> "VectorDatabase":
        """Return the same database with the long time limits that filling it needs."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
