"""Rows that were refused, kept for those who can mend them: one JSON object per line.

``{"source": …, "line": …, "field": …, "reason": …, "says": …, "value": …}``: where it stands, what is wrong
in one word and in a sentence, and what was written there. One file per source, that of the last run; it is
put in place when the run has read the source to its end.
"""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from flight_search.ingest.sources.reasons import REASONS

MOST_VALUE = 200
"""Characters of the written value that are kept."""


class Quarantine:
    """Writes the refusals of one source. Use it in a ``with``; without ``keep`` the old file stays."""

    def __init__(self, folder: Path, source: str) -> None:
        """Take the folder of all quarantine files and the name of the source."""
        self.path = folder / f"{source}.jsonl"
        self._source = source
        self._aside = folder / f"{source}.{os.getpid()}.new"
        self._counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        """Begin an empty file aside."""
        self._aside.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._aside.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the file in place, as far as it came: what was refused is wanted most after a failure."""
        self._file.close()
        self._aside.replace(self.path)

    @property
    def counts(self) -> dict[str, int]:
        """Refused rows by reason, most first."""
        return dict(self._counts.most_common())

    def add(self, refusals: Iterable[pl.DataFrame]) -> None:
        """Write refusals (columns of ``rows.REFUSED``)."""
        for refusal in refusals:
            if not refusal.height:
                continue
            for reason, count in refusal["reason"].value_counts().iter_rows():
                self._counts[reason] += count
            says = pl.col("reason").replace_strict(REASONS, default="", return_dtype=pl.String)
            refusal.select(
                pl.lit(self._source).alias("source"),
                "line",
                "field",
                "reason",
                says.alias("says"),
                pl.col("value").str.slice(0, MOST_VALUE),
            ).write_ndjson(self._file)
