"""Callsigns to who sells a flight, who flies it and under which number.

In: the file that a flight stands in (files are named after the operator's ICAO code) and its callsign. Out:
carriers
by IATA code, the number and its letter. Callsigns come in three sorts::

    BA1306           the code under which the seats are sold, and the number
    Skywest DL3741   the operator's name on the radio, then the same
    AMERICAN 2707    a name on the radio alone: sold by the operator itself

A code that is no carrier's is a part of another way of writing, so the operator sells the flight then.
Operators that the table of carriers does not know (parts of larger airlines, names of the past) are in
``data/operators.csv``, each with the reason; whoever is in neither is an airline that sells no seats today,
and its flights are left out.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from flight_search.reference.carriers import Carrier

_CODE_AND_NUMBER = re.compile(r"^(?:.*[\s_])?([A-Z][A-Z0-9]|[0-9][A-Z])(\d{1,4})([A-Z]?)$")
_NUMBER = re.compile(r"(\d{1,4})([A-Z]?)\)?$")


@dataclass(frozen=True, slots=True)
class FlightName:
    """Who sells a flight, who flies it, under which number."""

    seller: str
    operator: str
    number: int
    suffix: str


class Callsigns:
    """Reads callsigns with the carriers of today."""

    def __init__(self, carriers: Mapping[str, Carrier]) -> None:
        """Take the carriers by IATA code."""
        self._carriers = carriers
        known = {carrier.icao: (code, code) for code, carrier in carriers.items() if carrier.icao}
        self._operators = {**_other_operators(), **known}

    def operator(self, file: str) -> str | None:
        """Return the carrier whose file it is, None where it is not known."""
        found = self._operators.get(file[:3])
        return found[0] if found and found[0] in self._carriers else None

    def read(self, file: str, callsign: str) -> FlightName | None:
        """Return what a callsign says, None where it names no carrier or no number."""
        number = self.number(callsign)
        if number is None:
            return None
        sold = _CODE_AND_NUMBER.match(callsign)
        operator, default = self._operators.get(file[:3], (None, None))
        seller = sold[1] if sold and sold[1] in self._carriers else default
        if seller is None or seller not in self._carriers:
            return None
        # An operator that is gone: the one under whose code the seats were sold flies it today.
        flown_by = operator if operator in self._carriers else seller
        return FlightName(seller, str(flown_by), *number)

    def number(self, callsign: str) -> tuple[int, str] | None:
        """Return the flight number and its letter, None where there is none."""
        found = _CODE_AND_NUMBER.match(callsign)
        if found:
            return int(found[2]), found[3]
        last = _NUMBER.search(callsign)
        return (int(last[1]), last[2]) if last else None


def _other_operators() -> dict[str, tuple[str, str]]:
    table = files("flight_search.ingest.world").joinpath("data", "operators.csv").read_text(encoding="utf-8")
    return {row["icao"]: (row["operator"], row["seller"]) for row in csv.DictReader(table.splitlines())}
