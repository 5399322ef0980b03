"""The fares in effect and what changes about them → the next version.

In: a snapshot, the version laid over it, and the changes. Out: one table with all that is in effect
afterwards. What the snapshot no longer has, or has a newer price for, is left behind here, so that a version
does not grow for ever.
"""

from dataclasses import fields

import numpy as np

from flight_search.catalog.fares.lay_over import rows_in_effect
from flight_search.catalog.fares.overlay import OWN_PRICE, Fares, Overlay
from flight_search.catalog.schema import UNKNOWN, column_types
from flight_search.catalog.snapshot import Snapshot


def merge(snapshot: Snapshot, before: Overlay | None, changes: Fares) -> Fares:
    """Return what is in effect after the changes, whose rows count in the snapshot.

    A change replaces what was said of its offer. One that says no price (sold out, on sale again) keeps the
    price and the seats that were said before.
    """
    if before is None or not len(before.fares.key):
        return changes
    kept = _in_effect(snapshot, before)
    # Two sorted runs, which a stable sort merges in one pass: a tenth of the time of ``np.union1d``.
    keys = np.sort(np.concatenate([kept.key, changes.key]), kind="stable")
    keys = keys[np.append(True, keys[1:] != keys[:-1])]
    old, new = np.searchsorted(keys, kept.key), np.searchsorted(keys, changes.key)
    merged = {}
    for name, dtype in column_types(Fares).items():
        column = np.zeros(len(keys), dtype=dtype)
        column[old] = getattr(kept, name)
        merged[name] = column
    says_price = changes.price != OWN_PRICE
    is_known = np.zeros(len(keys), dtype=bool)
    is_known[old] = True
    stays = ~says_price & is_known[new]
    for name in ("key", "row", "sold_out", "quoted_at"):
        merged[name][new] = getattr(changes, name)
    for name in ("price", "basis"):
        merged[name][new[~stays]] = getattr(changes, name)[~stays]
    says_seats = ~stays | (changes.seats != UNKNOWN)
    merged["seats"][new[says_seats]] = changes.seats[says_seats]
    return Fares(**merged)


def no_fares() -> Fares:
    """Return a table without a row."""
    return Fares(**{name: np.zeros(0, dtype=dtype) for name, dtype in column_types(Fares).items()})


def _in_effect(snapshot: Snapshot, overlay: Overlay) -> Fares:
    rows, places = rows_in_effect(snapshot, overlay)
    columns = {one.name: getattr(overlay.fares, one.name)[places] for one in fields(Fares)}
    return Fares(**{**columns, "row": rows.astype(np.uint32)})
