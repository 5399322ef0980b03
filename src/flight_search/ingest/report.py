"""What a build tells when it is done."""

from dataclasses import dataclass


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
