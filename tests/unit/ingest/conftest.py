import pytest

from flight_search.ingest.climate import ClimateMap


@pytest.fixture(scope="session")
def real_map() -> ClimateMap:
    """The map of the installed package."""
    return ClimateMap.load()
