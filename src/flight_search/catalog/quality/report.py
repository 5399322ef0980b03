"""The quality report of a snapshot as it is written: what ``snapshots report --json`` answers with.

Counts named ``before`` are those of the snapshot that is compared with; None where there is none.
"""

from pydantic import AwareDatetime

from flight_search.domain.query import Contract


class SourceFigures(Contract):
    """What a snapshot has of one source."""

    name: str
    title: str
    data_date: str
    offers: int
    before: int | None


class RefusedRows(Contract):
    """Rows that did not become offers, for one reason."""

    reason: str
    rows: int
    before: int | None
    sources: dict[str, int]
    """Rows refused (they are in the quarantine file) by source, where the build counted them."""


class RegionFigures(Contract):
    """What departs from one continent or country."""

    code: str
    """ISO 3166-1 alpha-2 of a country; the name of a continent."""
    name: str
    offers: int
    before: int | None
    airports: int
    routes: int


class Extent(Contract):
    """How many airports, routes, carriers or days have offers."""

    name: str
    count: int
    before: int | None
    added: int
    removed: int
    most_added: tuple[str, ...]
    """Those with the most offers first."""
    most_removed: tuple[str, ...]


class Bin(Contract):
    """One bar of a distribution."""

    label: str
    offers: int
    before: int | None


class Quantiles(Contract):
    """Of the values that are known."""

    least: float
    p10: float
    p25: float
    median: float
    p75: float
    p90: float
    most: float


class Distribution(Contract):
    """How one fact is spread over all offers."""

    name: str
    unit: str
    bins: tuple[Bin, ...]
    quantiles: Quantiles | None
    """None for named kinds, and where nothing is known."""
    quantiles_before: Quantiles | None
    unknown: int
    """Offers without this fact; they are in no bin."""
    unknown_before: int | None
    difference: float | None
    """Share of offers that would have to change their bin for both to be alike (total variation
    distance), 0 to 1; None without a snapshot to compare with.
    """


class DayFigures(Contract):
    """Offers that depart on one local day."""

    day: str
    offers: int
    before: int | None


class Freshness(Contract):
    """How old the data is, and for how long it lasts."""

    built_at: AwareDatetime
    age_seconds: float
    first_day: str
    last_day: str
    days_left: int
    """From today (UTC) to the last day with departures; negative when all have departed."""
    departed: int
    """Offers that have departed by now, and can no longer be bought."""
    exchange_rates_date: str


class QualityReport(Contract):
    """All of it."""

    snapshot: str
    against: str | None
    made_at: AwareDatetime
    currency: str
    offers: int
    offers_before: int | None
    remarks: tuple[str, ...]
    """What stands out, as sentences; empty where nothing does."""
    notes: tuple[str, ...]
    """What could not be compared, and why."""
    sources: tuple[SourceFigures, ...]
    refused: tuple[RefusedRows, ...]
    continents: tuple[RegionFigures, ...]
    countries: tuple[RegionFigures, ...]
    coverage: tuple[Extent, ...]
    days: tuple[DayFigures, ...]
    distributions: tuple[Distribution, ...]
    freshness: Freshness
