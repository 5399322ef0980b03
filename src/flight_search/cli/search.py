"""``flight-search search``: an option for every field of the query → offers."""

from typing import Annotated, TypeAlias

import typer

from flight_search.cli.options import DEFAULT_LIMIT, AsJson, Limit, Url
from flight_search.domain.query import Cabin, Sort, Trip

_JOURNEY = "Journey"
_DAYS = "Days and times"
_FLIGHTS = "Which flights"
_PRICE = "Price and passengers"
_INPUT = "Input and output"

Text: TypeAlias = str | None


def search(  # noqa: PLR0913 - one for every field of the query
    *,
    origin: Annotated[
        Text,
        typer.Option(
            "--from",
            metavar="PLACE",
            help="Name or code, or codes with commas: JFK,LGA.",
            rich_help_panel=_JOURNEY,
        ),
    ] = None,
    destination: Annotated[
        Text,
        typer.Option("--to", metavar="PLACE", help="The same for the destination.", rich_help_panel=_JOURNEY),
    ] = None,
    trip: Annotated[
        Trip | None,
        typer.Option(
            "--trip",
            metavar="KIND",
            help="one_way, round_trip, multi_city; follows from the other options.",
            rich_help_panel=_JOURNEY,
        ),
    ] = None,
    slices: Annotated[
        list[str] | None,
        typer.Option(
            "--slice",
            metavar="FROM>TO@DAY",
            help='Several stages: --slice "JFK>LAX@2026-12-04" for each.',
            rich_help_panel=_JOURNEY,
        ),
    ] = None,
    depart: Annotated[
        Text,
        typer.Option(
            "--depart", metavar="DAYS", help="2026-12-04, or 2026-12-04..2026-12-10.", rich_help_panel=_DAYS
        ),
    ] = None,
    return_: Annotated[
        Text, typer.Option("--return", metavar="DAYS", help="Days of the way back.", rich_help_panel=_DAYS)
    ] = None,
    nights: Annotated[
        Text, typer.Option("--nights", metavar="N", help="Nights there: 7, or 3-7.", rich_help_panel=_DAYS)
    ] = None,
    weekday: Annotated[
        list[str] | None,
        typer.Option("--weekday", metavar="DAY", help="sat, or fri,sat; repeatable.", rich_help_panel=_DAYS),
    ] = None,
    return_weekday: Annotated[
        list[str] | None,
        typer.Option(
            "--return-weekday", metavar="DAY", help="The same for the way back.", rich_help_panel=_DAYS
        ),
    ] = None,
    depart_time: Annotated[
        Text,
        typer.Option(
            "--depart-time", metavar="TIMES", help="17:00-21:00, 17:00- or -21:00.", rich_help_panel=_DAYS
        ),
    ] = None,
    arrive_time: Annotated[
        Text,
        typer.Option("--arrive-time", metavar="TIMES", help="Local time of arrival.", rich_help_panel=_DAYS),
    ] = None,
    return_depart_time: Annotated[
        Text,
        typer.Option("--return-depart-time", metavar="TIMES", help="Of the way back.", rich_help_panel=_DAYS),
    ] = None,
    return_arrive_time: Annotated[
        Text,
        typer.Option("--return-arrive-time", metavar="TIMES", help="Of the way back.", rich_help_panel=_DAYS),
    ] = None,
    flight: Annotated[
        Text,
        typer.Option("--flight", metavar="NUMBER", help="One named flight: DL100.", rich_help_panel=_FLIGHTS),
    ] = None,
    stops: Annotated[
        Text, typer.Option("--stops", metavar="N", help="0 (or nonstop), 0-1, 1.", rich_help_panel=_FLIGHTS)
    ] = None,
    carrier: Annotated[
        list[str] | None,
        typer.Option(
            "--carrier", metavar="CODE", help="Only these airlines: DL,B6.", rich_help_panel=_FLIGHTS
        ),
    ] = None,
    not_carrier: Annotated[
        list[str] | None,
        typer.Option("--not-carrier", metavar="CODE", help="Not these airlines.", rich_help_panel=_FLIGHTS),
    ] = None,
    cabin: Annotated[
        Cabin | None,
        typer.Option(
            "--cabin",
            metavar="CABIN",
            help="economy, premium_economy, business, first.",
            rich_help_panel=_FLIGHTS,
        ),
    ] = None,
    max_duration: Annotated[
        Text,
        typer.Option(
            "--max-duration", metavar="TIME", help="Of each way: 8h, 8h30, 510.", rich_help_panel=_FLIGHTS
        ),
    ] = None,
    layover: Annotated[
        Text,
        typer.Option(
            "--layover", metavar="TIMES", help="Between two flights: 60-180, 1h-3h.", rich_help_panel=_FLIGHTS
        ),
    ] = None,
    via: Annotated[
        list[str] | None,
        typer.Option(
            "--via", metavar="CODE", help="Connect at one of these airports.", rich_help_panel=_FLIGHTS
        ),
    ] = None,
    avoid: Annotated[
        list[str] | None,
        typer.Option("--avoid", metavar="CODE", help="Do not connect there.", rich_help_panel=_FLIGHTS),
    ] = None,
    prefer: Annotated[
        Text,
        typer.Option(
            "--prefer",
            metavar="WORDS",
            help='Wishes that rank: "quiet beach town".',
            rich_help_panel=_FLIGHTS,
        ),
    ] = None,
    min_price: Annotated[
        Text,
        typer.Option(
            "--min-price", metavar="AMOUNT", help="Total for all passengers.", rich_help_panel=_PRICE
        ),
    ] = None,
    max_price: Annotated[
        Text,
        typer.Option(
            "--max-price", metavar="AMOUNT", help="Total for all passengers.", rich_help_panel=_PRICE
        ),
    ] = None,
    currency: Annotated[
        Text,
        typer.Option(
            "--currency", metavar="CODE", help="Of bounds and prices. (default: USD)", rich_help_panel=_PRICE
        ),
    ] = None,
    adults: Annotated[
        int | None, typer.Option("--adults", min=0, metavar="N", help="Default: 1.", rich_help_panel=_PRICE)
    ] = None,
    children: Annotated[
        int | None,
        typer.Option("--children", min=0, metavar="N", help="At the adult fare.", rich_help_panel=_PRICE),
    ] = None,
    infants: Annotated[
        int | None,
        typer.Option("--infants", min=0, metavar="N", help="On a lap of an adult.", rich_help_panel=_PRICE),
    ] = None,
    carry_on: Annotated[
        int | None,
        typer.Option(
            "--carry-on", min=0, metavar="N", help="Carry-on bags included.", rich_help_panel=_PRICE
        ),
    ] = None,
    checked: Annotated[
        int | None,
        typer.Option("--checked", min=0, metavar="N", help="Checked bags included.", rich_help_panel=_PRICE),
    ] = None,
    refundable: Annotated[
        bool | None,
        typer.Option("--refundable/--no-refundable", help="Refundable or not.", rich_help_panel=_PRICE),
    ] = None,
    sort: Annotated[
        Sort | None,
        typer.Option(
            "--sort",
            metavar="ORDER",
            help="best, price, duration, departure_time, departure_time_desc, arrival_time, emissions.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Annotated[
        Text,
        typer.Option(
            "--cursor", metavar="TOKEN", help="The next page of the same search.", rich_help_panel=_INPUT
        ),
    ] = None,
    query_file: Annotated[
        Text,
        typer.Option(
            "--query",
            metavar="FILE",
            help="A query in JSON instead of options; - for stdin.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Show the plan: what each step left, and how long it took.",
            rich_help_panel=_INPUT,
        ),
    ] = False,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Search with exact options: one for every field of the query.

    For example: flight-search search --from JFK,LGA --to Miami --depart 2026-12-04 --stops 0 --max-price 200
    """
    from flight_search.cli.query_flags import QueryFlags  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.searching import run_search  # noqa: PLC0415

    flags = QueryFlags(
        origin=origin,
        destination=destination,
        depart=depart,
        return_=return_,
        nights=nights,
        weekday=weekday or [],
        return_weekday=return_weekday or [],
        depart_time=depart_time,
        arrive_time=arrive_time,
        return_depart_time=return_depart_time,
        return_arrive_time=return_arrive_time,
        slices=slices or [],
        trip=trip,
        adults=adults,
        children=children,
        infants=infants,
        cabin=cabin,
        stops=stops,
        carrier=carrier or [],
        not_carrier=not_carrier or [],
        min_price=min_price,
        max_price=max_price,
        currency=currency,
        max_duration=max_duration,
        layover=layover,
        via=via or [],
        avoid=avoid or [],
        carry_on=carry_on,
        checked=checked,
        refundable=refundable,
        sort=sort,
        prefer=prefer,
        flight=flight,
    )
    code = run_search(
        flags,
        limit=limit,
        cursor=cursor,
        query_file=query_file,
        url=url,
        explain=explain,
        as_json=as_json,
    )
    if code:
        raise typer.Exit(code)
