"""Aircraft by the codes of schedules (IATA, ICAO) and the usual names → types by the names that people say.

In: ``320``, ``32N``, ``B738``, ``Boeing 737-800``. Out: a row of ``TYPES``. Seats are the makers' typical
two-class figures (SSIM appendix A groups the codes). What is not in the table stays unknown.
"""

import re
from functools import cache
from typing import Final

from flight_search.ingest.aircraft import (
    NARROW_BODY,
    REGIONAL_JET,
    SMALL,
    WIDE_BODY,
    AircraftType,
    aircraft_type,
)

TURBOPROP: Final = "turboprop"

_TABLE: Final = (
    ("A220-100", NARROW_BODY, 109, "221 BCS1"),
    ("A220-300", NARROW_BODY, 137, "223 BCS3 220"),
    ("A318", NARROW_BODY, 107, "318 A318"),
    ("A319", NARROW_BODY, 124, "319 A319 31A"),
    ("A319neo", NARROW_BODY, 140, "31N A19N"),
    ("A320", NARROW_BODY, 150, "320 A320 32A"),
    ("A320neo", NARROW_BODY, 165, "32N A20N"),
    ("A321", NARROW_BODY, 185, "321 A321 32B"),
    ("A321neo", NARROW_BODY, 206, "32Q A21N 32S"),
    ("A330-200", WIDE_BODY, 247, "332 A332"),
    ("A330-300", WIDE_BODY, 277, "333 A333 330"),
    ("A330-800neo", WIDE_BODY, 257, "338 A338"),
    ("A330-900neo", WIDE_BODY, 287, "339 A339"),
    ("A340-300", WIDE_BODY, 295, "343 A343 340"),
    ("A340-600", WIDE_BODY, 380, "346 A346"),
    ("A350-900", WIDE_BODY, 315, "359 A359 350"),
    ("A350-1000", WIDE_BODY, 369, "351 A35K"),
    ("A380-800", WIDE_BODY, 525, "388 A388 380"),
    ("717-200", NARROW_BODY, 110, "717 B712"),
    ("737-300", NARROW_BODY, 128, "733 B733 73C"),
    ("737-400", NARROW_BODY, 146, "734 B734"),
    ("737-500", NARROW_BODY, 110, "735 B735"),
    ("737-600", NARROW_BODY, 110, "736 B736"),
    ("737-700", NARROW_BODY, 126, "73G 73W B737"),
    ("737-800", NARROW_BODY, 162, "738 73H B738 737"),
    ("737-900", NARROW_BODY, 178, "739 73J B739"),
    ("737 MAX 7", NARROW_BODY, 138, "7M7 B37M"),
    ("737 MAX 8", NARROW_BODY, 162, "7M8 B38M 7S8"),
    ("737 MAX 9", NARROW_BODY, 178, "7M9 B39M"),
    ("737 MAX 10", NARROW_BODY, 188, "7MJ B3XM"),
    ("747-400", WIDE_BODY, 416, "744 B744 747"),
    ("747-8", WIDE_BODY, 410, "748 74H B748"),
    ("757-200", NARROW_BODY, 200, "752 75W B752 757"),
    ("757-300", NARROW_BODY, 243, "753 B753"),
    ("767-300", WIDE_BODY, 218, "763 76W B763 767"),
    ("767-400", WIDE_BODY, 245, "764 B764"),
    ("777-200", WIDE_BODY, 313, "772 B772 777"),
    ("777-200LR", WIDE_BODY, 317, "77L B77L"),
    ("777-300", WIDE_BODY, 365, "773 B773"),
    ("777-300ER", WIDE_BODY, 396, "77W B77W"),
    ("787-8", WIDE_BODY, 248, "788 B788 787"),
    ("787-9", WIDE_BODY, 296, "789 B789"),
    ("787-10", WIDE_BODY, 336, "781 78J B78X"),
    ("CRJ-100", REGIONAL_JET, 50, "CR1 CRJ1"),
    ("CRJ-200", REGIONAL_JET, 50, "CR2 CRJ2 CRJ"),
    ("CRJ-700", REGIONAL_JET, 70, "CR7 CRJ7"),
    ("CRJ-900", REGIONAL_JET, 76, "CR9 CRJ9"),
    ("CRJ-1000", REGIONAL_JET, 100, "CRK CRJX"),
    ("ERJ-135", REGIONAL_JET, 37, "ER3 ERD E135"),
    ("ERJ-145", REGIONAL_JET, 50, "ER4 E145 ERJ"),
    ("Embraer 170", REGIONAL_JET, 70, "E70 E170"),
    ("Embraer 175", REGIONAL_JET, 76, "E75 E7W E75L E75S E175"),
    ("Embraer 190", REGIONAL_JET, 100, "E90 E190 EMJ"),
    ("Embraer 195", REGIONAL_JET, 116, "E95 E195"),
    ("Embraer 190-E2", REGIONAL_JET, 106, "290 E290"),
    ("Embraer 195-E2", REGIONAL_JET, 136, "295 E295"),
    ("Sukhoi Superjet 100", REGIONAL_JET, 98, "SU9 SU95"),
    ("ATR 42", TURBOPROP, 48, "AT4 AT5 ATR AT45 AT43 AT46"),
    ("ATR 72", TURBOPROP, 70, "AT7 ATZ AT75 AT76 AT72"),
    ("Dash 8-100", TURBOPROP, 37, "DH1 DH8A"),
    ("Dash 8-300", TURBOPROP, 50, "DH3 DH8C DH8"),
    ("Dash 8-400", TURBOPROP, 78, "DH4 DH8D"),
    ("Saab 340", TURBOPROP, 34, "SF3 SF34"),
    ("Beech 1900", SMALL, 19, "BEH BE1 B190"),
    ("Twin Otter", SMALL, 19, "DHT DHC6"),
    ("Cessna Caravan", SMALL, 9, "CNC CN1 C208"),
)
TYPES: Final = tuple(
    sorted(
        (AircraftType(name, family, seats) for name, family, seats, _ in _TABLE), key=lambda kind: kind.name
    )
)
"""Sorted by name, as the snapshot's table is; 65 types."""
_ROW: Final = {kind.name: row for row, kind in enumerate(TYPES)}
_MAKERS = re.compile(
    r"^(boeing|airbus( industrie?s?)?|embraer|bombardier|canadair|de havilland|atr)\s+(?!\d{2}\b)",
    re.IGNORECASE,
)


@cache
def _by_code() -> dict[str, int]:
    found = {code: _ROW[name] for name, _, _, codes in _TABLE for code in codes.split()}
    return found | {_plain(name): row for name, row in _ROW.items()}


def aircraft_row(text: str) -> int | None:
    """Return the row of ``TYPES`` of a code or name, None where it is not known."""
    name = text.strip().upper()
    row = _by_code().get(name)
    if row is None:
        row = _by_code().get(_plain(_MAKERS.sub("", text.strip())))
    if row is None:
        registered = aircraft_type(_MAKERS.sub("", text.strip()))
        row = _ROW.get(registered.name) if registered else None
    return row


def _plain(name: str) -> str:
    return re.sub(r"[\s-]", "", name).upper()
