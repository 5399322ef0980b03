"""What stands out in a report, as sentences. In: its figures. Out: the sentences, the gravest first.

The thresholds are where somebody who runs the data would want to look, not where it is wrong: what stops a
build is decided while it is built.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from flight_search.catalog.quality.report import (
    DayFigures,
    Distribution,
    Extent,
    Freshness,
    RegionFigures,
    SourceFigures,
)

_CHANGED: Final = 0.1
"""Of all offers, or of one source or region. A night's delivery moves by a few percent."""
_LEAST_REGION: Final = 0.01
"""Share of the offers from which on a region is looked at: small ones change by much every night."""
_SPREAD: Final = 0.1
"""Share of offers in other bins than before."""
_DEPARTED: Final = 0.1
_DAYS_LEFT: Final = 14
_NAMED: Final = 5
_ONE_OF: Final = {"airports": "airport", "routes": "route", "carriers": "carrier", "countries": "country"}


def all_offers_remarks(now: int, before: int | None) -> Iterator[str]:
    """Say that there are none, or many more or fewer."""
    if not now:
        yield "The snapshot has no offers."
    yield from _changed("Offers", now, before)


def freshness_remarks(told: Freshness, offers: int) -> Iterator[str]:
    """Say that the data runs out."""
    if not offers:
        return
    if told.days_left < 0:
        yield f"The last departures were on {told.last_day}: nothing is left to search."
    elif told.days_left < _DAYS_LEFT:
        yield f"The data ends on {told.last_day}, {_counted(told.days_left, 'day')} from today."
    if told.departed >= offers * _DEPARTED and told.days_left >= 0:
        yield f"{told.departed / offers:.0%} of the offers have departed already."


def source_remarks(sources: Sequence[SourceFigures]) -> Iterator[str]:
    """Say which sources came, went or changed much."""
    for one in sources:
        yield from _changed(f"Source {one.name}", one.offers, one.before)


def region_remarks(regions: Sequence[RegionFigures]) -> Iterator[str]:
    """Say from where much more or less departs."""
    total = sum(max(one.offers, one.before or 0) for one in regions)
    for one in regions:
        if max(one.offers, one.before or 0) >= total * _LEAST_REGION:
            yield from _changed(f"From {one.name}", one.offers, one.before)


def coverage_remarks(coverage: Sequence[Extent]) -> Iterator[str]:
    """Say what is no longer there."""
    for one in coverage:
        if one.removed and one.name != "days":
            named = ", ".join(one.most_removed[:_NAMED])
            more = f" and {one.removed - _NAMED:,} more" if one.removed > _NAMED else ""
            yield f"{_counted(one.removed, _ONE_OF[one.name])} without offers now: {named}{more}."


def day_remarks(days: Sequence[DayFigures]) -> Iterator[str]:
    """Say which days inside the extent have no departures."""
    flown = [row for row, one in enumerate(days) if one.offers]
    if not flown:
        return
    holes = [one.day for one in days[flown[0] : flown[-1]] if not one.offers]
    if holes:
        more = f" and {len(holes) - _NAMED:,} more" if len(holes) > _NAMED else ""
        yield f"{_counted(len(holes), 'day')} without any departure: {', '.join(holes[:_NAMED])}{more}."


def distribution_remarks(distributions: Sequence[Distribution]) -> Iterator[str]:
    """Say which facts are spread differently."""
    for one in distributions:
        if one.difference is not None and one.difference >= _SPREAD:
            now, before = one.quantiles, one.quantiles_before
            moved = (
                f": the median went from {before.median:,.1f} to {now.median:,.1f} {one.unit}"
                if now and before and now.median != before.median
                else ""
            )
            yield f"{one.name[0].upper()}{one.name[1:]} differs in {one.difference:.0%} of the offers{moved}."


def _changed(what: str, now: int, before: int | None) -> Iterator[str]:
    if before is None or now == before:
        return
    if not before:
        yield f"{what}: {now:,} offers, none before."
    elif not now:
        yield f"{what}: no offers, {before:,} before."
    elif abs(now - before) >= before * _CHANGED:
        yield f"{what}: {now:,} offers, {now / before - 1:+.0%} against {before:,} before."


def _counted(number: int, noun: str) -> str:
    if number == 1:
        return f"{number:,} {noun}"
    return f"{number:,} {noun.removesuffix('y')}ies" if noun.endswith("ry") else f"{number:,} {noun}s"
