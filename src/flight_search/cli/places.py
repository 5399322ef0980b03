"""``flight-search places``: what a name stands for."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from flight_search.cli.options import DEFAULT_LIMIT, AsJson, Limit, Url

if TYPE_CHECKING:
    from flight_search.services.ports import PlaceSuggestion

_MOST_CODES: Final = 6


def places(
    name: Annotated[list[str], typer.Argument(help="A name, its beginning, or a code.")],
    *,
    limit: Limit = DEFAULT_LIMIT,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a name of a place stands for, likeliest first.

    For example: flight-search places Portland
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - as in ``ask``

    from flight_search.cli.backend import ask_ports  # noqa: PLC0415
    from flight_search.cli.failures import ExitCode  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.problems import invalid  # noqa: PLC0415
    from flight_search.cli.tables import Column, table_of  # noqa: PLC0415
    from flight_search.services.ports import PlaceSuggestion, Ports  # noqa: PLC0415
    from flight_search.services.routes.intent import PlacesQuery  # noqa: PLC0415

    try:
        asked = PlacesQuery(q=" ".join(name), limit=min(limit, 50))
    except ValidationError as error:
        raise invalid(error, "places") from None

    async def work(ports: Ports) -> list[PlaceSuggestion]:
        return await ports.need_places().find(asked.q, asked.limit)

    found = ask_ports("llm", url, work)
    output = Output.open(as_json=as_json)
    if as_json:
        output.json_text(TypeAdapter(list[PlaceSuggestion]).dump_json(found).decode())
    elif found:
        columns = (
            Column("Place", style="bold", fits=True),
            Column("Kind"),
            Column("Where", fits=True),
            Column("Airports", fits=True),
            Column("Fits", "right", "dim"),
        )
        output.out.print(table_of(columns, [_row(place) for place in found]))
    else:
        output.say(f"No place is known by the name {asked.q!r}.")
    if not found:
        raise typer.Exit(ExitCode.NO_MATCH)


def _row(place: "PlaceSuggestion") -> tuple[str, ...]:
    shown = ", ".join(place.airports[:_MOST_CODES])
    left = len(place.airports) - _MOST_CODES
    more = f" and {left} more" if left > 0 else ""
    where = ", ".join(part for part in (place.subdivision, place.country) if part)
    return place.label, place.kind, where, shown + more, f"{place.score:.0%}"
