"""Traffic files to columns.

In: the contents of FlightGear's traffic files. Out: one row per ``<flight>``, texts as they stand there,
and what kind of service and which type flies under each name of an aircraft. A file is a ``<trafficlist>``
of aircraft and
flights::

    <aircraft> <required-aircraft>BAW-320</…> <actype>320</…> <flighttype>gate</…> </aircraft>
    <flight>
      <callsign>BA1306</callsign> <required-aircraft>BAW-320</required-aircraft>
      <departure> <port>EGLL</port> <time>07:45:00</time> </departure>       UTC; ``3/07:45:00`` on one day of
      <arrival>   <port>EGPD</port> <time>09:20:00</time> </arrival>         the week, Sunday being 0
      <repeat>24Hr</repeat>                                                  or ``WEEK``
    </flight>

Which day 0 is, the reading program says: it compares the number with the day of ``tm_wday``.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

import polars as pl

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import STILL_IN_USE

COLUMNS = (
    "callsign",
    "required-aircraft",
    "departure/port",
    "departure/time",
    "arrival/port",
    "arrival/time",
    "repeat",
)
"""Elements of a flight, in the order of the columns of ``Traffic.flights`` after ``file``."""

NAMES = ("file", "callsign", "aircraft", "origin", "departs", "destination", "arrives", "repeat")


@dataclass(frozen=True)
class Traffic:
    """All flights as they stand in the files, and the aircraft that fly them."""

    flights: pl.DataFrame
    """Columns ``NAMES``, all text; empty where a file says nothing."""
    aircraft: dict[str, tuple[str, str]]
    """Name of an aircraft (``BAW-320``) → its type (``320``) and kind of service (``gate``, ``cargo``,
    ``ga``)."""


def read_traffic(files: Mapping[str, bytes], progress: Progress) -> Traffic:
    """Return what the files say. Raises SourceError for a file that is no XML."""
    progress.start("Reading flights", total=len(files), unit="files")
    rows: list[tuple[str, ...]] = []
    kinds: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for name, content in files.items():
        reader = _Reader(name.removesuffix(".xml"), rows, kinds)
        try:
            reader.read(content)
        except (expat.ExpatError, ValueError) as error:
            raise SourceError(
                f"{name} is no readable traffic file ({str(error)[:100]}).",
                remedy=f"Get the package anew, or take the file out of the folder. {STILL_IN_USE}",
            ) from error
        progress.advance()
    progress.finish()
    flights = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    # Some names stand for aircraft of two sorts. The more frequent sort is meant.
    return Traffic(flights, {name: counts.most_common(1)[0][0] for name, counts in kinds.items()})


class _Reader:
    """Collects the flights and aircraft of one file while it is parsed."""

    def __init__(
        self, file: str, rows: list[tuple[str, ...]], kinds: dict[str, Counter[tuple[str, str]]]
    ) -> None:
        self._file = file
        self._rows = rows
        self._kinds = kinds
        self._path: list[str] = []
        self._texts: dict[str, str] = {}
        self._text: list[str] = []

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = self._refuse
        parser.Parse(content, True)  # noqa: FBT003  it takes no names

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name in ("flight", "aircraft"):
            # Some files forget to close an element; the next one of its sort begins anew.
            self._path.clear()
            self._texts.clear()
        else:
            self._path.append(name)
        self._text.clear()

    def _end(self, name: str) -> None:
        if name == "flight":
            self._rows.append((self._file, *(self._texts.get(column, "") for column in COLUMNS)))
        elif name == "aircraft":
            known = self._texts.get("actype", ""), self._texts.get("flighttype", "")
            self._kinds[self._texts.get("required-aircraft", "")][known] += 1
        elif self._path:
            self._texts["/".join(self._path)] = "".join(self._text).strip()
            self._path.pop()
        self._text.clear()

    def _refuse(self, *_declared: object) -> None:
        # An entity can stand for a gigabyte of text. No timetable needs one.
        raise ValueError("it declares entities")
