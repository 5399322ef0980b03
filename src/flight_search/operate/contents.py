"""What an archive and a backup say of themselves."""

from typing import Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from flight_search.catalog.versions import NAME_PATTERN
from flight_search.domain.query import Contract

ARCHIVE_FORMAT: Final = 1
"""Of the folder of an archive; another number is refused."""

_VERSION: Final = NAME_PATTERN.removeprefix("^").removesuffix("$")
PATH_PATTERN: Final = rf"^(snapshots|fares/versions)/{_VERSION}/[a-z0-9_]{{1,60}}\.[a-z0-9]{{1,10}}$"
"""Of a file in the data folder. Nothing else is ever written on a restore, whatever a manifest says."""

_DIGEST: Final = r"^[0-9a-f]{64}$"


class ArchiveHeader(Contract):
    """What tells that a folder is an archive of ours: ``archive.json``."""

    kind: Literal["flight-search archive"] = "flight-search archive"
    format: int = ARCHIVE_FORMAT
    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    created_at: AwareDatetime
    salt: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")
    """Of the passphrase; empty where nothing is encrypted."""
    key_check: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


class BackedUpFile(Contract):
    """One file of the data folder."""

    path: str = Field(pattern=PATH_PATTERN)
    size: int = Field(ge=0)
    """In bytes."""
    sha256: str = Field(pattern=_DIGEST)
    content: str = Field(pattern=_DIGEST)
    """Name of the sealed file in the archive; equal contents have equal names."""


class Probe(Contract):
    """One vector question and its exact answer: the nearest profiles of a profile of the snapshot."""

    profile: int = Field(ge=0)
    nearest: tuple[int, ...]
    cosines: tuple[float, ...]


class BackupManifest(Contract):
    """What one backup holds. Written last; without it there is no backup."""

    archive_id: str
    name: str = Field(pattern=NAME_PATTERN)
    created_at: AwareDatetime
    as_of: AwareDatetime
    """When the data in it last changed: what came later is not in it."""
    snapshot: str = Field(pattern=NAME_PATTERN)
    """The one in use."""
    fares: str | None = Field(default=None, pattern=NAME_PATTERN)
    """The version in use."""
    offers: int
    files: tuple[BackedUpFile, ...]
    probes: tuple[Probe, ...] = ()
    left_out: tuple[str, ...] = ()
    """Snapshots and fares that were damaged and are not in it, each with the reason."""

    @model_validator(mode="after")
    def _holds_what_it_points_to(self) -> Self:
        paths = [file.path for file in self.files]
        if len(set(paths)) != len(paths):
            raise ValueError("a file is listed twice")
        if f"snapshots/{self.snapshot}" not in self.folders():
            raise ValueError("the snapshot in use is not in it")
        if self.fares and f"fares/versions/{self.fares}" not in self.folders():
            raise ValueError("the fares in use are not in it")
        return self

    def folders(self) -> set[str]:
        """Return the folders of its snapshots and fares."""
        return {file.path.rpartition("/")[0] for file in self.files}

    @property
    def size(self) -> int:
        """Bytes of the files before compression."""
        return sum(file.size for file in self.files)
