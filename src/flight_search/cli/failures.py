"""Whatever goes wrong in a command → two sentences on standard error and an exit code.

In: exceptions of the commands. Out: what happened and what to do about it, never a traceback, unless
``FLIGHT_SEARCH_DEBUG=1`` asks for it.
"""

import errno
import os
import sys
from enum import IntEnum
from typing import Any, Final

import typer
from typer.core import TyperGroup

from flight_search.cli.output import Output
from flight_search.domain.errors import FlightSearchError, IngestError, InvalidRequestError

DEBUG_VARIABLE: Final = "FLIGHT_SEARCH_DEBUG"

_TRUE: Final = frozenset({"1", "true", "yes", "on", "t", "y"})
"""As ``CommandLineSettings.debug`` reads it; here nothing may fail any more."""

_FULL_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_MOST_FIELDS: Final = 10


class ExitCode(IntEnum):
    """Ends of a command that are no error of ``domain.errors``; those have their own (1 to 9, 12)."""

    OK = 0
    NO_MATCH = 10
    """The command worked and found nothing."""
    NEEDS = 11
    """The request left out what has to be known first: the question is in the answer."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells say it."""
    BROKEN_PIPE = 141
    """The reader of our output has gone: 128 + SIGPIPE, as shells say it."""


EXIT_CODES: Final = (
    (0, "it worked"),
    (1, "something unforeseen"),
    (2, "the request or an option is not valid"),
    (3, "a named thing does not exist"),
    (4, "no snapshot, or a damaged one"),
    (5, "a source of data cannot be used"),
    (6, "a build stopped; what was current still is"),
    (7, "the embedding model cannot be used"),
    (8, "a server did not answer"),
    (9, "a setting cannot be used (a port in use too)"),
    (10, "it worked, and nothing matches"),
    (11, "something has to be said first"),
    (12, "a backup cannot be taken or used"),
    (130, "stopped by Ctrl-C"),
    (141, "the reader of the output has gone"),
)
"""All exit codes, in words; the end of ``--help`` and docs/cli.md show them."""


class Commands(TyperGroup):
    """The group of all commands: the one place where their errors end."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own context type is private
        """Run a command. Errors become two sentences and an exit code."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                # Whatever the exit code, here and not at the end of the interpreter, where a reader that has
                # gone makes it complain.
                sys.stdout.flush()
        except BrokenPipeError as error:
            _leave_quietly()
            raise typer.Exit(ExitCode.BROKEN_PIPE) from error
        except FlightSearchError as error:
            raise _told(error, error) from error
        except OSError as error:
            raise _told(_of_system(error), error) from error
        except Exception as error:
            if _is_ours_to_pass_on(error):
                raise
            raise _told(
                FlightSearchError(
                    f"Something unforeseen happened: {type(error).__name__}: {error}",
                    remedy=f"{DEBUG_VARIABLE}=1 shows where. Please report it with that output.",
                ),
                error,
            ) from error


def print_error(error: FlightSearchError, output: Output) -> None:
    """Write what is wrong, where, and what to do about it."""
    output.note(f"Error: {error.detail}", style="bold red")
    for field in error.fields[:_MOST_FIELDS]:
        if field.detail not in error.detail:
            output.note(f"  {field.pointer}: {field.detail}")
    if error.remedy:
        output.note(error.remedy)


def _told(error: FlightSearchError, cause: Exception) -> typer.Exit:
    """Return the end of the process for an error, after telling it. Raises the cause where it is wanted."""
    if os.environ.get(DEBUG_VARIABLE, "").lower() in _TRUE:
        raise cause
    print_error(error, Output.open())
    return typer.Exit(error.exit_code)


def _of_system(error: OSError) -> FlightSearchError:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in _FULL_DISK:
        return IngestError(
            f"The disk is full{where}.",
            remedy="Free some room, or move FLIGHT_SEARCH_DATA_DIR and FLIGHT_SEARCH_CACHE_DIR.",
        )
    if isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError | PermissionError):
        return InvalidRequestError(
            f"{error.strerror}{where}.", remedy="Check the path and the rights of this user."
        )
    return FlightSearchError(
        f"The system refused: {error.strerror or error}{where}.", remedy=f"{DEBUG_VARIABLE}=1 shows where."
    )


def _is_ours_to_pass_on(error: Exception) -> bool:
    """Return whether typer itself raised it: a wrong option, an exit, a question that was refused."""
    return type(error).__module__.startswith(("typer.", "click."))


def _leave_quietly() -> None:
    """Send what is left in the buffers nowhere, so that closing them at exit raises nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
