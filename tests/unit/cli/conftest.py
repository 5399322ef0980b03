"""The command line in this process, on the small world of ``tests/conftest.py``."""

import logging

import pytest
import structlog
from typer.testing import CliRunner

from flight_search.cli.app import make_app


@pytest.fixture
def environment(small_data_dir, tmp_path):
    return {
        "FLIGHT_SEARCH_DATA_DIR": str(small_data_dir),
        "FLIGHT_SEARCH_CACHE_DIR": str(tmp_path / "cache"),
        "FLIGHT_SEARCH_EMBEDDING_PROVIDER": "hashing",
        "FLIGHT_SEARCH_DEBUG": "",
        "COLUMNS": "80",
        "NO_COLOR": "1",
    }


@pytest.fixture
def cli(environment):
    """Return a function that runs one command and returns its result."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    runner = CliRunner()

    def run(*arguments, stdin=None, **changed):
        return runner.invoke(make_app(), list(arguments), input=stdin, env={**environment, **changed})

    yield run
    # The commands send logs to the runner's stream, which is closed by now.
    logging.getLogger().handlers = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def tomorrow(small_data_dir):
    """The first day of the small world."""
    from flight_search.catalog.store import SnapshotStore

    return SnapshotStore(small_data_dir).open().manifest.first_day
