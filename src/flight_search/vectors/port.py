"""The interface of every store of profile vectors."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class ProfileIndex(Protocol):
    """Vectors of one snapshot's profiles; a profile is named by its row in ``catalog.schema.Profiles``."""

    def similarity(self, query: NDArray[np.float32], profiles: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Return the cosine of each given profile with a unit vector of shape (dimensions,)."""
        ...

    def nearest(
        self, query: NDArray[np.float32], limit: int
    ) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Return the ``limit`` nearest profiles and their cosines, nearest first; ties by row."""
        ...

    @property
    def problem(self) -> str | None:
        """What it has to do without at the moment, for ``degraded``; None where all is as it should be."""
        return None
