import numpy as np
import pytest

from flight_search.ingest.emissions import economy_co2_kg


def test_short_haul_by_the_formula_worked_by_hand():
    # 1,000 km + 95 km detour: (2.714 * 1095 + 1166.52) / (153.51 * 0.82) * 0.93 * 0.96 * 3.15 = 92.5 kg.
    assert economy_co2_kg(np.array([1000.0])).tolist() == [92]


def test_long_haul_by_the_formula_worked_by_hand():
    # 5,095 km: (0.0001 * 5095**2 + 7.104 * 5095 + 5044.93) / (280.21 * 0.82) * 0.74 * 0.80 * 3.15 = 355.8 kg.
    assert economy_co2_kg(np.array([5000.0])).tolist() == [356]


def test_further_is_never_less():
    kilograms = economy_co2_kg(np.arange(100.0, 15_000.0, 10.0)).astype(int)
    assert np.all(np.diff(kilograms) >= 0)


@pytest.mark.parametrize("bound", [1405.0, 2405.0])
def test_there_is_no_jump_between_short_and_long_haul(bound: float):
    before, after = economy_co2_kg(np.array([bound - 1, bound + 1])).tolist()
    assert after - before <= 2


def test_a_passenger_kilometre_lies_where_published_figures_lie():
    # National inventories and calculators without altitude multipliers: 60 to 180 g per kilometre in economy.
    distance = np.array([300.0, 1000.0, 2000.0, 4000.0, 8000.0])
    grams = economy_co2_kg(distance) / distance * 1000
    assert np.all((grams > 60) & (grams < 180))
