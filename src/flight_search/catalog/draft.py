"""What a build hands over to become a snapshot, and the same in memory as a search reads it."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from flight_search.catalog.schema import (
    F32,
    SCHEMA_VERSION,
    TABLES,
    Aircraft,
    Airports,
    Carriers,
    Offers,
    Profiles,
    Routes,
    Segments,
)
from flight_search.catalog.snapshot import FileEntry, Manifest, Snapshot
from flight_search.catalog.tables import Table, row_count, table_bytes
from flight_search.domain.result import SourceInfo

_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Draft:
    """All tables of a snapshot that is to be, and what its manifest tells of them."""

    offers: Offers
    segments: Segments
    routes: Routes
    airports: Airports
    carriers: Carriers
    aircraft: Aircraft
    profiles: Profiles
    vectors: F32
    currency: str
    embedding_model: str
    sources: tuple[SourceInfo, ...]
    dropped: dict[str, int] = field(default_factory=dict)
    refused: dict[str, dict[str, int]] = field(default_factory=dict)
    recipe: str = ""
    exchange_rates: dict[str, float] = field(default_factory=dict)
    exchange_rates_date: str = ""

    def tables(self) -> dict[str, Table]:
        """Return file name (without ``.arrow``) → table."""
        return {name: getattr(self, name) for name in TABLES}

    def needed_bytes(self) -> int:
        """Return about how much room the files take."""
        return self.vectors.nbytes + sum(table_bytes(table) for table in self.tables().values())

    def manifest(self, name: str, built_at: dt.datetime, files: tuple[FileEntry, ...] = ()) -> Manifest:
        """Return the manifest of this draft as a snapshot named ``name``."""
        days = self.offers.departure_day
        return Manifest(
            schema_version=SCHEMA_VERSION,
            name=name,
            built_at=built_at,
            currency=self.currency,
            counts={table: row_count(rows) for table, rows in self.tables().items()},
            dropped=self.dropped,
            refused=self.refused,
            recipe=self.recipe,
            first_day=_iso_day(int(np.min(days))) if len(days) else "",
            last_day=_iso_day(int(np.max(days))) if len(days) else "",
            embedding_model=self.embedding_model,
            dimensions=self.vectors.shape[1],
            exchange_rates=self.exchange_rates,
            exchange_rates_date=self.exchange_rates_date,
            sources=self.sources,
            files=files,
        )

    def in_memory(self, name: str, built_at: dt.datetime) -> Snapshot:
        """Return the snapshot without files, for a search that needs none."""
        return Snapshot(
            manifest=self.manifest(name, built_at),
            offers=self.offers,
            segments=self.segments,
            routes=self.routes,
            airports=self.airports,
            carriers=self.carriers,
            aircraft=self.aircraft,
            profiles=self.profiles,
            vectors=self.vectors,
        )


def _iso_day(day: int) -> str:
    return (_EPOCH + dt.timedelta(days=day)).isoformat()
