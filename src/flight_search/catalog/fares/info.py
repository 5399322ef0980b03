"""The fares in effect as users are told of them."""

import numpy as np

from flight_search.catalog.snapshot import Snapshot
from flight_search.domain.result import FaresInfo


def fares_info(snapshot: Snapshot) -> FaresInfo | None:
    """Return what ``GET /v1/snapshot`` tells of the fares laid over a snapshot; None where there are none."""
    if snapshot.overlay is None:
        return None
    manifest = snapshot.overlay.manifest
    return FaresInfo(
        name=manifest.name,
        applied_at=manifest.applied_at,
        offers=snapshot.fares_in_effect,
        sold_out=0 if snapshot.sold_out is None else int(np.count_nonzero(snapshot.sold_out)),
    )
