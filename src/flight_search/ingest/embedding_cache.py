"""Vectors of profile texts, kept between builds.

A new day has new flights and hardly any new meanings: with the vectors of earlier builds at hand only texts
that were never seen are embedded. A vector is found by the model and the SHA-256 of the text, so it serves
whatever source the text comes from. One file per model, replaced as a whole; while many texts are embedded
it is replaced now and then, so that a build which is killed loses little.
"""

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.errors import EmbeddingError
from flight_search.domain.progress import Progress
from flight_search.embed.port import Embedder

_BATCH = 64
_MOST_KEPT = 500_000
"""Vectors; beyond that those that the build at hand does not use are forgotten (384 dimensions: 0.8 GB)."""
_FEWEST_TO_SAVE, _SHARE_TO_SAVE = 4_096, 0.25
"""New vectors are saved when there are so many and they are such a share of all: each is written a few
times."""


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class EmbeddingCache:
    """Vectors by (model, text) in files of one folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when there is something to keep."""
        self._folder = folder
        self.embedded = 0
        """Texts that the model was asked for, over all calls."""

    def embed(self, texts: Sequence[str], embedder: Embedder, progress: Progress) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (len(texts), dimensions), unit length. Raises EmbeddingError."""
        path = self._folder / f"{text_digest(embedder.identity)[:32]}.npz"
        known = self._read(path, embedder.dimensions, progress)
        digests = [text_digest(text) for text in texts]
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        if missing:
            try:
                self._embed_all(missing, known, embedder, progress, path)
            except BaseException:
                # An endpoint that fails half way, or Ctrl-C: the next build goes on from here.
                self._keep(path, known, progress)
                raise
            is_full = len(known) > _MOST_KEPT
            self._keep(path, {digest: known[digest] for digest in digests} if is_full else known, progress)
        if not digests:
            return np.zeros((0, embedder.dimensions), dtype=np.float32)
        return np.stack([known[digest] for digest in digests]).astype(np.float32)

    def _read(self, path: Path, dimensions: int, progress: Progress) -> dict[str, NDArray[np.float32]]:
        try:
            with np.load(path, allow_pickle=False) as stored:
                digests, vectors = stored["digests"], stored["vectors"]
            is_sound = (
                vectors.dtype == np.float32
                and vectors.shape == (len(digests), dimensions)
                and bool(np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 1e-3))  # noqa: PLR2004  rounding
            )
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            is_sound = False
        if not is_sound:
            progress.note("The cache of vectors is damaged; all profiles are embedded anew.")
            return {}
        return dict(zip(digests.tolist(), vectors, strict=True))

    def _keep(self, path: Path, vectors: dict[str, NDArray[np.float32]], progress: Progress) -> None:
        if not vectors:
            return
        aside = path.with_suffix(f".{os.getpid()}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                np.savez(file, digests=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
            aside.replace(path)
        except OSError as error:
            # It would only have saved time, so the build goes on without it.
            progress.note(f"Vectors could not be cached ({error.strerror}); the next build makes them anew.")
            with contextlib.suppress(OSError):
                aside.unlink()

    def _embed_all(
        self,
        texts: dict[str, str],
        found: dict[str, NDArray[np.float32]],
        embedder: Embedder,
        progress: Progress,
        path: Path,
    ) -> None:
        """Add the vectors of texts to ``found`` by digest, batch by batch."""
        progress.start("Embedding profiles", total=len(texts), unit="profiles")
        # Texts of like length together, so that a batch is not padded to its one long text.
        items = sorted(texts.items(), key=lambda item: len(item[1]))
        unsaved = 0
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            vectors = np.asarray(embedder.embed_documents([text for _, text in batch]), dtype=np.float32)
            if vectors.shape != (len(batch), embedder.dimensions):
                raise EmbeddingError(
                    f"The model {embedder.identity} gave vectors of the shape {vectors.shape} instead of "
                    f"{(len(batch), embedder.dimensions)}.",
                    remedy="Check the settings of the embedding model. The last good snapshot stays in use.",
                )
            found.update((digest, vector) for (digest, _), vector in zip(batch, vectors, strict=True))
            self.embedded += len(batch)
            unsaved += len(batch)
            if unsaved >= max(_FEWEST_TO_SAVE, _SHARE_TO_SAVE * len(found)):
                self._keep(path, found, progress)
                unsaved = 0
            progress.advance(len(batch))
        progress.finish()
