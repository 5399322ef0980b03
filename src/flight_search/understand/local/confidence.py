"""How sure the engine is, from what it had to guess.

In: the evidence that the request is about flights, the query and what was found. Out: 0 to 1. The steps are
set by hand; ``evaluation`` measures how often the engine is right at each stated confidence.
"""

from flight_search.domain.query import FlightQuery
from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.scope import IN_SCOPE

_SURE, _LEAST = 0.98, 0.3
_NEAR_THE_BORDER, _MISSPELT, _GUESSED, _LOOSE, _MANY_LEGS, _UNKNOWN = 0.25, 0.1, 0.05, 0.15, 0.15, 0.3
_BORDER = 0.8


def confidence_of(evidence: float, query: FlightQuery | None, found: FoundInText) -> float:
    """Return how likely everything is right."""
    value = _SURE
    if abs(evidence - IN_SCOPE) < _BORDER:
        value -= _NEAR_THE_BORDER
    if query is not None:
        places = [p for leg in found.journey.legs for p in (*leg.origin, *leg.destination)]
        value -= _MISSPELT * sum(not place.span.exact for place in places)
        value -= _GUESSED * sum(place.is_weak for place in places)
        value -= _LOOSE * len(found.journey.loose)
        value -= _MANY_LEGS * (len(found.journey.legs) > 1)
        value -= _UNKNOWN * bool(found.unknown_origin or found.unknown_destination)
    return round(max(value, _LEAST), 2)
