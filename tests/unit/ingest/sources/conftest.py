"""Sources in memory and on disk, checked against the real airports and carriers."""

import datetime as dt

import polars as pl
import pytest

from flight_search.ingest.sources.check import Checker, Terms
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

TODAY = dt.date(2026, 11, 24)
RATES = {"USD": 1.0, "EUR": 0.9, "GBP": 0.8, "JPY": 150.0}


@pytest.fixture(scope="session")
def make_checker():
    """Return a function that makes a checker; the world it checks against is the packaged one."""

    def make(*, today=TODAY, currency="USD", keep_past=False, carriers=None):
        terms = Terms(today, currency, RATES, keep_past=keep_past)
        return Checker(load_airports(), load_carriers() | (carriers or {}), terms)

    return make


@pytest.fixture
def checked(make_checker):
    """Return a function that checks all batches of a source: kept rows, reason by line, left out, notes."""

    def check(source, **terms):
        checker = make_checker(**terms)
        kept, reasons, left_out, notes = [], {}, {}, {}
        for batch in source.batches():
            made = checker.check(batch)
            kept.append(made.rows)
            for part in made.refused:
                for row in part.iter_rows(named=True):
                    assert row["line"] not in reasons, "a row is refused once"
                    reasons[row["line"]] = (row["field"], row["reason"])
            for counts, found in ((left_out, made.left_out), (notes, made.notes)):
                for name, count in found.items():
                    counts[name] = counts.get(name, 0) + count
        return pl.concat(kept), reasons, left_out, notes

    return check
