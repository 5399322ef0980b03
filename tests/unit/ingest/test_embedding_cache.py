from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flight_search.domain.errors import EmbeddingError
from flight_search.domain.progress import SilentProgress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.ingest.embedding_cache import EmbeddingCache


class Counting(HashingEmbedder):
    def __init__(self, dimensions: int = 16, name: str = "counting") -> None:
        super().__init__(dimensions)
        self.name = name
        self.embedded: list[str] = []

    @property
    def identity(self) -> str:
        return self.name

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return super().embed_documents(texts)


class Notes(SilentProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.done = 0

    def note(self, text: str) -> None:
        self.notes.append(text)

    def advance(self, amount: int = 1) -> None:
        self.done += amount


TEXTS = [f"profile {number}" for number in range(150)]


def test_only_texts_never_seen_are_embedded(tmp_path: Path):
    cache, embedder, progress = EmbeddingCache(tmp_path / "vectors"), Counting(), Notes()
    first = cache.embed(TEXTS, embedder, progress)
    assert progress.done == len(TEXTS)
    embedder.embedded.clear()
    again = cache.embed([*TEXTS[::-1], "new"], embedder, progress)
    assert embedder.embedded == ["new"]
    assert np.array_equal(again[:-1], first[::-1])
    assert np.array_equal(first[3], embedder.embed_query(TEXTS[3]))


def test_a_text_that_occurs_twice_is_embedded_once(tmp_path: Path):
    embedder = Counting()
    vectors = EmbeddingCache(tmp_path).embed(["a", "b", "a"], embedder, SilentProgress())
    assert sorted(embedder.embedded) == ["a", "b"]
    assert np.array_equal(vectors[0], vectors[2])


def test_models_do_not_mix(tmp_path: Path):
    cache = EmbeddingCache(tmp_path)
    cache.embed(TEXTS, Counting(name="one"), SilentProgress())
    other = Counting(name="other")
    cache.embed(TEXTS, other, SilentProgress())
    assert len(other.embedded) == len(TEXTS)


@pytest.mark.parametrize("damage", [b"", b"garbage", None])
def test_a_damaged_cache_is_noted_and_made_anew(tmp_path: Path, damage: bytes | None):
    cache, embedder, progress = EmbeddingCache(tmp_path), Counting(), Notes()
    first = cache.embed(TEXTS, embedder, progress)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    assert np.array_equal(cache.embed(TEXTS, embedder, progress), first)
    assert len(embedder.embedded) == 2 * len(TEXTS)
    assert "damaged" in progress.notes[0]
    embedder.embedded.clear()
    cache.embed(TEXTS, embedder, progress)
    assert embedder.embedded == []


@pytest.mark.parametrize("value", [2.0, np.nan])
def test_vectors_that_are_not_of_unit_length_are_not_believed(tmp_path: Path, value: float):
    cache, embedder, progress = EmbeddingCache(tmp_path), Counting(), Notes()
    cache.embed(TEXTS, embedder, progress)
    (path,) = tmp_path.iterdir()
    with np.load(path) as stored:
        digests, vectors = stored["digests"], stored["vectors"] * np.float32(value)
    np.savez(path, digests=digests, vectors=vectors)
    cache.embed(TEXTS, embedder, progress)
    assert len(embedder.embedded) == 2 * len(TEXTS)
    assert progress.notes


def test_a_cache_that_cannot_be_written_does_not_stop_a_build(tmp_path: Path):
    (tmp_path / "vectors").write_text("in the way")
    progress = Notes()
    vectors = EmbeddingCache(tmp_path / "vectors").embed(TEXTS, Counting(), progress)
    assert vectors.shape == (len(TEXTS), 16)
    assert "could not be cached" in progress.notes[-1]


def test_vectors_of_another_shape_are_refused(tmp_path: Path):
    class Wrong(Counting):
        def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.ones((len(texts), 3), dtype=np.float32)

    with pytest.raises(EmbeddingError, match="shape"):
        EmbeddingCache(tmp_path).embed(TEXTS, Wrong(), SilentProgress())
    assert list(tmp_path.iterdir()) == []


def test_a_build_goes_on_where_the_model_failed(tmp_path: Path):
    class Failing(Counting):
        def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.embedded:
                raise EmbeddingError("gone")
            return super().embed_documents(texts)

    failing, embedder = Failing(), Counting()
    with pytest.raises(EmbeddingError):
        EmbeddingCache(tmp_path).embed(TEXTS, failing, SilentProgress())
    assert EmbeddingCache(tmp_path).embed(TEXTS, embedder, SilentProgress()).shape == (150, 16)
    assert sorted(failing.embedded + embedder.embedded) == sorted(TEXTS)


def test_no_profiles_give_no_vectors(tmp_path: Path):
    assert EmbeddingCache(tmp_path).embed([], Counting(), SilentProgress()).shape == (0, 16)
