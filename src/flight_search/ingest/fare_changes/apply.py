"""``flight-search fares apply``: a file → a version of the fares, in use from the next request on.

In: the bytes of a file. Out: ``FareReport``, and a new version in ``FareStore``. What can be applied is, what
cannot is told line by line; under ``strict`` all or nothing. The file is read before the lock is taken, and
the snapshot and the version before are looked at under it, so two writers never lose each other's changes.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.catalog.fares.lay_over import lay_over
from flight_search.catalog.fares.merge import merge, no_fares
from flight_search.catalog.fares.overlay import OWN_PRICE, FareManifest, Fares, Overlay
from flight_search.catalog.fares.store import Applied, FareStore, FareWriter
from flight_search.catalog.schema import BASES, UNKNOWN
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import FaresError, InvalidRequestError, SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.fare_changes.match import SEVERAL, UNKNOWN_OFFER, match_rows
from flight_search.ingest.fare_changes.parse import PARTS, Money, parse_rows, shown_rows
from flight_search.ingest.fare_changes.read import read_rows
from flight_search.ingest.fare_changes.rows import RawRows
from flight_search.reference.currencies import minor_digits

MOST_TIMES: Final = 50
"""A price that is so many times the one before, or that part of it, is taken for a slip: cents for dollars
are 100 times. ``any_price`` lets it pass."""

_LARGEST: Final = int(np.iinfo(np.int32).max)


@dataclass(frozen=True)
class Options:
    """How a file is applied."""

    currency: str | None = None
    """Of rows that name none; None: that of the data."""
    strict: bool = False
    """Apply all rows or none."""
    any_price: bool = False
    """Take prices that look like slips."""
    dry_run: bool = False
    """Only tell what would be done."""


@dataclass(frozen=True)
class FareReport:
    """The outcome of applying one file."""

    version: str | None
    """Name of the version that is now in use; None after a dry run."""
    snapshot: str
    source: str
    rows: int
    applied: int
    """Offers that have a new price or mark."""
    sold_out: int
    """Of them marked as sold out."""
    unknown: int
    refused: int
    replaced: int
    """Rows whose offer a later row names again."""
    in_effect: int
    """Offers with a price or mark of some version, this one included."""
    notes: tuple[str, ...]
    left_out: pl.DataFrame = field(repr=False)
    """``line``, ``kind``, ``reason``, ``row`` of all that was not applied, by line."""
    seconds: float = 0.0


@dataclass(frozen=True)
class FareFiles:
    """Applies files to the fares of one data folder."""

    snapshots: SnapshotStore
    store: FareStore
    progress: Progress
    clock: Callable[[], dt.datetime]

    def apply(self, content: bytes, source: str, options: Options) -> FareReport:
        """Apply a file. Raises SourceError (the file), SnapshotError (no data) or FaresError (lock, room).

        Whatever it raises, the fares in use are those of before.
        """
        began = time.perf_counter()
        # Tells that there is no data before anything is read or written.
        self.snapshots.open()
        self.progress.start("Reading the file")
        raw = read_rows(content, source)
        self.progress.advance(len(raw.frame))
        if options.dry_run:
            report = self._applied(raw, source, options, None)
        else:
            with self.store.writing() as writer:
                report = self._applied(raw, source, options, writer)
        self.progress.finish()
        return replace(report, seconds=round(time.perf_counter() - began, 3))

    def _applied(self, raw: RawRows, source: str, options: Options, writer: FareWriter | None) -> FareReport:
        snapshot, before = self.snapshots.open(), _current(self.store)
        money = _money(snapshot, options)
        if before is not None and before.manifest.currency != money.currency:
            before = None
            raw.notes.append("The fares before were in another currency than the data and are left behind.")
        self.progress.start("Matching offers", len(raw.frame), "rows")
        rows = match_rows(parse_rows(raw.frame, money), snapshot)
        usual = lay_over(replace(snapshot, overlay=before)).offers.price
        rows = _priced(rows, usual, money, any_price=options.any_price)
        good = rows.filter(pl.col("reason").is_null())
        last = good.unique("place", keep="last", maintain_order=True)
        left_out = _left_out(raw, rows, good, last)
        self.progress.advance(len(raw.frame))
        _require_use(last, left_out, source, options)
        at = self.clock()
        changes = _changes(last, snapshot, at)
        merged = merge(snapshot, before, changes)
        version = None
        if writer is not None:
            self.progress.start("Writing", len(merged.key), "fares")
            applied = Applied(at, money.currency, snapshot.manifest.name, source, len(changes.key))
            version = writer.publish(merged, applied).name
            self.progress.advance(len(merged.key))
        kinds = dict(left_out.group_by("kind").len().iter_rows())
        return FareReport(
            version=version,
            snapshot=snapshot.manifest.name,
            source=source,
            rows=len(raw.frame) + len(raw.refused),
            applied=len(changes.key),
            sold_out=int(np.count_nonzero(changes.sold_out)),
            unknown=kinds.get("unknown", 0),
            refused=kinds.get("refused", 0),
            replaced=kinds.get("replaced", 0),
            in_effect=len(merged.key),
            notes=tuple(raw.notes),
            left_out=left_out,
        )


def clear_fares(snapshots: SnapshotStore, store: FareStore, clock: Callable[[], dt.datetime]) -> FareManifest:
    """Take all fares away: prices are those of the build again. ``undo`` brings them back."""
    manifest = snapshots.open().manifest
    applied = Applied(clock(), manifest.currency, manifest.name, "cleared", 0)
    with store.writing() as writer:
        return writer.publish(no_fares(), applied)


def _money(snapshot: Snapshot, options: Options) -> Money:
    manifest = snapshot.manifest
    default = options.currency or manifest.currency
    if default not in (manifest.currency, *manifest.exchange_rates):
        known = ", ".join(sorted({manifest.currency, *manifest.exchange_rates}))
        raise InvalidRequestError(
            f"The currency {default} is unknown: the data is in {manifest.currency} and has no rate for it.",
            remedy=f"Give prices in one of: {known}.",
        )
    return Money(manifest.currency, manifest.exchange_rates, default)


def _priced(rows: pl.DataFrame, prices: NDArray[np.int32], money: Money, *, any_price: bool) -> pl.DataFrame:
    """Return the rows with ``minor``, the price in minor units of the data's currency, and more reasons.

    ``prices`` are those in effect before, by row of the snapshot.
    """
    scale = 10 ** minor_digits(money.currency)
    exact = (pl.col("amount") * scale + PARTS // 2) // PARTS
    rates = pl.col("currency").replace_strict(money.rates, default=1.0, return_dtype=pl.Float64)
    converted = (pl.col("amount") / PARTS / rates * scale + 0.5).floor().cast(pl.Int64)
    minor = pl.when(pl.col("currency") == money.currency).then(exact).otherwise(converted)
    places = rows["place"].fill_null(0).to_numpy()
    usual = prices[places] if len(prices) else np.zeros(len(rows), dtype=np.int32)
    rows = rows.with_columns(minor=minor, usual=pl.Series(usual.astype(np.int64)))
    before, now = pl.col("usual"), pl.col("minor")
    slips = ((now > before * MOST_TIMES) | (now * MOST_TIMES < before)) & (before > 0)
    too_large = pl.when(now > _LARGEST).then(pl.lit("price is larger than can be kept"))
    said = f"price is over {MOST_TIMES} times, or under 1/{MOST_TIMES}, of the one before: "
    shown = pl.concat_str(pl.lit(said), (before / scale).round(2), pl.lit(f" {money.currency}"))
    slip = pl.when(slips & (not any_price)).then(shown)
    return rows.with_columns(reason=pl.coalesce("reason", too_large, slip))


def _left_out(raw: RawRows, rows: pl.DataFrame, good: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    schema = {"line": pl.Int64, "kind": pl.String, "reason": pl.String, "row": pl.String}
    unread = pl.DataFrame([vars(one) for one in raw.refused], schema=schema)
    refused = rows.filter(pl.col("reason").is_not_null()).select(
        "line",
        kind=pl.when(pl.col("reason") == UNKNOWN_OFFER).then(pl.lit("unknown")).otherwise(pl.lit("refused")),
        reason="reason",
    )
    replaced = (
        good.join(last.select("place", later="line"), on="place")
        .filter(pl.col("line") != pl.col("later"))
        .select(
            "line", kind=pl.lit("replaced"), reason=pl.format("line {} names the same offer again", "later")
        )
    )
    told = pl.concat([refused, replaced])
    shown = shown_rows(raw.frame.join(told, on="line", how="semi"))
    return pl.concat([unread, told.join(shown, on="line", how="left")]).sort("line")


def _require_use(last: pl.DataFrame, left_out: pl.DataFrame, source: str, options: Options) -> None:
    """Return if the file may be applied. Raises SourceError."""
    wrong = left_out.filter(pl.col("kind") != "replaced")
    if len(last) and not (options.strict and len(wrong)):
        return
    if not len(wrong):
        raise SourceError(f"{source} has no rows.", remedy="Nothing was changed.")
    line, _, reason, _ = wrong.row(0)
    what = "No row can be applied" if not len(last) else f"{len(wrong):,} rows cannot be applied"
    hint = f" Line {line}: {reason}."
    remedy = "Nothing was changed. "
    if reason == UNKNOWN_OFFER:
        remedy += (
            "Ids of offers stand in the results of searches; flights go by carrier, number and local date."
        )
    elif reason == SEVERAL:
        remedy += "`--help` names the columns."
    else:
        remedy += "Correct the file and apply it again."
    raise SourceError(f"{what} of {source}.{hint}", remedy=remedy)


def _changes(last: pl.DataFrame, snapshot: Snapshot, at: dt.datetime) -> Fares:
    places = last["place"].to_numpy().astype(np.int64)
    keys = snapshot.offers.key[places]
    order = np.argsort(keys)
    # A machine whose clock is behind that of the build must not make every new price an old one.
    quoted_at = int(max(at, snapshot.manifest.built_at).timestamp()) + 1
    basis = last["basis"].replace_strict({name: number for number, name in enumerate(BASES)}).to_numpy()
    return Fares(
        key=keys[order],
        row=places[order].astype(np.uint32),
        price=last["minor"].fill_null(OWN_PRICE).to_numpy()[order].astype(np.int32),
        basis=basis[order].astype(np.uint8),
        seats=last["seats"].fill_null(UNKNOWN).to_numpy()[order].astype(np.int8),
        sold_out=last["is_sold_out"].to_numpy()[order].astype(np.uint8),
        quoted_at=np.full(len(order), quoted_at, dtype=np.int64),
    )


def _current(store: FareStore) -> Overlay | None:
    """Return the fares in use. Raises FaresError that says how to go on where they are damaged."""
    try:
        return store.open_current()
    except FaresError as error:
        raise FaresError(
            f"The fares in use are damaged, so nothing can be added to them: {error.detail}",
            remedy=error.remedy,
        ) from error
