"""Names after "from" and "to" that no gazetteer knows: kept by their label, so that the answer can say so.

In: a ``Reading`` in which everything known is used up. Out: places without airports.
"""

import re

from flight_search.domain.query import Place
from flight_search.understand.local.itinerary import Itinerary
from flight_search.understand.local.reading import Reading
from flight_search.understand.resolve.places import unknown_place

_SHORTEST_NAME = 3
_MOST_WORDS = 3
_AFTER = re.compile(r" (?P<cue>from|to|into|for) (?P<name>[^\W\d_]{2,}(?: [^\W\d_]{2,}){0,2})(?= )")


def find_unknown(
    reading: Reading, journey: Itinerary, common_words: frozenset[str]
) -> tuple[Place | None, Place | None]:
    """Return an unknown origin and destination, each only where the journey has none."""
    leg = journey.legs[0]
    origin: Place | None = None
    destination: Place | None = None
    position = 0
    while match := _AFTER.search(reading.text, position):
        position = match.start("name")
        stretch = _name_at(match, common_words)
        if stretch is None:
            continue
        label = reading.words_of(*stretch)
        if match.group("cue") == "from" and not leg.origin and origin is None:
            origin = unknown_place(label)
            reading.take("slices.0.origin", *stretch)
        elif match.group("cue") in ("to", "into") and not leg.destination and destination is None:
            destination = unknown_place(label)
            reading.take("slices.0.destination", *stretch)
    return origin, destination


def _name_at(match: re.Match[str], common_words: frozenset[str]) -> tuple[int, int] | None:
    """Return the stretch of the words after a cue that are no everyday words, at most three."""
    start = end = match.start("name")
    for word in match.group("name").split(" ")[:_MOST_WORDS]:
        if word in common_words or len(word) < _SHORTEST_NAME:
            break
        end += len(word) + 1
    return (start, end - 1) if end > start else None
