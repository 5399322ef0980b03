"""Vectors of search texts are made once, ahead of the search, and nothing but a unit vector is believed."""

import asyncio

import numpy as np
import pytest

from flight_search.cache.cache import Cache
from flight_search.cache.memory import MemoryStore
from flight_search.domain.errors import EmbeddingError
from flight_search.embed.ahead import AheadEmbedder, VectorCodec
from flight_search.embed.hashing import HashingEmbedder


class Counting(HashingEmbedder):
    """Counts what is embedded; fails while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.is_down = False

    def embed_query(self, text):
        self.texts.append(text)
        if self.is_down:
            raise EmbeddingError("no model", remedy="Start it.")
        return super().embed_query(text)


@pytest.fixture
def model():
    return Counting()


@pytest.fixture
def ahead(model):
    return AheadEmbedder(model, Cache("embeddings", MemoryStore(10, 60, lambda: 0.0), lambda *_: None))


async def test_a_prepared_text_is_embedded_once_however_often_it_is_searched(ahead, model):
    await asyncio.gather(*(ahead.prepare("beach") for _ in range(5)))
    await ahead.prepare("beach")
    vectors = [ahead.embed_query("beach") for _ in range(3)]
    assert model.texts == ["beach"]
    assert all(np.array_equal(vector, HashingEmbedder().embed_query("beach")) for vector in vectors)


def test_without_preparation_it_is_embedded_as_before(ahead, model):
    assert np.array_equal(ahead.embed_query("beach"), HashingEmbedder().embed_query("beach"))
    assert model.texts == ["beach"]
    assert ahead.embed_documents(["a", "b"]).shape == (2, ahead.dimensions)
    assert ahead.identity == HashingEmbedder().identity


async def test_a_failure_is_told_by_the_search_without_a_second_try_and_is_not_kept(ahead, model):
    model.is_down = True
    await ahead.prepare("beach")
    with pytest.raises(EmbeddingError, match="no model") as caught:
        ahead.embed_query("beach")
    assert caught.value.remedy == "Start it."
    assert model.texts == ["beach"]
    model.is_down = False
    await ahead.prepare("beach")
    assert np.linalg.norm(ahead.embed_query("beach")) == pytest.approx(1)


def test_what_is_written_is_read_again():
    vector = HashingEmbedder().embed_query("beach")
    codec = VectorCodec(len(vector))
    read = codec.decode(codec.encode(vector))
    assert np.array_equal(read, vector)
    assert not read.flags.writeable


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"abc",
        np.zeros(4, "<f4").tobytes(),
        np.full(4, np.nan, "<f4").tobytes(),
        np.full(4, np.inf, "<f4").tobytes(),
        np.full(4, 0.6, "<f4").tobytes(),
        np.full(1, 1.0, "<f4").tobytes(),
        np.full(16, 0.25, "<f4").tobytes(),
    ],
    ids=range(8),
)
def test_what_is_no_unit_vector_of_the_model_is_refused(data):
    with pytest.raises(ValueError, match=r"vector|buffer"):
        VectorCodec(4).decode(data)
