"""What ``flight-search search`` does once its options are read."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from flight_search.cli.backend import ask_ports
from flight_search.cli.output import Output
from flight_search.cli.place_names import PlaceReader, known_codes
from flight_search.cli.plan_view import show_plan
from flight_search.cli.problems import invalid
from flight_search.cli.query_flags import QueryFlags, query_of
from flight_search.cli.results import exit_code_of, show_search
from flight_search.cli.values import standard_input
from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.query import FlightQuery, Place
from flight_search.domain.result import SearchRequest, SearchResult
from flight_search.reference.airports import load_airports
from flight_search.services.bodies import parse_body
from flight_search.services.ports import Ports

if TYPE_CHECKING:
    from flight_search.services.settings import Role


def run_search(  # noqa: PLR0913 - what the command line says beside the query
    flags: QueryFlags,
    *,
    limit: int,
    cursor: str | None,
    query_file: str | None,
    url: str | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Search, write the result, return the exit code."""
    output = Output.open(as_json=as_json)
    ready = _query_of_file(query_file, flags) if query_file is not None else None

    # Names of places take a second to load: not for plain codes of airports.
    airports = load_airports() if flags.places() else {}
    codes = {name: place for name in flags.places() if (place := known_codes(name, airports))}

    async def work(ports: Ports) -> SearchResult:
        async def look_up(name: str) -> Place:
            return codes.get(name) or await PlaceReader(ports.need_places(), output.note).look_up(name)

        query = ready or await query_of(flags, look_up)
        try:
            request = SearchRequest(query=query, limit=limit, cursor=cursor, explain=explain)
        except ValidationError as error:
            raise invalid(error, "search") from None
        return await ports.need_offers().search(request)

    role: Role = "rag" if len(codes) == len(set(flags.places())) else "all"
    result = ask_ports(role, url, work)
    if as_json:
        output.json_text(result.model_dump_json(by_alias=True))
    else:
        show_search(result, output)
        show_plan(result, output)
    return exit_code_of(result)


def _query_of_file(name: str, flags: QueryFlags) -> FlightQuery:
    """Return the query of a JSON file: a query of the contract."""
    if given := flags.given():
        raise InvalidRequestError(
            f"--query already says everything; {_option(given[0])} cannot stand beside it.",
            remedy="Write it into the JSON, or leave --query out.",
        )
    text = standard_input() if name == "-" else Path(name).read_bytes()
    try:
        return parse_body(FlightQuery, text.encode() if isinstance(text, str) else text)
    except InvalidRequestError as error:
        raise InvalidRequestError(
            f"--query: {error.detail}",
            remedy="It takes a query as JSON, like "
            '{"slices": [{"origin": {"label": "JFK", "airports": ["JFK"]}}]}.',
            fields=error.fields,
        ) from None


def _option(name: str) -> str:
    renamed = {"origin": "from", "destination": "to", "slices": "slice"}
    return f"--{renamed.get(name, name).strip('_').replace('_', '-')}"
