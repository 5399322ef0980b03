"""An embedding without a model: words hashed into a small vector.

For tests and demonstrations without weights. It knows which words two texts share and nothing of what they
mean, so "seaside" is as far from "beach" as from "tax law".
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Signed feature hashing of the words of a text (Weinberger et al., 2009), the same on every machine."""

    def __init__(self, dimensions: int = 64) -> None:
        """Take the length of the vectors."""
        if dimensions < 1:
            raise ValueError("a vector needs at least one dimension")
        self._dimensions = dimensions

    @property
    def identity(self) -> str:
        """Name of the scheme and its length."""
        return f"hashing-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text, shape (dimensions,)."""
        vector = np.zeros(self._dimensions, dtype=np.float32)
        for word in _WORD.findall(text.lower()):
            number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
            vector[(number >> 1) % self._dimensions] += 1.0 if number & 1 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0:
            # No words, or words that cancel out: some fixed direction, because vectors are of unit length.
            vector[0], length = 1.0, 1.0
        return vector / np.float32(length)

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (len(texts), dimensions)."""
        vectors = [self.embed_query(text) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self._dimensions), dtype=np.float32)
