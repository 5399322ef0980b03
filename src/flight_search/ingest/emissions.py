"""CO2 of a seat, by the fuel model of the myclimate flight calculator.

Source: foundation myclimate, "The myclimate Flight Emission Calculator", calculation principles (constants
of the 2018 edition): fuel = (a x² + b x + c) / (seats * load factor) * (1 - cargo share) * cabin weight,
where x is the great circle distance plus a detour of 95 km; short haul up to 1,500 km, long haul from
2,500 km, linear in between. Only the CO2 of burning the fuel is counted (3.15 kg per kg): no multiplier for
other effects at altitude and no share for making the fuel and the aircraft, because the contract's figure is
CO2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class _Haul:
    a: float
    b: float
    c: float
    seats: float
    cargo_share: float
    economy_weight: float


_SHORT = _Haul(a=0.0, b=2.714, c=1166.52, seats=153.51, cargo_share=0.07, economy_weight=0.96)
_LONG = _Haul(a=0.0001, b=7.104, c=5044.93, seats=280.21, cargo_share=0.26, economy_weight=0.80)
_SHORT_UP_TO_KM, _LONG_FROM_KM = 1500.0, 2500.0
_LOAD_FACTOR = 0.82
_DETOUR_KM = 95.0
_CO2_PER_FUEL = 3.15


def economy_co2_kg(distance_km: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return the CO2 in kg for one adult in economy over each great circle distance."""
    flown = np.asarray(distance_km, dtype=np.float64) + _DETOUR_KM
    short = _fuel_kg(_SHORT, np.minimum(flown, _SHORT_UP_TO_KM))
    long = _fuel_kg(_LONG, np.maximum(flown, _LONG_FROM_KM))
    share_of_long = np.clip((flown - _SHORT_UP_TO_KM) / (_LONG_FROM_KM - _SHORT_UP_TO_KM), 0, 1)
    return np.rint(_CO2_PER_FUEL * ((1 - share_of_long) * short + share_of_long * long)).astype(np.uint16)


def _fuel_kg(haul: _Haul, flown: NDArray[np.float64]) -> NDArray[np.float64]:
    burnt = haul.a * flown**2 + haul.b * flown + haul.c
    return burnt / (haul.seats * _LOAD_FACTOR) * (1 - haul.cargo_share) * haul.economy_weight
