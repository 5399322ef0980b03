"""A sentence model on ONNX Runtime.

In: a BERT-like model that gives one vector per token, and its tokenizer. Out: the mean over the tokens, of
unit length. Queries and documents are embedded alike, as the models offered here were trained.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from flight_search.domain.errors import EmbeddingError

MAX_TOKENS = 128
"""Profiles have about 75. What a wish says beyond it is not read."""
_BATCH = 32
"""Larger batches are not faster on processors with few cores, and take more memory."""


class OnnxEmbedder:
    """Thread-safe: sessions and tokenizers of both libraries may be shared, and nothing else is kept."""

    def __init__(self, identity: str, model: Path, tokenizer: Path, *, threads: int = 0) -> None:
        """Load a model. ``threads`` 0 means as many as there are processors. Raises EmbeddingError."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        # Waiting threads sleep instead of spinning: a server has other work for its processors.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise plain Exception subclasses of their own
            raise EmbeddingError(
                f"The embedding model {identity} cannot be loaded: {str(error)[:200]}",
                remedy=f"Delete the folder {model.parent} and start again.",
            ) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._identity = identity
        self._dimensions = int(self._session.get_outputs()[0].shape[-1])

    @property
    def identity(self) -> str:
        """Name of the model, its weights and its precision."""
        return self._identity

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a search text, shape (dimensions,). Raises EmbeddingError."""
        vector: NDArray[np.float32] = self._embed([text])[0]
        return vector

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (len(texts), dimensions). Raises EmbeddingError."""
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        # Texts of like length together, so that a batch is not padded to its one long text.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._embed([texts[row] for row in rows])
        return vectors

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(texts)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        tokens = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        try:
            hidden = self._session.run(None, {name: tokens[name] for name in self._inputs})[0]
        except Exception as error:
            raise EmbeddingError(
                f"The embedding model {self._identity} failed: {str(error)[:200]}",
                remedy="Restart the process; if it happens again, delete the cached model.",
            ) from error
        weights = mask[:, :, None].astype(np.float32)
        sums = (hidden * weights).sum(axis=1)
        # A text without a single token: some fixed direction, because vectors are of unit length.
        sums[weights.sum(axis=(1, 2)) == 0, 0] = 1.0
        # The length is that of the mean, up to a factor that goes away here.
        unit: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit.astype(np.float32, copy=False)
