"""Which format a file is in: by how it begins, because names of files say little.

In: a path. Out: the name of a format, or nothing where it is a table that needs a mapping.
"""

import re
from pathlib import Path
from typing import Final, Literal, TypeAlias

from flight_search.domain.progress import Progress
from flight_search.ingest.sources.amadeus import Amadeus
from flight_search.ingest.sources.duffel import Duffel
from flight_search.ingest.sources.files import open_source
from flight_search.ingest.sources.presets import BtsOnTime, OpenFlightsRoutes
from flight_search.ingest.sources.rows import Source
from flight_search.ingest.sources.ssim import HEADER, Ssim

KnownFormat: TypeAlias = Literal["ssim", "duffel", "amadeus", "bts", "openflights"]
Format: TypeAlias = Literal["auto", "table", "ssim", "duffel", "amadeus", "bts", "openflights"]

TITLES: Final[dict[KnownFormat, str]] = {
    "ssim": "IATA SSIM chapter 7 schedule",
    "duffel": "Duffel offers",
    "amadeus": "Amadeus flight offers",
    "bts": "BTS on-time records",
    "openflights": "OpenFlights routes",
}

_SAMPLE_BYTES: Final = 65_536
_ROUTE = re.compile(
    r"^[A-Z0-9]{2,3},(\d+|\\N),[A-Z]{3,4},(\d+|\\N),[A-Z]{3,4},(\d+|\\N),Y?,\d,", re.MULTILINE
)


def detect_format(path: Path) -> KnownFormat | None:
    """Return the format that a file is known to be in, None for other tables. Raises SourceError."""
    with open_source(path) as opened:
        start = opened.stream.read(_SAMPLE_BYTES).decode("utf-8", errors="replace").lstrip("\ufeff \r\n")
    if start.startswith(HEADER):
        return "ssim"
    if start.startswith(("{", "[")):
        if '"itineraries"' in start and '"travelerPricings"' in start:
            return "amadeus"
        return "duffel" if '"slices"' in start and '"total_amount"' in start else None
    head = start.split("\n", 1)[0].upper()
    if re.search(r"\bFL_?(IGHT)?DATE\b", head) and re.search(r"\bCRS_?DEP_?TIME\b", head):
        return "bts"
    return "openflights" if _ROUTE.match(start) else None


def open_format(kind: KnownFormat, name: str, path: Path, progress: Progress) -> Source:
    """Return the source of a file in a known format."""
    match kind:
        case "ssim":
            return Ssim(name, path, progress)
        case "duffel":
            return Duffel(name, path, progress)
        case "amadeus":
            return Amadeus(name, path, progress)
        case "bts":
            return BtsOnTime(name, path, progress)
        case "openflights":
            return OpenFlightsRoutes(name, path, progress)
