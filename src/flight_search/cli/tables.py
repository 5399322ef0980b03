"""The one look of all tables: no frame but a line below the head, nothing wider than the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.table import Table
from rich.text import Text

from flight_search.cli.output import printable


@dataclass(frozen=True)
class Column:
    """A column: its head, which side it leans on, whether it may give way where the screen is narrow."""

    head: str
    justify: Literal["left", "right"] = "left"
    style: str = ""
    fits: bool = False
    """Whether it wraps to leave room for the others, which do not."""


def table_of(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Table:
    """Return a table of texts; cells may be styled ``Text`` already."""
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False
    )
    for column in columns:
        table.add_column(
            column.head,
            justify=column.justify,
            style=column.style,
            no_wrap=not column.fits,
            overflow="fold",
            min_width=len(column.head),
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(printable(str(cell))) for cell in row))
    return table
