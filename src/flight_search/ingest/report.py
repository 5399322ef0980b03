"""What a build tells when it is done."""

from dataclasses import dataclass, field
from typing import Self

from flight_search.catalog.snapshot import Manifest


@dataclass(frozen=True)
class SourceReport:
    """What became of the rows of one source."""

    name: str
    kept: int
    refused: dict[str, int]
    """Rows that are in the quarantine file, by reason."""
    left_out: dict[str, int]
    """Sound rows that are no flight to search, by reason."""
    notes: dict[str, int]
    """What was understood with a reservation, and how many rows it touches."""
    unused: tuple[str, ...]
    """Columns, record types or fields of the source that nothing was made of."""
    quarantine: str
    """Path of the file with the refused rows, empty where there are none."""

    @property
    def read(self) -> int:
        """All rows that were looked at."""
        return self.kept + self.refused_rows + sum(self.left_out.values())

    @property
    def refused_rows(self) -> int:
        """Rows that were refused."""
        return sum(self.refused.values())


@dataclass(frozen=True)
class BuildReport:
    """The outcome of one build."""

    name: str
    """Name of the snapshot that is now current."""
    counts: dict[str, int]
    """Rows per table."""
    dropped: dict[str, int]
    """Rows of the source that were left out, by reason."""
    seconds: float
    bytes: int
    """Size of the snapshot on disk."""
    embedded: int | None = None
    """Profiles that had to be embedded, where the build counts them; the others were known from earlier
    builds.
    """
    sources: tuple[SourceReport, ...] = field(default=())

    @classmethod
    def of(cls, manifest: Manifest, seconds: float) -> Self:
        """Return the outcome of a build that took ``seconds`` and is described by ``manifest``."""
        return cls(
            name=manifest.name,
            counts=manifest.counts,
            dropped=manifest.dropped,
            seconds=seconds,
            bytes=sum(entry.bytes for entry in manifest.files),
        )
