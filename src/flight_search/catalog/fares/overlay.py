"""The prices in effect besides those of the build: what one version of them holds.

Pure data; ``store`` opens it from disk, tests build it in memory. A version is the whole state: who has it
needs no older one.
"""

from dataclasses import dataclass
from typing import Final

from pydantic import AwareDatetime, Field

from flight_search.catalog.schema import I8, I32, I64, U8, U32, U64
from flight_search.domain.query import Contract, CurrencyCode

FARES_SCHEMA_VERSION: Final = 1

NO_ROW: Final = 0xFFFF_FFFF
"""In ``row``: the snapshot of ``FareManifest.snapshot`` does not know the offer."""

OWN_PRICE: Final = -1
"""In ``price``: the price of the build stays."""


@dataclass(frozen=True)
class Fares:
    """One row per offer whose price or availability is not that of the build, ascending by key."""

    key: U64
    """As ``Offers.key``, each once: it survives rebuilds, so the fares do."""
    row: U32
    """Row of the offer in the snapshot that the manifest names, NO_ROW where it has none. With it a million
    prices are laid over in milliseconds; on any other snapshot the keys are looked up."""
    price: I32
    """Minor units of the manifest's currency, one adult; OWN_PRICE."""
    basis: U8
    """Index into BASES, ``fare`` or ``estimate``; without meaning beside OWN_PRICE."""
    seats: I8
    """Seats left at this price (up to 127); UNKNOWN: as the build says."""
    sold_out: U8
    """1: not to be had."""
    quoted_at: I64
    """When this was said, in seconds since 1970-01-01T00:00Z."""


class FareManifest(Contract):
    """What a version holds and where it came from."""

    schema_version: int = FARES_SCHEMA_VERSION
    name: str
    applied_at: AwareDatetime
    currency: CurrencyCode
    snapshot: str
    """The snapshot that ``Fares.row`` counts in."""
    source: str = Field(max_length=300)
    """What was applied: the name of a file."""
    changed: int
    """Offers that this version says something new about."""
    offers: int
    """Offers that it says anything about: its rows."""
    sold_out: int
    previous: str | None = None
    """The version that was in use before: where ``undo`` goes."""
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Overlay:
    """One version, open."""

    manifest: FareManifest
    fares: Fares
