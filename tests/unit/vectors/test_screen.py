"""Bounds on cosines hold, with kernels and without."""

import numpy as np
import pytest

from flight_search.vectors.exact import ExactIndex
from flight_search.vectors.screen import Screen


def unit(rng, rows, dimensions):
    vectors = rng.normal(size=(rows, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1)[:, None]


@pytest.mark.parametrize("dimensions", [1, 8, 64, 384])
@pytest.mark.parametrize("kernels", ["with", "without"])
def test_a_cosine_lies_within_its_bounds(dimensions, kernels):
    rng = np.random.default_rng(dimensions)
    vectors = unit(rng, 5_000, dimensions)
    screen = Screen(vectors) if kernels == "with" else Screen(vectors, None)
    exact = ExactIndex(vectors)
    for query in (*unit(rng, 5, dimensions), vectors[7]):
        every = exact.similarity(query, np.arange(5_000, dtype=np.uint32))
        lower, upper = screen.bounds(query)
        assert np.all(lower <= every)
        assert np.all(every <= upper)
        assert np.max(upper - lower) < 0.1
        some = rng.choice(5_000, 40, replace=False)
        few_lower, few_upper = screen.bounds(query, some)
        assert np.all((few_lower <= every[some]) & (every[some] <= few_upper))


def test_a_cosine_does_not_depend_on_what_else_is_asked_for():
    rng = np.random.default_rng(0)
    vectors = unit(rng, 3_000, 384)
    exact, query = ExactIndex(vectors), unit(rng, 1, 384)[0]
    every = exact.similarity(query, np.arange(3_000, dtype=np.uint32))
    for size in (1, 2, 33, 700):
        some = np.sort(rng.choice(3_000, size, replace=False)).astype(np.uint32)
        assert np.array_equal(exact.similarity(query, some), every[some])


def test_no_profiles_have_no_bounds():
    screen = Screen(np.zeros((0, 8), dtype=np.float32))
    lower, upper = screen.bounds(np.ones(8, dtype=np.float32))
    assert len(lower) == len(upper) == 0
