"""``flight-search run``: whatever it takes to get from nothing to a page that answers."""

import typer

from flight_search.cli.options import Dataset, Host, Port


def run(*, dataset: Dataset = "default", host: Host = None, port: Port = None) -> None:
    """Build the first snapshot where there is none, then serve everything. `make run` calls this.

    If a build fails and an older snapshot is good, that one is served. Ctrl-C stops it.
    """
    from flight_search.cli.output import Output  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.running import Start, run_all  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import DEFAULT_PORTS, read_all  # noqa: PLC0415

    settings = read_all()
    chosen = port if port is not None else settings.server.port
    start = Start(
        dataset,
        host if host is not None else settings.server.host,
        chosen if chosen is not None else DEFAULT_PORTS["all"],
    )
    raise typer.Exit(run_all(start, settings.storage, Output.open(), utc_now))
