"""An open snapshot: what the search reads.

Pure data; ``store`` opens it from disk, tests build it in memory.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, Field

from flight_search.catalog.fares.overlay import Overlay
from flight_search.catalog.schema import F32, Aircraft, Airports, Carriers, Offers, Profiles, Routes, Segments
from flight_search.domain.query import Contract, CurrencyCode
from flight_search.domain.result import SourceInfo


class FileEntry(Contract):
    """One file of the snapshot."""

    name: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9]+$", max_length=100)
    bytes: int
    sha256: str


class Manifest(Contract):
    """What a snapshot holds and what it was made of. Written last; without it a folder is no snapshot."""

    schema_version: int
    name: str
    built_at: AwareDatetime
    currency: CurrencyCode
    counts: dict[str, int]
    """Rows per table."""
    dropped: dict[str, int] = Field(default_factory=dict)
    """Rows of the sources that were left out, by reason."""
    refused: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Those of them that were refused and put into the quarantine file, by source and reason."""
    recipe: str = ""
    """Digest of all that the snapshot was made from, where the build knows it: equal recipes, equal
    snapshots.
    """
    first_day: str
    last_day: str
    """Local departure days, ISO 8601, both included."""
    embedding_model: str
    """Identity of the model that made the vectors; a query must be embedded by the same."""
    dimensions: int
    exchange_rates: dict[str, float] = Field(default_factory=dict)
    """Units of that currency for one unit of ``currency``, on ``exchange_rates_date`` (by the ECB)."""
    exchange_rates_date: str = ""
    sources: tuple[SourceInfo, ...]
    files: tuple[FileEntry, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """All tables of one snapshot. Arrays are read-only views into memory-mapped files."""

    manifest: Manifest
    offers: Offers
    segments: Segments
    routes: Routes
    airports: Airports
    carriers: Carriers
    aircraft: Aircraft
    profiles: Profiles
    vectors: F32
    overlay: Overlay | None = None
    """Fares that were applied since the build. They are in effect only after ``fares.lay_over``."""
    fares_problem: str | None = None
    """Why the fares that were applied last are not those of ``overlay``; None if they are."""
    fares_in_effect: int = 0
    """How many offers have a price or a mark of the overlay."""
    sold_out: NDArray[np.bool_] | None = None
    """Whether each offer is not to be had, by row; None where all are. Every search leaves these out."""

    @cached_property
    def identity(self) -> str:
        """What differs between any two states of the data: digests of the contents, not names alone."""
        fares = self.overlay.manifest.model_dump_json() if self.overlay else ""
        told = f"{self.manifest.model_dump_json()}\n{fares}\n{self.fares_problem or ''}"
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    @property
    def fares_name(self) -> str:
        """The version of the fares, empty where the prices are those of the build."""
        return self.overlay.manifest.name if self.overlay else ""

    @property
    def as_of(self) -> dt.datetime:
        """When what is searched was last changed: the build, or the fares applied after it."""
        built_at = self.manifest.built_at
        return max(built_at, self.overlay.manifest.applied_at) if self.overlay else built_at
