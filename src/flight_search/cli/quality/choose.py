"""Which two snapshots are compared. In: names, or none. Out: both, open, and what had to be passed over.

Where none is named to compare with, it is the newest sound one that was built before.
"""

from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import InvalidRequestError, SnapshotError


def choose(
    store: SnapshotStore, name: str | None, against: str | None
) -> tuple[Snapshot, Snapshot | None, list[str]]:
    """Return the snapshot, the one to compare it with, and sentences on those that cannot be opened.

    Raises NotFoundError, SnapshotError, or InvalidRequestError where both are the same.
    """
    now = store.open(name)
    chosen = now.manifest.name
    if against is not None:
        if against == chosen:
            raise InvalidRequestError(
                f"Snapshot {chosen} would be compared with itself.",
                remedy="Name another one: `flight-search snapshots list` shows those that there are.",
            )
        return now, store.open(against), []
    names = [one.name for one in store.list()]
    passed_over: list[str] = []
    for older in names[names.index(chosen) + 1 :] if chosen in names else ():
        try:
            return now, store.open(older), passed_over
        except SnapshotError as error:
            passed_over.append(f"Not compared with {older}: {error.detail}")
    return now, None, passed_over
