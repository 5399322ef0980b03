"""Vector questions with exact answers: asked of a snapshot when it is backed up, and again when it is back.

Checksums prove that the bytes are the same; these prove that what is made of them answers the same.
"""

from typing import Final

import numpy as np

from flight_search.catalog.snapshot import Snapshot
from flight_search.operate.contents import Probe
from flight_search.vectors.exact import ExactIndex

PROBES: Final = 16
NEAREST: Final = 10
TOLERANCE: Final = 1e-5
"""Sums of some hundred float32 products, added in another order by another processor, differ by less."""


def ask(snapshot: Snapshot) -> tuple[Probe, ...]:
    """Return profiles spread over the snapshot, each with those nearest to it."""
    profiles = len(snapshot.vectors)
    index = ExactIndex(snapshot.vectors)
    found = []
    for row in np.unique(np.linspace(0, profiles - 1, min(PROBES, profiles), dtype=np.int64)):
        nearest, cosines = index.nearest(snapshot.vectors[row], NEAREST)
        answer = tuple(map(int, nearest)), tuple(map(float, cosines))
        found.append(Probe(profile=int(row), nearest=answer[0], cosines=answer[1]))
    return tuple(found)


def differences(snapshot: Snapshot, probes: tuple[Probe, ...]) -> list[str]:
    """Return which questions a snapshot answers otherwise than it did when it was backed up."""
    index = ExactIndex(snapshot.vectors)
    problems = []
    for probe in probes:
        if not _fits(probe, len(snapshot.vectors)):
            problems.append(f"profile {probe.profile} or one near it is not in the snapshot")
            continue
        # The same profiles in whatever order ties put them: each has the cosine it had, and none is nearer.
        here = index.similarity(snapshot.vectors[probe.profile], np.asarray(probe.nearest, dtype=np.uint32))
        _, best = index.nearest(snapshot.vectors[probe.profile], len(probe.nearest))
        told = np.asarray(probe.cosines, dtype=np.float32)
        if not (np.allclose(here, told, atol=TOLERANCE) and np.allclose(best, told, atol=TOLERANCE)):
            problems.append(f"the profiles nearest to profile {probe.profile} are others")
    return problems


def _fits(probe: Probe, profiles: int) -> bool:
    rows = (probe.profile, *probe.nearest)
    return len(probe.nearest) == len(probe.cosines) and all(0 <= row < profiles for row in rows)
