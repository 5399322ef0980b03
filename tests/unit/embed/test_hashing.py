import numpy as np
import pytest

from flight_search.embed.hashing import HashingEmbedder


def test_texts_with_common_words_are_nearer():
    embed = HashingEmbedder(256).embed_query
    wish = embed("quiet beach")
    assert wish @ embed("A quiet BEACH, by the sea") > wish @ embed("skiing in the mountains")


def test_it_is_the_same_on_every_machine():
    vector = HashingEmbedder(8).embed_query("warm beach")
    assert (
        np.flatnonzero(vector).tolist()
        == np.flatnonzero(HashingEmbedder(8).embed_query("beach warm")).tolist()
    )
    assert vector == pytest.approx(HashingEmbedder(8).embed_query("warm beach"))


def test_a_vector_needs_dimensions():
    with pytest.raises(ValueError, match="dimension"):
        HashingEmbedder(0)
