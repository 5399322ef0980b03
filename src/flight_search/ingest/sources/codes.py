"""What sources call airports and carriers → IATA codes; and codes as small numbers.

Accepted: IATA and ICAO codes in any case, ``New York (JFK)``, and for carriers their names. A code that an
airport and a carrier do not have stays unknown: a guess would put a flight on a wrong route.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier

_SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IN_BRACKETS = re.compile(r"\(([A-Z]{3})\)")
NO_CODE: Final = 0
"""Packed value of nothing; no code packs to it because none is "0"."""


class AirportNames:
    """Finds the IATA code of what a source calls an airport."""

    def __init__(self, airports: Mapping[str, Airport]) -> None:
        """Take the airports by IATA code."""
        self._airports = airports
        self._by_icao = {airport.icao: code for code, airport in airports.items() if airport.icao}

    def find(self, text: str) -> str | None:
        """Return the code, None where it is not known."""
        name = text.strip().upper()
        if name in self._airports:
            return name
        if name in self._by_icao:
            return self._by_icao[name]
        inside = _IN_BRACKETS.search(name)
        return inside[1] if inside and inside[1] in self._airports else None


class CarrierNames:
    """Finds the IATA code of what a source calls a carrier."""

    def __init__(self, carriers: Mapping[str, Carrier]) -> None:
        """Take the carriers by IATA code."""
        self._carriers = carriers
        self._names: dict[str, str] = {}
        for code, carrier in carriers.items():
            for name in (*carrier.aliases, carrier.name.casefold()):
                self._names[name] = code
            if carrier.icao:
                self._names.setdefault(carrier.icao.casefold(), code)

    def find(self, text: str) -> str | None:
        """Return the code, None where it is not known."""
        name = text.strip()
        if name.upper() in self._carriers:
            return name.upper()
        return self._names.get(" ".join(name.casefold().split()))


def resolve(column: pl.Series, find: Callable[[str], str | None]) -> pl.Series:
    """Return the codes of a column; each distinct text is looked up once."""
    texts = column.drop_nulls().unique().to_list()
    found = {text: code for text in texts if (code := find(text)) is not None}
    return column.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.String)


def pack(code: str) -> int:
    """Return a code of up to three signs as a number below 46,656 that sorts as the code does."""
    number = 0
    for sign in code.ljust(3, "0")[:3]:
        number = number * len(_SIGNS) + _SIGNS.index(sign)
    return number


def unpack(number: int, length: int) -> str:
    """Return the code of a packed number."""
    signs = []
    for _ in range(3):
        number, rest = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[rest])
    return "".join(reversed(signs))[:length]


def packed(column: pl.Series) -> NDArray[np.uint16]:
    """Return the packed codes of a column; NO_CODE where it is null."""
    texts = column.drop_nulls().unique().to_list()
    numbers = column.replace_strict(
        texts, [pack(text) for text in texts], default=NO_CODE, return_dtype=pl.UInt16
    )
    return numbers.fill_null(NO_CODE).to_numpy().astype(np.uint16)
