"""Reasons and warnings are true of the data."""

import itertools
import re
from decimal import Decimal

import pytest
from tests.unit.search.asking import ALL, ANYTHING, LONDON, NEW_YORK, search


def test_reasons_are_true(world, engine_of, now):
    result = search(engine_of(world), ANYTHING, limit=1000)
    by_id = {offer.id: offer for offer in world.offers}
    seen = set()
    for offer in result.offers:
        raw = by_id[offer.id]
        peers = [
            other
            for other in world.offers
            if (other.origin, other.destination, other.departs.date(), other.cabin)
            == (raw.origin, raw.destination, raw.departs.date(), raw.cabin)
            and other.departs > now
        ]
        nonstops = [other for other in peers if len(other.segments) == 1]
        for reason in offer.reasons:
            seen.add(re.sub(r"\d[\d,]*", "N", reason))
            number = int(re.search(r"\d[\d,]*|$", reason).group().replace(",", "") or 0)
            if "on this route that day" in reason and "cheapest" in reason:
                assert number == len(peers) > 1
                assert raw.fare == min(other.fare for other in peers)
                shared = sum(other.fare == raw.fare for other in peers) > 1
                assert reason.startswith("among") == shared
            elif "fastest" in reason:
                assert number == len(nonstops) > 1
                assert raw.minutes == min(other.minutes for other in nonstops)
            elif "only nonstop" in reason:
                assert nonstops == [raw]
            elif "cheapest of all" in reason:
                assert number == result.total
                assert Decimal(offer.price.amount) == result.facets.price.min
            elif "below the median" in reason:
                fares = sorted(
                    other.fare
                    for other in world.offers
                    if (other.origin, other.destination, other.cabin)
                    == (raw.origin, raw.destination, raw.cabin)
                )
                assert raw.fare <= fares[(len(fares) - 1) // 2] * (1 - number / 100)
    assert len(seen) >= 5


def in_minutes(text):
    """Return the minutes of "2 h 5 min"."""
    hours, minutes = re.fullmatch(r"(?:(\d+) h)? ?(?:(\d+) min)?", text).groups()
    return 60 * int(hours or 0) + int(minutes or 0)


@pytest.mark.parametrize("trip", ["one_way", "round_trip"])
def test_trades_of_time_for_money_are_true(world, engine_of, trip):
    engine, seen = engine_of(world), set()
    for here, there in itertools.permutations(ALL["airports"], 2):
        ends = {
            "origin": {"label": "", "airports": [here]},
            "destination": {"label": "", "airports": [there]},
        }
        slices = [ends, {}] if trip == "round_trip" else [ends]
        result = search(engine, {"trip": trip, "slices": slices}, limit=1000)
        figures = [
            (Decimal(offer.price.amount), sum(part.duration_minutes for part in offer.slices))
            for offer in result.offers
        ]
        if not figures or result.total > len(figures):
            continue  # the extremes may lie beyond the page
        cheapest, fastest = min(figures), min(figures, key=lambda figure: (figure[1], figure[0]))
        for offer, (price, minutes) in zip(result.offers, figures, strict=True):
            for reason in offer.reasons:
                if longer := re.fullmatch(r"(.*) longer than the fastest, but \$(.*) less", reason):
                    assert minutes - fastest[1] == in_minutes(longer[1]) > 0
                    assert fastest[0] - price == Decimal(longer[2].replace(",", "")) > 0
                    seen.add("longer")
                if shorter := re.fullmatch(r"(.*) shorter than the cheapest, for \$(.*) more", reason):
                    assert cheapest[1] - minutes == in_minutes(shorter[1]) >= 15
                    assert price - cheapest[0] == Decimal(shorter[2].replace(",", "")) > 0
                    seen.add("shorter")
    assert seen == {"longer", "shorter"}


def test_warnings_are_true(world, engine_of):
    result = search(engine_of(world), {**ANYTHING, "stops": {"min": 1}}, limit=1000)
    by_id = {offer.id: offer for offer in world.offers}
    seen = 0
    for offer in result.offers:
        raw = by_id[offer.id]
        waits = [
            int((after.departs - before.arrives).total_seconds() // 60)
            for before, after in zip(raw.segments, raw.segments[1:], strict=False)
        ]
        changes = [
            before.destination != after.origin
            for before, after in zip(raw.segments, raw.segments[1:], strict=False)
        ]
        told = offer.warnings
        assert any("tight connection" in text for text in told) == any(wait < 45 for wait in waits)
        assert any("long wait" in text for text in told) == any(wait >= 360 for wait in waits)
        assert any("change of airport" in text for text in told) == any(changes)
        assert ("lands next day" in told) == ((raw.arrives.date() - raw.departs.date()).days == 1)
        assert any("operated by" in text for text in told) == any(
            leg.operating != leg.carrier for leg in raw.segments
        )
        assert any("left at this price" in text for text in told) == (1 <= raw.seats < 5)
        seen += bool(told)
    assert seen > 20


def test_another_airport_of_the_same_city_is_warned_of(world, engine_of):
    query = {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]}
    result = search(engine_of(world), query, limit=1000)
    seen = set()
    for offer in result.offers:
        out, back = offer.slices
        lands, leaves = out.segments[-1].destination, back.segments[0].origin
        begins, ends = out.segments[0].origin, back.segments[-1].destination
        told = offer.warnings
        assert (f"goes on from {leaves}, not {lands}" in told) == (lands != leaves)
        assert (f"comes back to {ends}, not {begins}" in told) == (begins != ends)
        seen |= {lands != leaves, begins != ends}
    assert seen == {True, False}
