"""Airports with scheduled flights."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Airport:
    """One commercial airport."""

    iata: str
    icao: str
    name: str
    city: str
    subdivision: str
    country: str
    """ISO 3166-1 alpha-2."""
    latitude: float
    longitude: float
    timezone: str
    metro: str
    """IATA code of the city or metropolitan area that it serves."""
    popularity: float
    """Relative traffic, 0 to 1 (the busiest)."""
