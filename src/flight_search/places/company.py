"""How likely each bearer of a name is: how well it fits, how many travel there, what else is named.

In: the spans of a sentence. Out: the same spans, their places in the order in which they are likely meant.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flight_search.places.match import PlaceMatch, PlaceSpan
from flight_search.reference.airports import Airport
from flight_search.reference.geo import great_circle_km

# Half of a score is that the name fits at all. The fourth root spreads popularity: half of all airports
# have less than a hundredth.
_SHARE_OF_POPULARITY, _ROOT = 0.5, 0.25

# How many times more likely a place is when another place of the sentence lies in its country. Enough for San
# José after Lima, too little for London, Ontario after Vancouver.
_SAME_COUNTRY = 3.0
# The same for a place that is as near as a flight of a few hours, where another bearer is an ocean away: St.
# Petersburg beside Toronto is in Florida. Less, for people fly far as well.
_NEAR, _NEAR_KM = 2.0, 3_000


def score_of(fit: float, popularity: float) -> float:
    """Return how likely a place is meant: how well its name fits, from 0 to 1, times its weight."""
    return fit * _weight(popularity)


def _weight(popularity: float) -> float:
    return 1 - _SHARE_OF_POPULARITY + _SHARE_OF_POPULARITY * math.pow(popularity, _ROOT)


def best_first(match: PlaceMatch) -> tuple[float, float, str]:
    """Return the key that sorts the likeliest place to the front."""
    return (-match.score, -match.popularity, match.label)


def in_company(spans: Sequence[PlaceSpan], airports: Mapping[str, Airport]) -> list[PlaceSpan]:
    """Return the spans in order, with bearers of a name that fit to the other places favoured."""
    judged: list[PlaceSpan] = []
    for span in spans:
        matches = span.matches
        if len({match.country for match in matches}) > 1:
            company = [
                other.best
                for other in spans
                if (other.end <= span.start or other.start >= span.end) and not other.best.common_word
            ]
            favoured = (_favoured(match, _times(match, company, airports)) for match in matches)
            matches = tuple(sorted(favoured, key=best_first))
        judged.append(replace(span, matches=matches))
    return sorted(judged, key=lambda span: (span.start, -span.end))


def _times(match: PlaceMatch, company: Sequence[PlaceMatch], airports: Mapping[str, Airport]) -> float:
    """Return how many times more likely a place is for the others named."""
    if any(match.country == other.country for other in company):
        return _SAME_COUNTRY
    here = airports.get(match.airports[0]) if match.airports else None
    others = [airports[other.airports[0]] for other in company if other.airports]
    if here is None or not others:
        return 1.0
    is_near = any(
        great_circle_km(here.latitude, here.longitude, there.latitude, there.longitude) < _NEAR_KM
        for there in others
    )
    return _NEAR if is_near else 1.0


def _favoured(match: PlaceMatch, times: float) -> PlaceMatch:
    fit = match.score / _weight(match.popularity)
    return replace(match, score=score_of(fit, min(1.0, match.popularity * times)))
