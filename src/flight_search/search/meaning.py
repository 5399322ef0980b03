"""How well offers fit the soft words of a query.

In: rows that satisfy the hard constraints, and ``preferences``. Out: a value from 0 to 1 per profile among
them. Each distinct profile is scored once, whatever the number of offers that share it. Without a usable
model the search goes on and says so.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.errors import EmbeddingError
from flight_search.embed.port import Embedder
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.weights import LEAST_SPREAD_OF_MEANING

_WEATHER_IN_FULL: Final = (
    (
        re.compile(r"\b(warm\w*|hot|heat|sun|sunny|sunshine|tropic\w*)\b", re.IGNORECASE),
        "tropical and hot, warm sunshine",
    ),
    (re.compile(r"\b(cold|snow\w*|wintry|white christmas)\b", re.IGNORECASE), "cold and snowy"),
)
"""Wishes for a climate, and how the profiles of fitting destinations say it."""


@dataclass(frozen=True)
class Wish:
    """The soft words as a vector; ``degraded`` says why there is none."""

    vector: NDArray[np.float32] | None = None
    degraded: str | None = None


def embed_wish(preferences: str, embedder: Embedder | None, index: SnapshotIndex) -> Wish:
    """Return the vector of the soft words. Never fails."""
    if not preferences:
        return Wish()
    if embedder is None:
        return Wish(degraded="preferences: not considered, because no embedding model is set up")
    manifest = index.snapshot.manifest
    if embedder.identity != manifest.embedding_model:
        return Wish(
            degraded=f"preferences: not considered, because the data was made with the embedding model "
            f"{manifest.embedding_model} and {embedder.identity} is in use"
        )
    try:
        return Wish(vector=embedder.embed_query(spelt_out(preferences)))
    except EmbeddingError as error:
        return Wish(degraded=f"preferences: not considered, because {error.detail}")


def spelt_out(preferences: str) -> str:
    """Return the soft words with what they mean of the weather, in the words of profiles.

    To a sentence model "warm" is as near to "cold and snowy" as to "tropical and hot": both speak of the
    weather. Said in full it is not: "somewhere warm" in February then finds Puerto Rico, not Kansas City.
    """
    meant = [words for wish, words in _WEATHER_IN_FULL if wish.search(preferences)]
    return ": ".join([preferences, *meant])


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
        most, spread = cosines.max(), max(np.ptp(cosines), LEAST_SPREAD_OF_MEANING)
        # Written from the top down, so that the best always has the full value.
        values[profiles] = 1 - (most - cosines) / spread
    return values
