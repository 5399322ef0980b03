"""What every store of profile vectors must do. A new implementation joins by an entry in ``INDEXES``."""

from collections.abc import Callable

import numpy as np
import pytest

from flight_search.vectors.exact import ExactIndex
from flight_search.vectors.port import ProfileIndex

INDEXES: dict[str, Callable[[np.ndarray], ProfileIndex]] = {"exact": ExactIndex}

TOLERANCE = 1e-5
"""Single precision; sums of a few hundred products in any order."""


@pytest.fixture(params=INDEXES)
def make_index(request):
    return INDEXES[request.param]


def unit_vectors(rows: int, dimensions: int = 24, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("wanted", [[], [3], [0, 499], [499, 0, 7, 7], list(range(500)), list(range(300))])
def test_similarity_is_the_cosine_of_each_given_profile_in_the_given_order(make_index, wanted):
    vectors, query = unit_vectors(500), unit_vectors(1, seed=1)[0]
    found = make_index(vectors).similarity(query, np.array(wanted, dtype=np.uint32))
    expected = [sum(float(a) * float(b) for a, b in zip(vectors[row], query, strict=True)) for row in wanted]
    assert found.dtype == np.float32
    assert found.shape == (len(wanted),)
    assert np.allclose(found, expected, atol=TOLERANCE)


@pytest.mark.parametrize("limit", [1, 2, 10, 500, 1000])
def test_nearest_are_the_profiles_with_the_highest_cosines_nearest_first(make_index, limit):
    vectors, query = unit_vectors(500), unit_vectors(1, seed=2)[0]
    rows, cosines = make_index(vectors).nearest(query, limit)
    exact = vectors.astype(np.float64) @ query.astype(np.float64)
    expected = sorted(range(500), key=lambda row: (-exact[row], row))[:limit]
    assert rows.tolist() == expected
    assert np.allclose(cosines, exact[expected], atol=TOLERANCE)


def test_ties_are_broken_by_row(make_index):
    vectors = np.repeat(unit_vectors(4), 5, axis=0)
    rows, _ = make_index(vectors).nearest(vectors[5], 8)
    assert rows[:5].tolist() == [5, 6, 7, 8, 9]
    assert rows.tolist() == [*rows[:5].tolist(), *sorted(rows[5:].tolist())]


def test_no_profile_is_near_when_none_is_asked_for_or_there_is_none(make_index):
    query = unit_vectors(1)[0]
    for vectors, limit in ((unit_vectors(5), 0), (unit_vectors(0), 3)):
        rows, cosines = make_index(vectors).nearest(query, limit)
        assert (len(rows), len(cosines)) == (0, 0)


def test_a_query_of_another_length_is_refused(make_index):
    index = make_index(unit_vectors(5))
    with pytest.raises(ValueError, match="dimensions"):
        index.similarity(np.ones(3, dtype=np.float32), np.array([0], dtype=np.uint32))
    with pytest.raises(ValueError, match="dimensions"):
        index.nearest(np.ones(3, dtype=np.float32), 1)


def test_vectors_are_used_as_they_are_mapped_not_changed(make_index):
    vectors = unit_vectors(20)
    vectors.flags.writeable = False
    before = vectors.copy()
    index = make_index(vectors)
    index.nearest(vectors[0], 5)
    assert np.array_equal(vectors, before)
