"""What every embedder promises."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from flight_search.embed.port import Embedder

TEXTS = [
    "quiet beach",
    "ski in the snow",
    "early morning flight",
    "",
    "   ",
    "!?",
    "🏖️ 海辺 пляж",
    "\u202eright to left\u0000 control\x07",
    "warm city " * 400,
]


def test_vectors_have_the_promised_shape_and_unit_length(embedder: Embedder):
    vectors = embedder.embed_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_any_text_can_be_searched_for(embedder: Embedder, text: str):
    vector = embedder.embed_query(text)
    assert vector.dtype == np.float32
    assert vector.shape == (embedder.dimensions,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_no_documents_give_no_vectors(embedder: Embedder):
    assert embedder.embed_documents([]).shape == (0, embedder.dimensions)


def test_a_vector_does_not_depend_on_its_neighbours_or_their_order(embedder: Embedder):
    many = [f"{text} {number}" for number in range(12) for text in ("warm beach", "quiet ski city morning")]
    together = embedder.embed_documents(many)
    backwards = embedder.embed_documents(many[::-1])[::-1]
    assert together == pytest.approx(backwards, abs=1e-5)
    assert together[5] == pytest.approx(embedder.embed_documents([many[5]])[0], abs=1e-5)


def test_the_same_text_has_the_same_vector_and_another_text_another(embedder: Embedder):
    first, second, other = embedder.embed_documents(["warm beach", "warm beach", "ski city"])
    assert first == pytest.approx(second, abs=1e-6)
    assert first @ other < 0.99


def test_the_identity_stays_and_is_not_empty(embedder: Embedder):
    before = embedder.identity
    embedder.embed_query("beach")
    assert before
    assert embedder.identity == before


def test_threads_may_share_it(embedder: Embedder):
    texts = [f"warm beach {'quiet ' * (number % 9)}" for number in range(40)]
    alone = [embedder.embed_query(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(embedder.embed_query, texts))
    assert np.stack(together) == pytest.approx(np.stack(alone), abs=1e-5)
