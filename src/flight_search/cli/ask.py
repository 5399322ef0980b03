"""``flight-search ask``: plain words → what was understood and what was found."""

from typing import Annotated

import typer
from pydantic import ValidationError

from flight_search.cli.options import DEFAULT_LIMIT, AsJson, Limit, Url


def ask(  # noqa: PLR0913 - an option each
    text: Annotated[list[str], typer.Argument(help="The request, in your own words; - reads it from stdin.")],
    *,
    limit: Limit = DEFAULT_LIMIT,
    currency: Annotated[str, typer.Option(help="Currency of prices without one, and of the answer.")] = "USD",
    now: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Understand the request as if it were then: 2026-12-01T09:00-05:00."
        ),
    ] = None,
    locale: Annotated[
        str, typer.Option(help="How dates are written: en-US month first, en-GB day first.")
    ] = "en-US",
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Ask for flights in plain words.

    For example: flight-search ask "nonstop from New York to Miami next Friday under $200"
    """
    # Engines are imported when a command runs, so that --help and completion stay quick.
    from flight_search.cli.backend import ask_ports  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.problems import invalid  # noqa: PLC0415
    from flight_search.cli.results import exit_code_of, show_ask  # noqa: PLC0415
    from flight_search.cli.values import standard_input, when  # noqa: PLC0415
    from flight_search.domain.errors import InvalidRequestError  # noqa: PLC0415
    from flight_search.domain.result import AskRequest, AskResult  # noqa: PLC0415
    from flight_search.services.ask import Asker  # noqa: PLC0415
    from flight_search.services.ports import Ports  # noqa: PLC0415

    words = standard_input() if text == ["-"] else " ".join(text)
    if not words.strip():
        raise InvalidRequestError(
            "There is nothing to understand: the request is empty.",
            remedy='Ask for flights, like flight-search ask "nonstop from New York to Miami on Friday".',
        )
    moment = None if now is None else when(now)
    try:
        request = AskRequest(text=words, now=moment, locale=locale, currency=currency, limit=limit)
    except ValidationError as error:
        raise invalid(error, "ask") from None

    async def work(ports: Ports) -> AskResult:
        return await Asker(ports.need_intents(), ports.need_offers()).ask(request)

    answered = ask_ports("all", url, work)
    output = Output.open(as_json=as_json)
    if as_json:
        output.json_text(answered.model_dump_json(by_alias=True))
    else:
        show_ask(answered, output, limit)
    code = exit_code_of(answered.result)
    if code:
        raise typer.Exit(code)
