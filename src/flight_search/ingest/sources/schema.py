"""What must hold for a row before it may become an offer: one schema, checked by dataframely.

In: rows whose codes and clocks are found (``check``) with the facts that rules need. Out: the rows that
pass, and for each other row the first rule that it breaks. The order of the rules is that of causes: an
arrival before the departure is also too fast.
"""

from typing import Final

import dataframely as dy
import polars as pl

from flight_search.catalog.schema import CABINS
from flight_search.ingest.sources.rows import MINUTES_OF_DAY, REFUSED, SEGMENTS

# No jet cruises above 1,000 km/h; with the strongest tail wind 1,200 km/h (20 km a minute) from gate to gate
# is out of reach. Short hops get a quarter of an hour more.
KM_PER_MINUTE, SPARE_MINUTES = 20.0, 15.0
# The longest flight, Singapore to New York, takes 19 hours; with a stop for fuel none takes 30.
_MOST_MINUTES = 30 * 60
_MOST_LAYOVER_MINUTES = 2 * MINUTES_OF_DAY
_MOST_DOLLARS = 100_000
_MOST_BAGS, _MOST_SEATS = 9, 1_000


class CheckedRow(dy.Schema):
    """One leg or offer, with the facts of its flights."""

    row = dy.UInt32(nullable=False)
    """Position in the batch, by which a verdict finds its row again."""
    goes_somewhere = dy.Bool(nullable=False, check=lambda column: column)
    is_connected = dy.Bool(nullable=False, check=lambda column: column)
    shortest_minutes = dy.Int64(nullable=False, min=1)
    spare_minutes = dy.Float64(nullable=False, min=0.0)
    """Least of what is left of each flight when the distance is flown as fast as can be."""
    longest_minutes = dy.Int64(nullable=False, max=_MOST_MINUTES)
    shortest_layover = dy.Int64(nullable=True, min=0)
    longest_layover = dy.Int64(nullable=True, max=_MOST_LAYOVER_MINUTES)
    price = dy.Int64(nullable=True, min=1)
    currency = dy.String(nullable=True)
    dollars = dy.Float64(nullable=True, max=float(_MOST_DOLLARS))
    cabin = dy.String(nullable=False, check=lambda column: column.is_in(list(CABINS)))
    carry_on = dy.Int64(nullable=True, min=0, max=_MOST_BAGS)
    checked = dy.Int64(nullable=True, min=0, max=_MOST_BAGS)
    seats = dy.Int64(nullable=True, min=0, max=_MOST_SEATS)

    @dy.rule()
    def price_has_currency(cls) -> pl.Expr:  # noqa: N805  dataframely calls it with the class
        """A price without a currency is no price."""
        return pl.col("price").is_null() | pl.col("currency").is_not_null()


def _joined(*names: str) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator=" ", ignore_nulls=True)


def _of_segments(*names: str) -> pl.Expr:
    return _joined(*(f"{name}_{number}" for number in SEGMENTS for name in names))


_ENDS, _TIMES, _PRICE = (
    _of_segments("origin", "destination"),
    _of_segments("written"),
    _joined("said_price", "currency"),
)
_RULES: Final[tuple[tuple[str, str, str, pl.Expr], ...]] = (
    ("goes_somewhere|check", "same_airport", "destination", _ENDS),
    ("is_connected|check", "not_connected", "segments", _ENDS),
    ("shortest_minutes|min", "arrives_before_departure", "arrives_at", _TIMES),
    ("spare_minutes|min", "too_fast", "arrives_at", _TIMES),
    ("longest_minutes|max", "too_long", "arrives_at", _TIMES),
    ("shortest_layover|min", "connection_missed", "segments", _TIMES),
    ("longest_layover|max", "layover_absurd", "segments", _TIMES),
    ("price_has_currency", "currency_missing", "currency", _PRICE),
    ("price|min", "price_not_positive", "price", _PRICE),
    ("dollars|max", "price_absurd", "price", _PRICE),
    ("carry_on|min", "bag_count_absurd", "carry_on", _joined("carry_on")),
    ("carry_on|max", "bag_count_absurd", "carry_on", _joined("carry_on")),
    ("checked|min", "bag_count_absurd", "checked", _joined("checked")),
    ("checked|max", "bag_count_absurd", "checked", _joined("checked")),
    ("seats|min", "seats_absurd", "seats", _joined("seats")),
    ("seats|max", "seats_absurd", "seats", _joined("seats")),
    ("cabin|nullability", "unreadable", "cabin", _joined("cabin")),
    ("cabin|check", "unreadable", "cabin", _joined("cabin")),
)
"""Rule of the schema, reason and field of the refusal, and the value it shows."""
_INVALID = "invalid"


def apply_schema(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that pass, with all their columns, and the refusals of the others.

    Raises AssertionError if the schema has a rule that nobody told how to explain: a row must not vanish.
    """
    frame = frame.with_row_index("row")
    facts = frame.select(CheckedRow.column_names())
    good, failure = CheckedRow.filter(facts)
    if good.height == frame.height:
        return frame.drop("row"), pl.DataFrame(schema=REFUSED)
    details = failure.details()
    broken = pl.coalesce(
        pl.when(pl.col(rule) == _INVALID).then(pl.lit(number))
        for number, (rule, *_) in enumerate(_RULES)
        if rule in details.columns
    )
    verdicts = details.select("row", broken.alias("rule"))
    if verdicts["rule"].null_count():
        raise AssertionError(f"a rule among {details.columns} has no explanation")
    bad = frame.join(verdicts, on="row", how="inner")
    refusals = [
        bad.filter(pl.col("rule") == number).select(
            "line",
            pl.lit(field).alias("field"),
            pl.lit(reason).alias("reason"),
            value.fill_null("").alias("value"),
        )
        for number, (_, reason, field, value) in enumerate(_RULES)
    ]
    passed = frame.join(verdicts, on="row", how="anti", maintain_order="left")
    return passed.drop("row"), pl.concat(refusals).cast(REFUSED)
