"""``flight-search serve``: one service, or all of them in one process."""

from typing import Annotated

import typer

from flight_search.cli.options import Host, Port
from flight_search.cli.roles import ServedRole


def serve(
    role: Annotated[
        ServedRole,
        typer.Argument(help="llm understands, rag searches, console puts both together; all: in one."),
    ] = ServedRole.ALL,
    *,
    host: Host = None,
    port: Port = None,
) -> None:
    """Serve until a signal to stop (SIGTERM, Ctrl-C): then finish what is running and end with 0.

    Ports: all and console 8080, llm 8081, rag 8082, unless --port or FLIGHT_SEARCH_PORT says otherwise.
    """
    from flight_search.services.serve import serve as serve_role  # noqa: PLC0415 - as in ``ask``
    from flight_search.services.settings import DEFAULT_PORTS, Role, ServerSettings, read  # noqa: PLC0415

    chosen_role: Role = role.value
    settings = read(ServerSettings)
    chosen = port if port is not None else settings.port
    code = serve_role(
        chosen_role,
        host if host is not None else settings.host,
        chosen if chosen is not None else DEFAULT_PORTS[chosen_role],
    )
    raise typer.Exit(code)
