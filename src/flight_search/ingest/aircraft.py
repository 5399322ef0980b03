"""Aircraft types by the names that people say.

In: model designations of the registry of aircraft (``737-823``, ``ERJ 170-200 LR``, ``BD-500-1A10``), which
name the customer and the engine too. Out: type, family and typical seats. The seats are the makers' typical
two-class figures, because the registry's count is that of the certificate (200 for every A320, 48 for some
737-9).
"""

import re
from dataclasses import dataclass

WIDE_BODY, NARROW_BODY = "wide-body jet", "narrow-body jet"
REGIONAL_JET, SMALL = "regional jet", "small aircraft"


@dataclass(frozen=True, slots=True)
class AircraftType:
    """One type as passengers know it."""

    name: str
    family: str
    seats: int


_TYPES: tuple[tuple[str, AircraftType], ...] = (
    (r"717-", AircraftType("717-200", NARROW_BODY, 110)),
    (r"737-7$", AircraftType("737 MAX 7", NARROW_BODY, 138)),
    (r"737-8$", AircraftType("737 MAX 8", NARROW_BODY, 162)),
    (r"737-9$", AircraftType("737 MAX 9", NARROW_BODY, 178)),
    (r"737-7", AircraftType("737-700", NARROW_BODY, 126)),
    (r"737-8", AircraftType("737-800", NARROW_BODY, 162)),
    (r"737-9", AircraftType("737-900", NARROW_BODY, 178)),
    (r"757-2", AircraftType("757-200", NARROW_BODY, 200)),
    (r"757-3", AircraftType("757-300", NARROW_BODY, 243)),
    (r"767-3", AircraftType("767-300", WIDE_BODY, 218)),
    (r"767-4", AircraftType("767-400", WIDE_BODY, 245)),
    (r"777-2", AircraftType("777-200", WIDE_BODY, 313)),
    (r"777-3", AircraftType("777-300ER", WIDE_BODY, 396)),
    (r"787-8", AircraftType("787-8", WIDE_BODY, 248)),
    (r"787-9", AircraftType("787-9", WIDE_BODY, 296)),
    (r"787-10", AircraftType("787-10", WIDE_BODY, 336)),
    (r"A319-\d{3}$", AircraftType("A319", NARROW_BODY, 124)),
    (r"A320-\d{3}$", AircraftType("A320", NARROW_BODY, 150)),
    (r"A320-\d{3}N", AircraftType("A320neo", NARROW_BODY, 165)),
    (r"A321-\d{3}$", AircraftType("A321", NARROW_BODY, 185)),
    (r"A321-\d{3}N", AircraftType("A321neo", NARROW_BODY, 206)),
    (r"A330-2", AircraftType("A330-200", WIDE_BODY, 247)),
    (r"A330-3", AircraftType("A330-300", WIDE_BODY, 277)),
    (r"A330-9", AircraftType("A330-900neo", WIDE_BODY, 287)),
    (r"BD-500-1A10", AircraftType("A220-100", NARROW_BODY, 109)),
    (r"BD-500-1A11", AircraftType("A220-300", NARROW_BODY, 137)),
    (r"CL-600-2B19", AircraftType("CRJ-200", REGIONAL_JET, 50)),
    (r"CL-600-2C1", AircraftType("CRJ-700", REGIONAL_JET, 70)),
    (r"CL-600-2D24", AircraftType("CRJ-900", REGIONAL_JET, 76)),
    (r"ERJ 170-100", AircraftType("Embraer 170", REGIONAL_JET, 70)),
    (r"ERJ 170-200", AircraftType("Embraer 175", REGIONAL_JET, 76)),
    (r"ERJ 190-100", AircraftType("Embraer 190", REGIONAL_JET, 100)),
    (r"EMB-145", AircraftType("ERJ-145", REGIONAL_JET, 50)),
)
_PATTERNS = tuple((re.compile(pattern), kind) for pattern, kind in _TYPES)


def aircraft_type(model: str | None) -> AircraftType | None:
    """Return the type of a registered model, None where it is not known or no airliner.

    Tail numbers pass to other aircraft after years, so the registry shows a few helicopters and light
    aircraft under numbers that an airline flew in 2023; they count as not known.
    """
    if not model:
        return None
    return next((kind for pattern, kind in _PATTERNS if pattern.match(model)), None)
