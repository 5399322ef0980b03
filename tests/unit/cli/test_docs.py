"""docs/cli.md against the commands as they are."""

from pathlib import Path

import pytest
import typer

from flight_search.cli.app import make_app
from flight_search.cli.failures import DEBUG_VARIABLE, EXIT_CODES, ExitCode
from flight_search.domain.errors import FlightSearchError
from flight_search.services.settings import settings_rows

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(make_app())))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_named(path):
    section = PAGE.split(f"\n## {path[0]}\n")[1].split("\n## ")[0]
    assert f"flight-search {' '.join(path)}" in section
    for option in COMMANDS[path].params:
        for name in (*option.opts, *option.secondary_opts):
            if name.startswith("-") and name not in ("--help", "-h"):
                assert name in section, f"{name} of {path}"


def test_options_of_the_whole_are_named():
    for name in ("--help", "-h", "--version", "--install-completion", "--show-completion", DEBUG_VARIABLE):
        assert name in PAGE


def test_exit_codes_are_listed_on_the_page_and_in_help(cli):
    shown = " ".join(cli("--help").stdout.split())
    for code, says in EXIT_CODES:
        assert f"| {code} | {says} |" in PAGE
        assert f"{code} {says}" in shown


def test_every_exit_code_that_there_is_is_listed():
    def kinds(kind):
        return {kind.exit_code}.union(*map(kinds, kind.__subclasses__()))

    assert {code for code, _ in EXIT_CODES} == kinds(FlightSearchError) | set(ExitCode)


def test_the_variable_for_tracebacks_is_a_setting():
    assert DEBUG_VARIABLE in [row.variable for row in settings_rows()]
