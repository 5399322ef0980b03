"""What every store of profile vectors must do. A new one joins by an entry in ``STORES``.

Those in a database are filled and checked first; afterwards they must not have fallen back on the snapshot.
"""

import importlib.util
import itertools
import shutil
import time

import numpy as np
import pytest
from tests.vector_databases import ChromaProcess, FakeDatabase, QdrantProcess

from flight_search.vectors.chroma import open_chroma
from flight_search.vectors.collection import Loader, Profiles
from flight_search.vectors.database import Hnsw
from flight_search.vectors.exact import ExactIndex
from flight_search.vectors.guarded import DatabaseIndex
from flight_search.vectors.settings import VectorSettings

STORES = ("exact", "fake", "chroma-embedded", "chroma-server", "qdrant-embedded", "qdrant-server")

TOLERANCE = 1e-5
"""Single precision; sums of a few hundred products in any order."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """Open a database of a kind once for all tests of this module."""
    opened, processes = {}, []

    def database(kind: str):
        if kind not in opened:
            opened[kind] = _open(kind, tmp_path_factory.mktemp(kind), processes)
        return opened[kind]

    yield database
    for one in opened.values():
        one.close()
    for process in processes:
        process.kill()


def _open(kind, folder, processes):
    if kind == "fake":
        return FakeDatabase()
    if kind.startswith("qdrant"):
        if importlib.util.find_spec("qdrant_client") is None:
            pytest.skip("qdrant-client is not installed (pip install 'flight-search[qdrant]')")
        from flight_search.vectors.qdrant import open_qdrant

        if kind == "qdrant-embedded":
            return open_qdrant(VectorSettings(vectors=kind), folder)
        if shutil.which("qdrant") is None:
            pytest.skip("there is no program `qdrant` on the PATH")
        process = QdrantProcess(folder)
        processes.append(process)
        process.start()
        settings = VectorSettings(
            vectors="qdrant", vectors_url=process.url, vectors_timeout_s=30, vectors_shards=2
        )
        return open_qdrant(settings, None)
    if importlib.util.find_spec("chromadb") is None:
        pytest.skip("chromadb is not installed (pip install 'flight-search[chroma]')")
    if kind == "chroma-embedded":
        from flight_search.vectors.chroma_embedded import open_embedded_chroma

        return open_embedded_chroma(folder)
    process = ChromaProcess(folder)
    processes.append(process)
    process.start()
    return open_chroma(process.url, token=None, timeout_s=30, load_timeout_s=60, attempts=2, connections=4)


@pytest.fixture(params=STORES)
def make_index(request, databases):
    if request.param == "exact":
        yield ExactIndex
        return
    database, made, numbers = databases(request.param), [], itertools.count()

    def make(vectors: np.ndarray) -> DatabaseIndex:
        name = f"{request.node.name.encode().hex()[:100]}-{next(numbers)}"
        loader = Loader(database, prefix="test", hnsw=Hnsw(), new_token=lambda: "aside", clock=time.time)
        made.append(
            DatabaseIndex(
                Profiles(name, "print", "model", vectors, [f"text {row}" for row in range(len(vectors))]),
                database,
                loader,
                background=lambda work: work(),
                clock=time.monotonic,
                pause_s=60,
                most_by_id=1_000,
            )
        )
        assert made[-1].problem is None
        return made[-1]

    yield make
    assert [index.problem for index in made] == [None] * len(made)


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


def test_scores_and_order_are_those_of_memory_to_the_last_bit(make_index):
    vectors = unit_vectors(700, seed=5)
    index, exact = make_index(vectors), ExactIndex(vectors)
    rows = np.random.default_rng(6).permutation(700)[:200].astype(np.uint32)
    for seed in range(5):
        query = unit_vectors(1, seed=100 + seed)[0]
        assert np.array_equal(index.similarity(query, rows), exact.similarity(query, rows))
        for mine, true in zip(index.nearest(query, 20), exact.nearest(query, 20), strict=True):
            assert np.array_equal(mine, true)
