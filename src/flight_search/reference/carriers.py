"""Passenger airlines by IATA code."""

from dataclasses import dataclass
from enum import StrEnum


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
