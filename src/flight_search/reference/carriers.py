"""Passenger airlines by IATA code.

In: ``data/carriers.csv``, kept by hand: airlines that fly today, and those of the past whose names are still
said. A code that was given away belongs to its present owner, whose aliases then carry the old name as well
("twa" finds TW). Alliances as of 2026.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from flight_search.reference.tables import read_table


class CarrierKind(StrEnum):
    """What sort of airline it is."""

    FULL_SERVICE = "full_service"
    LOW_COST = "low_cost"
    REGIONAL = "regional"
    LEISURE = "leisure"


class Alliance(StrEnum):
    """The three global alliances."""

    STAR = "star"
    ONEWORLD = "oneworld"
    SKYTEAM = "skyteam"


@dataclass(frozen=True, slots=True)
class Carrier:
    """One airline."""

    iata: str
    icao: str
    name: str
    country: str
    kind: CarrierKind
    alliance: Alliance | None
    aliases: tuple[str, ...] = ()
    """Other names that people say, lower case."""


@cache
def load_carriers() -> dict[str, Carrier]:
    """Return the carriers by IATA code, in the order of the codes. Treat the answer as read-only.

    Kept after the first call: the table is packaged, so it is the same every time.
    """
    return {row["iata"]: _carrier(row) for row in read_table("carriers.csv")}


def _carrier(row: dict[str, str]) -> Carrier:
    return Carrier(
        iata=row["iata"],
        icao=row["icao"],
        name=row["name"],
        country=row["country"],
        kind=CarrierKind(row["kind"]),
        alliance=Alliance(row["alliance"]) if row["alliance"] else None,
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
    )
