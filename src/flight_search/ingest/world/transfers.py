"""How long a change of flights takes at least, by airport.

In: the airports of the week and how many departures each has. Out: ``TransferTimes``, minutes between an
arrival and the next departure. Four things decide:

* **How large the airport is**, because walks and queues grow with it (``_BY_SIZE``).
* **Whether a border is crossed.** A change is *domestic* where both flights stay in one country, or in the
  Schengen area, whose members check nobody between themselves.
* **Where the border is.** The United States and Canada let nobody pass in transit: who arrives from abroad
  enters the country, collects the bags and drops them again (``_ENTRY``).
* **Tickets.** On separate tickets the bags are collected and checked in, and check-in closes before
  departure (``SEPARATE_MORE``).

The airports that people know for quick or slow changes have times of their own in
``data/transfer_times.csv``, kept by hand after the times that airlines publish; elsewhere the rules above
are assumptions in the usual range.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.world.week import Week

_BY_SIZE: Final = ((0, 30, 45), (350, 40, 60), (1_400, 45, 65), (3_500, 50, 75))
"""From so many departures a week on: minutes of a domestic and of any other change."""
_ENTRY: Final = {"US": 25, "CA": 15}
"""Added to changes across the border."""
SEPARATE_MORE: Final = (60, 90)
"""Added on separate tickets, to a domestic and to any other change."""
_SCHENGEN: Final = frozenset(
    "AT BE BG CH CZ DE DK EE ES FI FR GR HR HU IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905  short to read
)
"""Members as of 2025."""


@dataclass(frozen=True)
class TransferTimes:
    """Minutes by row of the airport."""

    domestic: NDArray[np.int32]
    other: NDArray[np.int32]
    area: NDArray[np.int32]
    """Airports of one area have no border between them."""

    @property
    def least(self) -> NDArray[np.int32]:
        """The shortest change that each airport allows at all."""
        return np.minimum(self.domestic, self.other)


def transfer_times(week: Week) -> TransferTimes:
    """Return the times of the airports of a week."""
    departures = np.bincount(week.origin, minlength=len(week.airports))
    bounds, domestic, other = (np.array(column) for column in zip(*_BY_SIZE, strict=True))
    size = np.searchsorted(bounds, departures, side="right") - 1
    countries = [airport.country for airport in week.airports]
    entry = np.array([_ENTRY.get(country, 0) for country in countries])
    areas = ["Schengen" if country in _SCHENGEN else country for country in countries]
    times = TransferTimes(
        domestic=domestic[size].astype(np.int32),
        other=(other[size] + entry).astype(np.int32),
        area=np.unique(areas, return_inverse=True)[1].astype(np.int32),
    )
    row = {airport.iata: number for number, airport in enumerate(week.airports)}
    for known in _known_airports():
        if known["iata"] in row:
            times.domestic[row[known["iata"]]] = int(known["domestic"])
            times.other[row[known["iata"]]] = int(known["other"])
    return times


def _known_airports() -> list[dict[str, str]]:
    text = files("flight_search.ingest.world").joinpath("data", "transfer_times.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
