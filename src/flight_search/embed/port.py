"""The interface of every embedding model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns text into unit vectors, so that a dot product is a cosine."""

    @property
    def identity(self) -> str:
        """Name of the model, its weights and its precision: vectors of two identities never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a search text, shape (dimensions,). Raises EmbeddingError."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of profile texts, shape (len(texts), dimensions). Raises EmbeddingError."""
        ...
