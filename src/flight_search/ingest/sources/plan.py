"""Files that a person names → sources of a build: which format, which mapping, what they are called.

In: paths, and the format or mapping where it is said. Out: a ``PlannedSource`` whose fingerprint is the
contents of all that it is read from.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from flight_search.domain.errors import InvalidRequestError, SourceError
from flight_search.domain.progress import Progress
from flight_search.domain.result import SourceInfo
from flight_search.ingest.sources.build import PlannedSource
from flight_search.ingest.sources.formats import TITLES, KnownFormat, open_format
from flight_search.ingest.sources.mapping import Mapping
from flight_search.ingest.sources.own_files import OwnFiles
from flight_search.reference.carriers import Alliance, Carrier

MAPPING_SUFFIX = ".toml"


def plan_own_files(paths: Sequence[Path], mapping: Mapping, progress: Progress) -> PlannedSource:
    """Return the source of files that one mapping describes. Raises SourceError."""
    contents = fingerprint(paths, progress)
    said = hashlib.sha256(mapping.model_dump_json().encode()).hexdigest()
    return PlannedSource(
        source=OwnFiles(mapping, tuple(paths), progress),
        info=SourceInfo(
            name=mapping.source.name,
            title=mapping.source.title,
            licence=mapping.source.licence,
            data_date=mapping.source.data_date,
            sha256=contents,
            note=f"{len(paths)} file{'s' if len(paths) > 1 else ''}: "
            + ", ".join(path.name for path in paths[:5]),
        ),
        fingerprint=f"{contents} {said}",
        carriers=own_carriers(mapping),
    )


def plan_known_format(path: Path, kind: KnownFormat, name: str, progress: Progress) -> PlannedSource:
    """Return the source of a file in a known format. Raises SourceError."""
    contents = fingerprint([path], progress)
    modified = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    return PlannedSource(
        source=open_format(kind, name, path, progress),
        info=SourceInfo(
            name=name,
            title=f"{TITLES[kind]}: {path.name}",
            licence="that of the file",
            data_date=modified.isoformat(),
            sha256=contents,
        ),
        fingerprint=f"{contents} {kind}",
    )


def source_name(path: Path) -> str:
    """Return a name for the source of a file: ``LH Summer.ssim.gz`` -> ``lh-summer``."""
    return re.sub(r"[^a-z0-9_-]+", "-", path.name.split(".")[0].lower()).strip("-_")[:40] or "own"


def mapping_beside(path: Path) -> Path:
    """Return the mapping beside a file: flights.toml for flights.csv.gz. Raises InvalidRequestError."""
    beside = path.with_name(path.name.split(".")[0] + MAPPING_SUFFIX)
    if not beside.exists():
        raise InvalidRequestError(
            f"Nothing says what the columns of {path.name} mean.",
            remedy=f"Propose one with `flight-search ingest inspect {path} --write {beside}`, check it, and "
            "run this command again. Other formats than tables are named with --format.",
        )
    return beside


def own_carriers(mapping: Mapping) -> dict[str, Carrier]:
    """Return the carriers that a mapping adds, by IATA code."""
    return {
        code: Carrier(
            iata=code,
            icao="",
            name=carrier.name,
            country="",
            kind=carrier.kind,
            alliance=Alliance(carrier.alliance) if carrier.alliance else None,
            aliases=(carrier.name.casefold(),),
        )
        for code, carrier in mapping.carriers.items()
    }


def fingerprint(paths: Sequence[Path], progress: Progress) -> str:
    """Return the SHA-256 of the contents of files, in their order. Raises SourceError."""
    digest = hashlib.sha256()
    try:
        size = sum(path.stat().st_size for path in paths)
        progress.start("Looking whether files changed", size, "B")
        for path in paths:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
                    progress.advance(len(block))
            digest.update(b"\0")
    except OSError as error:
        raise SourceError(
            f"{error.filename} cannot be read: {error.strerror}.",
            remedy="Check the path and the rights of this user.",
        ) from error
    progress.finish()
    return digest.hexdigest()
