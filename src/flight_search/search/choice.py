"""Which plan a search takes: the one that is expected to look at the least.

In: a prepared query, the lists and tallies of the snapshot. Out: ``Choice``. Three plans lead to the same
result:

* *filter first*: the rows of the named routes and days are filtered one by one, then all that are left are
  scored. The only one for what names places or days, and the best for those: it looks at little else.
* *meaning first*: all profiles are compared with the soft words, then bundles are opened in the order of the
  best that their offers can be, and the facts of each offer are checked there. Best where most profiles
  occur among the matches anyway.
* *mixed*: bundles are chosen by their facts, only their profiles are compared, then as above. Best where the
  facts leave a part of them.

What each would cost is estimated from row counts alone: lists of bundles per set of carriers, tallies (exact
counts of stops, cabins, carriers and hours) and samples of the prices. No plan is tied to a kind of query.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from flight_search.search.bundles import Bundled
from flight_search.search.found import Ask
from flight_search.search.index import SnapshotIndex
from flight_search.search.reach import Reach, reach_of

ROW_NS: Final = 25.0
"""To look at a row: three or four comparisons of a column."""
MATCH_NS: Final = 300.0
"""To score, count and order a match."""
BUNDLE_NS: Final = 40.0
"""To bound the score of a bundle."""
PROFILE_NS: Final = 18.0
"""To bound the cosine of a profile of 384 dimensions."""
GATHERED_PROFILE_NS: Final = 60.0
"""The same where its vector has to be copied first."""
OPENING_NS: Final = 800_000.0
"""To open the first bundles, whatever is asked."""


class PlanName(StrEnum):
    """The plans."""

    FILTER_FIRST = "filter first"
    MEANING_FIRST = "meaning first"
    MIXED = "mixed"


@dataclass(frozen=True)
class Choice:
    """The plan that was taken, why, and what each was expected to cost."""

    plan: PlanName
    why: str
    reach: Reach | None = None
    bundled: Bundled | None = None
    expected_matches: int | None = None
    expected_bundles: int | None = None
    expected_ms: tuple[tuple[str, float], ...] = ()

    def as_plan(self) -> dict[str, object]:
        """Return the choice as the plan of a result shows it."""
        shown: dict[str, object] = {"order_of_stages": str(self.plan), "why": self.why}
        return {**shown, "expected_ms": dict(self.expected_ms)} if self.expected_ms else shown


def choose(index: SnapshotIndex, ask: Ask, wanted: PlanName | None = None) -> Choice:
    """Return the cheapest plan that can answer a query; the ``wanted`` one if it can."""
    bundled = index.bundled
    if bundled is None or not bundled.is_good_at(ask.now_minute):
        return Choice(PlanName.FILTER_FIRST, "There are no bundles of this snapshot for this hour.")
    reach = reach_of(index, bundled, ask.query, ask.pricing)
    if isinstance(reach, str):
        return Choice(PlanName.FILTER_FIRST, f"Bundles do not answer this: {reach}.")
    matches, bundles = _expected(index, bundled, reach)
    profiles = len(index.snapshot.vectors) if ask.wish.vector is not None else 0
    opened = OPENING_NS + BUNDLE_NS * bundles
    costs = {
        PlanName.FILTER_FIRST: ROW_NS * index.size + MATCH_NS * matches,
        PlanName.MEANING_FIRST: opened + PROFILE_NS * profiles,
        PlanName.MIXED: opened + GATHERED_PROFILE_NS * min(profiles, bundles),
    }
    plan = wanted or min(costs, key=lambda name: costs[name])
    return Choice(
        plan=plan,
        why=f"{_why(plan)} It was expected to look at the least.",
        reach=reach,
        bundled=bundled,
        expected_matches=matches,
        expected_bundles=bundles,
        expected_ms=tuple((str(name), round(ns / 1e6, 3)) for name, ns in costs.items()),
    )


def _expected(index: SnapshotIndex, bundled: Bundled, reach: Reach) -> tuple[int, int]:
    """Return how many matches and bundles are expected: as if the price did not depend on the rest."""
    tally = next(tally for tally in bundled.tallies if reach.facts <= tally.facts.keys())
    cells = reach.cells(tally)
    offers = int((tally.start[cells + 1] - tally.start[cells]).sum())
    prices = index.statistics.price
    low, high = (
        np.searchsorted(prices, reach.fares.lowest),
        np.searchsorted(prices, reach.fares.highest, "right"),
    )
    share = float(high - low) / max(len(prices), 1)
    of_all = offers / max(int(tally.start[-1]), 1)
    if reach.sets is None:
        bundles = of_all * len(bundled.bundles.profile)
    else:
        # The lists of the sets are known; how the other facts thin them out is taken as among the offers.
        start = bundled.by_carriers.start
        listed = int((start[1:] - start[:-1])[reach.sets].sum())
        known = next(tally for tally in bundled.tallies if "carriers" in tally.facts)
        of_sets = reach.sets[known.facts["carriers"]]
        flown = int((known.start[1:] - known.start[:-1])[of_sets].sum())
        bundles = listed * offers / max(flown, 1)
    return round(offers * share), round(bundles)


def _why(plan: PlanName) -> str:
    match plan:
        case PlanName.FILTER_FIRST:
            return "All rows are filtered, then the profiles of what is left are scored."
        case PlanName.MEANING_FIRST:
            return (
                "Counts come from tallies; all profiles are compared, then bundles are opened best first "
                "until none that is left can come among those shown."
            )
        case PlanName.MIXED:
            return (
                "Counts come from tallies; bundles are chosen by their facts, their profiles compared, then "
                "they are opened best first until none that is left can come among those shown."
            )
