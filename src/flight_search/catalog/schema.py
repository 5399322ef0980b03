"""The tables of a snapshot, as the NumPy columns that ``search`` reads and ``ingest`` writes.

One dataclass is one file of the snapshot (Arrow IPC, uncompressed, memory-mapped, one record batch); a field
is a column of exactly the dtype that its type names. The layout that everything fast relies on:

* ``offers`` is sorted by (origin, destination, departure_day, departs_utc, key). So all offers of one
  route are one range of rows (``routes``), and all its offers of one day are one range inside it.
* Codes are indices into the small tables ``airports``, ``carriers`` and ``aircraft``, sorted by code.
* What an offer *means* is a row of ``profiles``/``vectors``, shared by all offers that mean the same.
* A price is in minor units of the snapshot's currency and for one adult.

An offer takes 62 bytes here, a segment 21.
"""

from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias, get_type_hints

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION: Final = 1

NO_SEGMENT: Final = 0xFFFF_FFFF
NO_AIRCRAFT: Final = 0xFFFF
UNKNOWN_EMISSIONS: Final = 0xFFFF
UNKNOWN: Final = -1
"""In the small signed columns (bags, refundable, seats): the source does not say."""

U8: TypeAlias = Annotated[NDArray[np.uint8], "uint8"]
U16: TypeAlias = Annotated[NDArray[np.uint16], "uint16"]
U32: TypeAlias = Annotated[NDArray[np.uint32], "uint32"]
U64: TypeAlias = Annotated[NDArray[np.uint64], "uint64"]
I8: TypeAlias = Annotated[NDArray[np.int8], "int8"]
I16: TypeAlias = Annotated[NDArray[np.int16], "int16"]
I32: TypeAlias = Annotated[NDArray[np.int32], "int32"]
I64: TypeAlias = Annotated[NDArray[np.int64], "int64"]
F32: TypeAlias = Annotated[NDArray[np.float32], "float32"]
F64: TypeAlias = Annotated[NDArray[np.float64], "float64"]
Text: TypeAlias = Annotated[NDArray[np.object_], "text"]

CABINS: Final = ("economy", "premium_economy", "business", "first")
BASES: Final = ("fare", "estimate", "separate_estimates", "separate_fares")
"""The last two: for flights on separate tickets, which are changed between at one's own risk."""
IS_ESTIMATE: Final = (False, True, True, False)
IS_SEPARATE: Final = (False, False, True, True)
"""By index into BASES."""


@dataclass(frozen=True)
class Offers:
    """One row per offer of one slice: the facts that hard constraints are checked on."""

    key: U64
    """Identity that survives rebuilds: BLAKE2b-64 of carrier, number, origin and local departure of each
    segment, of the cabin, and of bags and refund where a source sells one flight on several conditions."""
    origin: U16
    destination: U16
    departure_day: I32
    """Local day of departure, in days since 1970-01-01."""
    departure_minute: I16
    """Local minute of that day, 0 to 1439."""
    arrival_day: I32
    """Local day of arrival at the destination, in days since 1970-01-01."""
    arrival_minute: I16
    departs_utc: I32
    """Minutes since 1970-01-01T00:00Z; the arrival is ``departs_utc + duration_minutes``."""
    duration_minutes: U16
    stops: U8
    segment_0: U32
    """Row of the first segment; ``segment_1`` and ``segment_2`` are NO_SEGMENT where there are fewer."""
    segment_1: U32
    segment_2: U32
    carrier: U16
    """Marketing carrier of the first segment."""
    price: I32
    """Minor units of the manifest's currency (cents), one adult."""
    emissions_kg: U16
    """CO2 for one adult, kg; UNKNOWN_EMISSIONS where not known."""
    cabin: U8
    """Index into CABINS."""
    basis: U8
    """Index into BASES."""
    carry_on: I8
    checked: I8
    refundable: I8
    """1 yes, 0 no, UNKNOWN."""
    seats: I8
    """Seats left at this price (up to 127), UNKNOWN."""
    profile: U32
    source: U8
    """Index into the manifest's sources."""


@dataclass(frozen=True)
class Segments:
    """One row per flight of one aircraft on one day; offers share them."""

    carrier: U16
    operating_carrier: U16
    number: U16
    suffix: U8
    """ASCII code of the flight number's suffix letter, 0 for none."""
    origin: U16
    destination: U16
    departs_utc: I32
    duration_minutes: U16
    origin_offset: I16
    """Minutes that local time at the origin is ahead of UTC at departure."""
    destination_offset: I16
    """The same at the destination at arrival."""
    aircraft: U16


@dataclass(frozen=True)
class Routes:
    """One row per (origin, destination) with flights, sorted; ``offers[start:end]`` are its offers."""

    origin: U16
    destination: U16
    start: I64
    end: I64
    distance_km: F32
    """Great circle."""


@dataclass(frozen=True)
class Airports:
    """Airports that occur in the offers, sorted by IATA code."""

    iata: Text
    name: Text
    city: Text
    subdivision: Text
    """State, province or region in words, may be empty."""
    country: Text
    """ISO 3166-1 alpha-2."""
    timezone: Text
    metro: Text
    """IATA code of the city or metropolitan area that the airport serves."""
    latitude: F64
    longitude: F64


@dataclass(frozen=True)
class Carriers:
    """Carriers that occur in the offers, sorted by IATA code."""

    iata: Text
    name: Text
    alliance: Text
    """``star``, ``oneworld``, ``skyteam`` or empty."""
    kind: Text
    """``full_service``, ``low_cost``, ``regional``, ``leisure`` or empty."""


@dataclass(frozen=True)
class Aircraft:
    """Aircraft types that occur in the segments, sorted by name."""

    name: Text
    """As people say it: ``737-800``, ``A321neo``."""
    family: Text
    """``wide-body jet``, ``narrow-body jet``, ``regional jet``, ``turboprop`` or ``small aircraft``."""
    seats: U16
    """Typical seats, 0 where not known."""


@dataclass(frozen=True)
class Profiles:
    """What offers mean. Row ``i`` belongs to row ``i`` of the vectors."""

    text: Text
    digest: Text
    """SHA-256 of the text, hexadecimal: the key of the embedding cache."""


TABLES: Final[dict[str, type]] = {
    "offers": Offers,
    "segments": Segments,
    "routes": Routes,
    "airports": Airports,
    "carriers": Carriers,
    "aircraft": Aircraft,
    "profiles": Profiles,
}
"""File name (without ``.arrow``) to table. The vectors are in ``vectors.npy``: float32, C order, shape
(profiles, dimensions), of unit length."""


def column_types(table: type) -> dict[str, str]:
    """Return column name → dtype name (``text`` for UTF-8 strings) of one of the tables."""
    return {name: hint.__metadata__[0] for name, hint in get_type_hints(table, include_extras=True).items()}
