"""The command line: which commands there are. Each is a module of its own that imports little until it runs.

In: arguments. Out: exit codes of ``failures`` and ``domain.errors``.
"""

from typing import Annotated

import typer

from flight_search import __version__
from flight_search.cli.ask import ask
from flight_search.cli.backup import backup, restore
from flight_search.cli.failures import EXIT_CODES, Commands
from flight_search.cli.fares import fares
from flight_search.cli.ingest import ingest
from flight_search.cli.places import places
from flight_search.cli.run import run
from flight_search.cli.search import search
from flight_search.cli.serve import serve
from flight_search.cli.snapshots import snapshots

_EPILOG = "Exit codes: " + "; ".join(f"{code} {says}" for code, says in EXIT_CODES) + "."


def make_app() -> typer.Typer:
    """Return the application with all its commands."""
    app = typer.Typer(
        name="flight-search",
        cls=Commands,
        epilog=_EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,  # ``failures`` tells what is wrong
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_root)
    for command in (run, serve, ask, search, places):
        app.command(epilog=_EPILOG)(command)
    app.add_typer(ingest, name="ingest", epilog=_EPILOG)
    app.add_typer(fares, name="fares", epilog=_EPILOG)
    app.add_typer(snapshots, name="snapshots", epilog=_EPILOG)
    app.add_typer(backup, name="backup", epilog=_EPILOG)
    app.command(epilog=_EPILOG)(restore)
    return app


def main() -> None:
    """Run the command that the arguments name, and exit."""
    make_app()(prog_name="flight-search")


def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show the version and exit.",
            is_eager=True,
            callback=lambda value: _show_version(wanted=value),
        ),
    ] = False,
) -> None:
    """Flight search that understands plain words. Everything runs on this machine."""


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"flight-search {__version__}")
        raise typer.Exit
