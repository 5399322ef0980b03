"""Embeddings of an endpoint that speaks OpenAI's interface (OpenAI, vLLM, llama.cpp, Ollama, TEI ...).

In: settings with address, model and key. Out: vectors of unit length. Bounded attempts with jitter; a
``Retry-After`` of the server is honoured. The key is sent in the header only and appears in no message.
"""

import email.utils
import math
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from flight_search.domain.errors import EmbeddingError
from flight_search.embed.settings import EmbeddingSettings

_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 60.0
_BACKOFF = wait_random_exponential(multiplier=0.5, max=10)
_UNAUTHORISED = (401, 403)
_EMPTY = " "
"""Endpoints refuse an empty text; a space means as little."""


class _Row(BaseModel):
    index: int
    embedding: list[float]


class _Answer(BaseModel):
    data: list[_Row]


class _TryAgain(Exception):  # noqa: N818  it is a signal to the retry loop and leaves this module only as a cause
    """An answer that may be better next time; ``after_s`` is what the server asks for."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class OpenAIEmbedder:
    """Thread-safe: the HTTP client pools connections and may be shared."""

    def __init__(self, settings: EmbeddingSettings, *, transport: httpx.BaseTransport | None = None) -> None:
        """Take the settings; nothing is sent before the first text."""
        self._settings = settings
        key = settings.api_key.get_secret_value()
        self._url = f"{str(settings.base_url).rstrip('/')}/embeddings"
        self._client = httpx.Client(
            timeout=settings.timeout_s,
            transport=transport,
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    @property
    def identity(self) -> str:
        """Name of the endpoint's model, its length and the prefixes that change its vectors."""
        settings = self._settings
        prefixes = "|".join(filter(None, (settings.query_prefix.strip(), settings.document_prefix.strip())))
        return f"openai:{settings.model}:{settings.dimensions}" + (f"[{prefixes}]" if prefixes else "")

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._settings.dimensions

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a search text, shape (dimensions,). Raises EmbeddingError."""
        vector: NDArray[np.float32] = self._embed([self._settings.query_prefix + text])[0]
        return vector

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (len(texts), dimensions). Raises EmbeddingError."""
        prefixed = [self._settings.document_prefix + text for text in texts]
        size = self._settings.batch
        parts = [self._embed(prefixed[start : start + size]) for start in range(0, len(prefixed), size)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), dtype=np.float32)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        retrying = Retrying(
            stop=stop_after_attempt(self._settings.attempts),
            retry=retry_if_exception_type(_TryAgain),
            wait=_wait,
            reraise=True,
        )
        try:
            response = retrying(self._post, texts)
        except _TryAgain as error:
            raise EmbeddingError(
                f"The embedding endpoint {self._url} did not answer in "
                f"{self._settings.attempts} attempts: {error}",
                remedy="Check that it can be reached (FLIGHT_SEARCH_EMBEDDING_BASE_URL), then start again.",
            ) from error
        return self._vectors(response, len(texts))

    def _post(self, texts: list[str]) -> httpx.Response:
        body = {"model": self._settings.model, "input": [text if text.strip() else _EMPTY for text in texts]}
        try:
            response = self._client.post(self._url, json=body)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _TryAgain(type(error).__name__) from error
        if response.status_code in _RETRIED:
            raise _TryAgain(f"HTTP {response.status_code}", _retry_after_s(response))
        if response.status_code in _UNAUTHORISED:
            raise EmbeddingError(
                f"The embedding endpoint {self._url} refuses the key (HTTP {response.status_code}).",
                remedy="Set FLIGHT_SEARCH_EMBEDDING_API_KEY to a valid key.",
            )
        if response.is_error:
            raise EmbeddingError(
                f"The embedding endpoint {self._url} refuses the request (HTTP {response.status_code}).",
                remedy="Check FLIGHT_SEARCH_EMBEDDING_BASE_URL and FLIGHT_SEARCH_EMBEDDING_MODEL.",
            )
        return response

    def _vectors(self, response: httpx.Response, expected: int) -> NDArray[np.float32]:
        try:
            rows = sorted(_Answer.model_validate_json(response.content).data, key=lambda row: row.index)
        except ValidationError as error:
            raise self._malformed("it is not an answer of OpenAI's embeddings interface") from error
        if [row.index for row in rows] != list(range(expected)):
            raise self._malformed(f"it holds {len(rows)} vectors for {expected} texts")
        lengths = {len(row.embedding) for row in rows}
        if lengths != {self.dimensions}:
            raise EmbeddingError(
                f"The model {self._settings.model} gives vectors of {sorted(lengths)} numbers, "
                f"the settings say {self.dimensions}.",
                remedy="Set FLIGHT_SEARCH_EMBEDDING_DIMENSIONS to the length of the model's vectors.",
            )
        vectors: NDArray[np.float32] = np.array([row.embedding for row in rows], dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not bool(np.all(np.isfinite(norms) & (norms > 0))):
            raise self._malformed("a vector is zero or not finite")
        unit: NDArray[np.float32] = vectors / norms
        return unit

    def _malformed(self, reason: str) -> EmbeddingError:
        return EmbeddingError(
            f"The answer of the embedding endpoint {self._url} cannot be used: {reason}.",
            remedy="Check FLIGHT_SEARCH_EMBEDDING_BASE_URL and FLIGHT_SEARCH_EMBEDDING_MODEL.",
        )


def _wait(state: RetryCallState) -> float:
    """Return how long to wait: as long as the server asks, at least the growing random pause."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after_s if isinstance(error, _TryAgain) else None
    return max(float(_BACKOFF(state)), min(asked or 0.0, _LONGEST_WAIT_S))


def _retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date."""
    value = response.headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return seconds if math.isfinite(seconds) and seconds > 0 else None
