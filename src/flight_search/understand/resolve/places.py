"""What a named place stands for: the airports to search, and what else it could have been.

In: what the gazetteer found. Out: the contract's ``Place``. Shared by the engines: a language model names the
place, ``resolve_place`` says what it is.
"""

from collections.abc import Iterable, Sequence

from flight_search.domain.query import Place
from flight_search.places.gazetteer import Gazetteer
from flight_search.places.match import PlaceMatch, PlaceSpan

# Another bearer of the name is worth a question when it is nearly as likely to be meant.
_CLOSE = 0.935
_LONGEST_LABEL = 200


def place_of(matches: Sequence[PlaceMatch]) -> Place:
    """Return one place with the airports of all ``matches`` (those joined by "or"), the busiest first."""
    airports = tuple(dict.fromkeys(code for match in matches for code in match.airports))
    label = " or ".join(dict.fromkeys(match.label for match in matches))
    return Place(label=label[:_LONGEST_LABEL], airports=airports)


def unknown_place(words: str) -> Place:
    """Return the place for a name that nothing bears: the label alone."""
    return Place(label=" ".join(words.split())[:_LONGEST_LABEL])


def resolve_place(name: str, gazetteer: Gazetteer) -> Place:
    """Return what a name alone stands for, for an engine that has found the words itself."""
    found = gazetteer.lookup(name, limit=1)
    return place_of(found[:1]) if found else unknown_place(name)


def rivals(spans: Iterable[PlaceSpan]) -> list[PlaceMatch]:
    """Return the places that share a name with the chosen one and are almost as likely to be meant."""
    close = []
    for span in spans:
        close += [
            match
            for match in span.matches[1:]
            if match.score >= _CLOSE * span.best.score and not set(match.airports) & set(span.best.airports)
        ]
    return close
