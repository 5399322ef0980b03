"""Tables that are packaged with this folder."""

import csv
from importlib.resources import files


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of the CSV file ``name`` of ``reference/data``, by the names in its first line."""
    table = files("flight_search.reference").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(table.splitlines()))
