"""A version of the fares as users are told of it."""

from flight_search.catalog.fares.overlay import FareManifest
from flight_search.domain.result import FaresInfo


def fares_info(manifest: FareManifest) -> FaresInfo:
    """Return what ``GET /v1/snapshot`` tells of the fares in effect."""
    return FaresInfo(
        name=manifest.name,
        applied_at=manifest.applied_at,
        offers=manifest.offers,
        sold_out=manifest.sold_out,
    )
