"""The rules that a flight of the traffic files has to pass, and how many each of them leaves out.

A rule has a name, which the report and the snapshot show, and a sentence that says what it stands for. They
are tried in the order in which they stand here; a flight counts under the first that it breaks.
"""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """Why a flight is left out."""

    INCOMPLETE = "incomplete"
    UNREADABLE_TIME = "unreadable_time"
    UNREADABLE_REPEAT = "unreadable_repeat"
    CARGO = "cargo"
    GENERAL_AVIATION = "general_aviation"
    UNKNOWN_AIRPORT = "unknown_airport"
    SAME_AIRPORT = "same_airport"
    NO_FLIGHT_NUMBER = "no_flight_number"
    UNKNOWN_CARRIER = "unknown_carrier"
    IMPOSSIBLE_SPEED = "impossible_speed"
    DUPLICATE = "duplicate"


MEANING = {
    Rule.INCOMPLETE: "no port, time or repeat is given",
    Rule.UNREADABLE_TIME: "a time is no time of day",
    Rule.UNREADABLE_REPEAT: "repeats neither daily nor weekly",
    Rule.CARGO: "carries no passengers",
    Rule.GENERAL_AVIATION: "no airline",
    Rule.UNKNOWN_AIRPORT: "an airport without scheduled flights, or closed",
    Rule.SAME_AIRPORT: "lands where it left",
    Rule.NO_FLIGHT_NUMBER: "its callsign holds no number",
    Rule.UNKNOWN_CARRIER: "no airline of today sells it",
    Rule.IMPOSSIBLE_SPEED: "takes less or more time than the distance allows",
    Rule.DUPLICATE: "the same number leaves the same airport at the same minute",
}


@dataclass(frozen=True)
class CleaningReport:
    """What became of the flights of the source."""

    read: int
    """Flights in the files."""
    kept: int
    """Flights that passed all rules (a daily one counts once)."""
    departures: int
    """Departures a week that they make."""
    left_out: dict[str, int]
    """Flights by the rule that they broke."""
    mended: dict[str, int]
    """Flights of which something was put right: arrival days, airports that moved, carriers by their
    operator."""
    airports: int
    pairs: int
    carriers: int
