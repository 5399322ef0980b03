"""What the gazetteer finds: places, and where in a sentence they were named."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What sort of place a name stands for."""

    CITY = "city"
    AIRPORT = "airport"
    METRO = "metro"
    REGION = "region"
    COUNTRY = "country"
    CONTINENT = "continent"


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """One place that a name can stand for."""

    label: str
    """What to call it: "London", "London Heathrow Airport", "California"."""
    kind: PlaceKind
    airports: tuple[str, ...]
    """IATA codes of its commercial airports, the busiest first."""
    popularity: float
    """Relative traffic of its airports together, 0 to 1."""
    country: str
    """ISO 3166-1 alpha-2, empty for what lies in several."""
    subdivision: str
    """State, province or region by its name, empty where not known."""
    score: float
    """How likely it is meant, 0 to 1: how well the name fits, how many travel there, what else is said."""
    common_word: bool
    """Whether the name is an everyday word as well ("Nice", "day"): believe it after "to" or "from" alone."""
    matched: str
    """The name that was found, in the gazetteer's spelling: lower case, no accents."""


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """Tokens ``start`` to ``end`` (exclusive) of a sentence, and the places that they can stand for."""

    start: int
    end: int
    matches: tuple[PlaceMatch, ...]
    """Best first, never empty."""
    exact: bool
    """False where the name was recognised in spite of a misspelling."""

    @property
    def best(self) -> PlaceMatch:
        """The place that is meant most likely."""
        return self.matches[0]
