"""How well offers fit the soft words of a query.

In: rows that satisfy the hard constraints, and ``preferences``. Out: a value from 0 to 1 per profile among
them. Each distinct profile is scored once, whatever the number of offers that share it. Without a usable
model the search goes on and says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.errors import EmbeddingError
from flight_search.embed.port import Embedder
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.weights import LEAST_SPREAD_OF_MEANING
from flight_search.search.wishes import NO_WISHES, Wishes, read_wishes


@dataclass(frozen=True)
class Wish:
    """The soft words: what of them speaks of a feature, the rest as a vector; ``degraded`` says why none."""

    vector: NDArray[np.float32] | None = None
    degraded: str | None = None
    features: Wishes = NO_WISHES


def embed_wish(preferences: str, embedder: Embedder | None, index: SnapshotIndex) -> Wish:
    """Return what the soft words wish, with the vector of those that no feature speaks of. Never fails."""
    features = read_wishes(preferences) if preferences else NO_WISHES
    if not features.rest:
        return Wish(features=features)
    part = " in full" if features.raised else ""
    left_out = f"preferences: “{preferences}” is not considered{part}, because"
    if embedder is None:
        return Wish(degraded=f"{left_out} no embedding model is set up", features=features)
    manifest = index.snapshot.manifest
    if embedder.identity != manifest.embedding_model:
        return Wish(
            degraded=f"{left_out} the data was made with the embedding model "
            f"{manifest.embedding_model} and {embedder.identity} is in use",
            features=features,
        )
    try:
        return Wish(vector=embedder.embed_query(features.rest), features=features)
    except EmbeddingError as error:
        return Wish(degraded=f"{left_out} {error.detail}", features=features)


def meaning_by_profile(index: SnapshotIndex, rows: Rows, wish: Wish) -> NDArray[np.float32] | None:
    """Return a value per profile of the snapshot, set for those among the rows: the least like 0, the most 1.

    None where there is no wish.
    """
    if wish.vector is None:
        return None
    occurs = np.zeros(len(index.snapshot.vectors), dtype=bool)
    occurs[index.snapshot.offers.profile[rows]] = True
    profiles = np.flatnonzero(occurs).astype(np.uint32)
    values = np.zeros(len(occurs), dtype=np.float32)
    if len(profiles):
        cosines = index.profiles.similarity(wish.vector, profiles)
        most = cosines.max()
        values[profiles] = fit_of_cosines(cosines, most, spread_of(most, cosines.min()))
    return values


def vectors_degraded(index: SnapshotIndex, wish: Wish) -> tuple[str, ...]:
    """Return what the comparison of meanings had to do without, for ``degraded``."""
    problem = index.profiles.problem if wish.vector is not None else None
    return (f"vector_db: {problem}",) if problem else ()


def spread_of(most: np.float32, least: np.float32) -> np.float32:
    """Return the range of cosines that is stretched to values from 0 to 1."""
    return max(most - least, np.float32(LEAST_SPREAD_OF_MEANING))


def fit_of_cosines(cosines: NDArray[np.float32], most: np.float32, spread: np.float32) -> NDArray[np.float32]:
    """Return the values of cosines, written from the top down, so that the best has all of it."""
    return np.asarray(1 - (most - cosines) / spread, dtype=np.float32)
