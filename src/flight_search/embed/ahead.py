"""Vectors of search texts, kept and made ahead of the search that needs them.

In: a search text. Out: its vector, from the cache or from the model behind. A search runs without waiting for
anything but its own work, in place or in a thread; what may wait (a shared cache, a model behind a network)
is therefore done before it by ``prepare``, and ``embed_query`` hands out what was prepared.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from anyio import to_thread
from cachetools import LRUCache
from numpy.typing import NDArray

from flight_search.cache.cache import Cache, key_of
from flight_search.domain.errors import EmbeddingError
from flight_search.embed.port import Embedder

Vector: TypeAlias = NDArray[np.float32]

_AT_HAND: Final = 256
"""Prepared texts whose searches are under way: more than there are requests at the same time."""

_LENGTH_TOLERANCE: Final = 1e-3
"""How far from 1 the length of a unit vector may be: float32 and the models are exact to 1e-6."""


@dataclass(frozen=True, slots=True)
class VectorCodec:
    """Writes unit vectors as little-endian float32."""

    dimensions: int

    def encode(self, value: Vector) -> bytes:
        """Return a vector as bytes."""
        return value.astype("<f4").tobytes()

    def decode(self, data: bytes) -> Vector:
        """Return the vector. Raises ValueError for what is no unit vector of this length."""
        vector: Vector = np.frombuffer(data, dtype="<f4").astype(np.float32)
        # In double precision, so that huge forged numbers have a length as well.
        length = float(np.linalg.norm(vector.astype(np.float64)))
        if len(vector) != self.dimensions or not abs(length - 1) <= _LENGTH_TOLERANCE:
            raise ValueError("no unit vector of this model")
        vector.flags.writeable = False
        return vector


class AheadEmbedder:
    """``Embedder`` that can be prepared. ``prepare`` belongs to one event loop, the rest to any thread."""

    def __init__(self, embedder: Embedder, cache: Cache[Vector]) -> None:
        """Take the model and where its vectors are kept."""
        self._embedder = embedder
        self._cache = cache
        self._at_hand: LRUCache[str, Vector | EmbeddingError] = LRUCache(_AT_HAND)
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """Name of the model, its weights and its precision."""
        return self._embedder.identity

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._embedder.dimensions

    async def prepare(self, text: str) -> None:
        """Have the vector of a search text at hand, or the reason why there is none."""
        prepared: Vector | EmbeddingError
        try:
            looked = await self._cache.get_or_make(key_of(self.identity, text), lambda: self._made(text))
            prepared = looked.value
        except EmbeddingError as error:
            # The search tells it; without this it would wait for the same failure once more.
            prepared = error
        with self._lock:
            self._at_hand[text] = prepared

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a search text, shape (dimensions,). Raises EmbeddingError."""
        with self._lock:
            prepared = self._at_hand.get(text)
        if isinstance(prepared, EmbeddingError):
            # Anew, because several threads may raise it at the same time.
            raise EmbeddingError(prepared.detail, remedy=prepared.remedy) from prepared
        return self._embedder.embed_query(text) if prepared is None else prepared

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        """Return the vectors of profile texts, shape (len(texts), dimensions). Raises EmbeddingError."""
        return self._embedder.embed_documents(texts)

    async def _made(self, text: str) -> Vector:
        vector = await to_thread.run_sync(self._embedder.embed_query, text)
        vector.flags.writeable = False
        return vector
