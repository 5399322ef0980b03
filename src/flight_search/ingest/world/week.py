"""One week of the world's flights, as columns: what the rules leave, and what connections are made of."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.aircraft import AircraftType
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier

WEEK_MINUTES: Final = 7 * 1440


@dataclass(frozen=True)
class Week:
    """Departures of one week, one row each, sorted by origin, minute, destination, carrier and number.

    The week begins on Sunday 00:00 UTC, as the source's does, and repeats itself. Codes are rows of the
    small tables, which are sorted by code.
    """

    airports: tuple[Airport, ...]
    carriers: tuple[Carrier, ...]
    types: tuple[AircraftType, ...]
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    departs: NDArray[np.int32]
    """UTC minute of the week, 0 to 10,079."""
    minutes: NDArray[np.int32]
    """From gate to gate."""
    km: NDArray[np.float32]
    """Great circle."""
    seller: NDArray[np.int32]
    operator: NDArray[np.int32]
    number: NDArray[np.int32]
    suffix: NDArray[np.uint8]
    """ASCII code of the number's letter, 0 for none."""
    aircraft: NDArray[np.int32]
    """Row of ``types``, -1 where not known."""

    def __len__(self) -> int:
        """Return the number of departures."""
        return len(self.origin)

    def take(self, rows: NDArray[Any]) -> "Week":
        """Return the departures of the given rows; the small tables stay."""
        return replace(self, **{name: getattr(self, name)[rows] for name in LEG_COLUMNS})


LEG_COLUMNS: Final = (
    "origin",
    "destination",
    "departs",
    "minutes",
    "km",
    "seller",
    "operator",
    "number",
    "suffix",
    "aircraft",
)
