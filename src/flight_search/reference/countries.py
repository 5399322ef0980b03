"""Countries by their codes. In: OpenTravelData (``points``). Out: names in English."""

from functools import cache

from flight_search.reference.points import load_points


@cache
def load_country_names() -> dict[str, str]:
    """Return the name of each country by ISO 3166-1 alpha-2. Treat the answer as read-only.

    Kept after the first call, like the table that it is read from.
    """
    return {point.country: point.country_name for point in load_points() if point.country_name}


def country_name(code: str) -> str:
    """Return the name of a country, its code where that is not known."""
    return load_country_names().get(code, code)
