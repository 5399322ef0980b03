"""The query as it is executed.

In: a query of the contract. Out: ``Prepared``: the query with the places of a return filled in, without
constraints that cannot be honoured, above all on facts that no offer of the snapshot knows (they go to
``unsupported``), and whether it can be searched at all.
"""

from dataclasses import dataclass

from flight_search.domain.query import Bags, FlightQuery, SliceQuery, Trip
from flight_search.search.index import SnapshotIndex


@dataclass(frozen=True)
class Prepared:
    """What to search for."""

    query: FlightQuery
    unsupported: tuple[str, ...] = ()
    need: str | None = None
    """What has to be said first, as a question; None where the query can be searched."""


def prepare(query: FlightQuery, index: SnapshotIndex) -> Prepared:
    """Return the query as it is executed on a snapshot."""
    filled = query.model_copy(update={"slices": _with_places_filled_in(query)})
    changes, unsupported = _cannot_be_honoured(filled, index.known_facts)
    executed = filled.model_copy(update=changes)
    return Prepared(executed, tuple(unsupported), _need(executed))


def _with_places_filled_in(query: FlightQuery) -> tuple[SliceQuery, ...]:
    """Return the slices; an unnamed place of the way back mirrors the way out, of a chain the stop before."""
    slices = list(query.slices)
    first = slices[0]
    if query.trip is Trip.ROUND_TRIP:
        back = slices[1]
        slices[1] = back.model_copy(
            update={
                "origin": back.origin or first.destination,
                "destination": back.destination or first.origin,
            }
        )
    elif query.trip is Trip.MULTI_CITY:
        for number in range(1, len(slices)):
            origin = slices[number].origin or slices[number - 1].destination
            slices[number] = slices[number].model_copy(update={"origin": origin})
    return tuple(slices)


def _cannot_be_honoured(query: FlightQuery, known: frozenset[str]) -> tuple[dict[str, object], list[str]]:
    changes: dict[str, object] = {}
    unsupported = []
    bags = query.bags
    if bags.carry_on and "carry_on" not in known:
        bags = bags.model_copy(update={"carry_on": None})
        unsupported.append("carry-on bags (this data does not say what fares include)")
    if bags.checked and "checked" not in known:
        bags = bags.model_copy(update={"checked": None})
        unsupported.append("checked bags (this data does not say what fares include)")
    if bags != query.bags:
        changes["bags"] = Bags(carry_on=bags.carry_on, checked=bags.checked)
    if query.refundable is not None and "refundable" not in known:
        changes["refundable"] = None
        unsupported.append("refundable fares (this data does not say which are)")
    if query.nights is not None and len(query.slices) == 1:
        changes["nights"] = None
        unsupported.append("a number of nights (only a journey with a way on or back has nights)")
    return changes, unsupported


def _need(query: FlightQuery) -> str | None:
    if query.flight:
        return None
    for number, part in enumerate(query.slices):
        if part.origin is None and part.destination is None:
            which = f"For flight {number + 1}: where" if number else "Where"
            return f"{which} do you want to fly from, and where to?"
    return None
