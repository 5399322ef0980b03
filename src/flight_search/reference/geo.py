"""Distances on the globe."""

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG, R1)."""


def great_circle_km(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return the distance along the surface between points given in degrees, by the haversine formula.

    Arguments broadcast against each other; scalars give an array of no dimension, which ``float()`` takes.
    The sphere is off by at most 0.5 % from the ellipsoid, which is less than any route's detour.
    """
    north1, north2 = np.radians(lat1), np.radians(lat2)
    half_north = (north2 - north1) / 2
    half_east = np.radians(np.subtract(lon2, lon1)) / 2
    chord = np.sin(half_north) ** 2 + np.cos(north1) * np.cos(north2) * np.sin(half_east) ** 2
    # Rounding can push opposite points a hair above 1, where the arc sine has no value.
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))
