"""Names and codes of places, as typed → ``Place`` with its airports."""

import re
from collections.abc import Callable, Container
from typing import Final

from flight_search.domain.errors import NotFoundError
from flight_search.domain.query import Place
from flight_search.services.ports import PlaceFinder, PlaceSuggestion

_CODES: Final = re.compile(r"^\s*[A-Za-z]{3}(\s*,\s*[A-Za-z]{3})+\s*$")
_MOST_ALTERNATIVES: Final = 3
_LONGEST_NAME: Final = 200


def known_codes(name: str, airports: Container[str]) -> Place | None:
    """Return the place of one or more codes in capitals that are all airports; None for everything else."""
    codes = tuple(part.strip() for part in name.split(","))
    if not all(code.isupper() and code in airports for code in codes):
        return None
    return Place(label=", ".join(codes), airports=tuple(dict.fromkeys(codes)))


class PlaceReader:
    """Looks names up, and tells what it took a name for where that is not plain."""

    def __init__(self, finder: PlaceFinder, tell: Callable[[str], None]) -> None:
        """Take the places and who is told."""
        self._finder = finder
        self._tell = tell

    async def look_up(self, name: str) -> Place:
        """Return the place that a name, a code or a list of codes stands for. Raises NotFoundError."""
        # "JFK,LGA" is a list, "New York, NY" a name.
        parts = [part.strip().upper() for part in name.split(",")] if _CODES.match(name) else [name]
        found = [await self._one(part) for part in parts]
        airports = tuple(dict.fromkeys(code for place in found for code in place.airports))
        return Place(label=", ".join(place.label for place in found), airports=airports)

    async def _one(self, name: str) -> Place:
        matches = await self._finder.find(name[:_LONGEST_NAME], _MOST_ALTERNATIVES + 1)
        if not matches:
            raise NotFoundError(
                f"No place is known by the name {name[:80]!r}.",
                remedy="Use an airport's code (JFK), a city or a country; `flight-search places NAME` "
                "shows what a name stands for.",
            )
        best = matches[0]
        if best.label.casefold() != name.casefold() and name.upper() not in best.airports:
            self._tell(f"{name!r} is read as {described(best)}.")
        elif others := [
            match for match in matches[1:] if match.label == best.label and match.kind == best.kind
        ]:
            also = "; ".join(described(match) for match in others[:_MOST_ALTERNATIVES])
            self._tell(f"{name!r} is read as {described(best)}; there is also {also}.")
        if (best.kind == "airport" or len(best.airports) == 1) and name.upper() in best.airports:
            return Place(label=name.upper(), airports=best.airports)
        return Place(label=best.label, airports=best.airports)


def described(place: PlaceSuggestion) -> str:
    """Return for example ``Portland, Maine, US (PWM)``."""
    where = ", ".join(part for part in (place.label, place.subdivision, place.country) if part)
    return f"{where} ({', '.join(place.airports[:4])}{', …' if len(place.airports) > 4 else ''})"  # noqa: PLR2004
