"""Aircraft types of the traffic files by the names that people say.

In: the codes of the files: most of them IATA's (``738``, ``AT7``), some typed in other ways (``737-800``).
Out: type, family and typical seats, the makers' two-class figures. Codes of freighters are no types here:
the flights are left out.
"""

from typing import Final

from flight_search.ingest.aircraft import NARROW_BODY, REGIONAL_JET, SMALL, WIDE_BODY, AircraftType

TURBOPROP: Final = "turboprop"

_TYPES: Final[tuple[tuple[str, AircraftType], ...]] = (
    ("221 CS1", AircraftType("A220-100", NARROW_BODY, 109)),
    ("223 CS3", AircraftType("A220-300", NARROW_BODY, 137)),
    ("318", AircraftType("A318", NARROW_BODY, 107)),
    ("319", AircraftType("A319", NARROW_BODY, 124)),
    ("320 A320 320-232 320-233 320-214 A320-214 A320-200", AircraftType("A320", NARROW_BODY, 150)),
    ("20N 32N", AircraftType("A320neo", NARROW_BODY, 165)),
    ("321 Airbus_A321", AircraftType("A321", NARROW_BODY, 185)),
    ("32Q", AircraftType("A321neo", NARROW_BODY, 206)),
    ("310 313 A310", AircraftType("A310", WIDE_BODY, 220)),
    ("300B2-203 300B4-2C 300-605R", AircraftType("A300", WIDE_BODY, 247)),
    ("332 A330-243", AircraftType("A330-200", WIDE_BODY, 247)),
    ("333 A330-341", AircraftType("A330-300", WIDE_BODY, 277)),
    ("339", AircraftType("A330-900neo", WIDE_BODY, 287)),
    ("343", AircraftType("A340-300", WIDE_BODY, 277)),
    ("345", AircraftType("A340-500", WIDE_BODY, 293)),
    ("346", AircraftType("A340-600", WIDE_BODY, 326)),
    ("359", AircraftType("A350-900", WIDE_BODY, 315)),
    ("35X", AircraftType("A350-1000", WIDE_BODY, 369)),
    ("388 380", AircraftType("A380-800", WIDE_BODY, 544)),
    ("717", AircraftType("717-200", NARROW_BODY, 110)),
    ("733", AircraftType("737-300", NARROW_BODY, 126)),
    ("734", AircraftType("737-400", NARROW_BODY, 146)),
    ("735", AircraftType("737-500", NARROW_BODY, 108)),
    ("736", AircraftType("737-600", NARROW_BODY, 108)),
    ("737 73G", AircraftType("737-700", NARROW_BODY, 126)),
    ("738 73H 737-800", AircraftType("737-800", NARROW_BODY, 162)),
    ("739 737-900", AircraftType("737-900", NARROW_BODY, 178)),
    ("7M8", AircraftType("737 MAX 8", NARROW_BODY, 162)),
    ("7M9", AircraftType("737 MAX 9", NARROW_BODY, 178)),
    ("744 74H", AircraftType("747", WIDE_BODY, 410)),
    ("752 757", AircraftType("757-200", NARROW_BODY, 200)),
    ("753", AircraftType("757-300", NARROW_BODY, 243)),
    ("762", AircraftType("767-200", WIDE_BODY, 181)),
    ("763 767 767-383ER", AircraftType("767-300", WIDE_BODY, 218)),
    ("764", AircraftType("767-400", WIDE_BODY, 245)),
    ("772 77L", AircraftType("777-200", WIDE_BODY, 313)),
    ("773", AircraftType("777-300", WIDE_BODY, 396)),
    ("77W", AircraftType("777-300ER", WIDE_BODY, 396)),
    ("788", AircraftType("787-8", WIDE_BODY, 248)),
    ("789", AircraftType("787-9", WIDE_BODY, 296)),
    ("78X", AircraftType("787-10", WIDE_BODY, 336)),
    ("CR1", AircraftType("CRJ-100", REGIONAL_JET, 50)),
    ("CR2", AircraftType("CRJ-200", REGIONAL_JET, 50)),
    ("CR7", AircraftType("CRJ-700", REGIONAL_JET, 70)),
    ("CR9", AircraftType("CRJ-900", REGIONAL_JET, 76)),
    ("CRK", AircraftType("CRJ-1000", REGIONAL_JET, 100)),
    ("ER3", AircraftType("ERJ-135", REGIONAL_JET, 37)),
    ("ERD", AircraftType("ERJ-140", REGIONAL_JET, 44)),
    ("ER4 ERJ ERJ145", AircraftType("ERJ-145", REGIONAL_JET, 50)),
    ("E70", AircraftType("Embraer 170", REGIONAL_JET, 70)),
    ("E75", AircraftType("Embraer 175", REGIONAL_JET, 76)),
    ("E90", AircraftType("Embraer 190", REGIONAL_JET, 100)),
    ("E95", AircraftType("Embraer 195", REGIONAL_JET, 120)),
    ("100", AircraftType("Fokker 100", REGIONAL_JET, 107)),
    ("F70", AircraftType("Fokker 70", REGIONAL_JET, 79)),
    ("142", AircraftType("BAe 146", REGIONAL_JET, 82)),
    ("SU9", AircraftType("Superjet 100", REGIONAL_JET, 98)),
    ("AT4 AT5", AircraftType("ATR 42", TURBOPROP, 48)),
    ("AT7 ATR", AircraftType("ATR 72", TURBOPROP, 72)),
    ("DH1", AircraftType("Dash 8-100", TURBOPROP, 37)),
    ("DH2", AircraftType("Dash 8-200", TURBOPROP, 37)),
    ("DH3", AircraftType("Dash 8-300", TURBOPROP, 50)),
    ("DH4", AircraftType("Dash 8-400", TURBOPROP, 78)),
    ("SF3", AircraftType("Saab 340", TURBOPROP, 34)),
    ("J41", AircraftType("Jetstream 41", TURBOPROP, 29)),
    ("J32", AircraftType("Jetstream 32", TURBOPROP, 19)),
    ("DHT", AircraftType("Twin Otter", SMALL, 19)),
    ("BNI", AircraftType("Britten-Norman Islander", SMALL, 9)),
    ("B1900D b1900d", AircraftType("Beechcraft 1900D", SMALL, 19)),
    ("C208", AircraftType("Cessna Caravan", SMALL, 9)),
)


def world_types() -> dict[str, AircraftType]:
    """Return the type of each code that is known."""
    return {code: kind for codes, kind in _TYPES for code in codes.split()}
