"""Serve a small language model on this machine, over OpenAI's chat interface.

usage: .venv/bin/python -m evaluation.serve_model [smollm2-135m|qwen-1.5b] [--port N] [--threads N]

Fetches the weights and the runtime once (into FLIGHT_SEARCH_CACHE_DIR), then serves until it is stopped. The
first line on standard output is the address; then the settings that make the services use it.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from evaluation.weights import MODELS, PinnedWeights, fetch_runtime, fetch_weights
from flight_search.cli.progress import StageProgress
from flight_search.domain.errors import FlightSearchError
from flight_search.services.settings import Settings, read

_ERRORS_ONLY = 1

_SETTINGS = """\
export FLIGHT_SEARCH_LLM_BASE_URL={url}
export FLIGHT_SEARCH_LLM_SMALL_MODEL={model}
export FLIGHT_SEARCH_LLM_TIMEOUT_S=60
export FLIGHT_SEARCH_LLM_DEADLINE_S=60
export FLIGHT_SEARCH_LLM_ATTEMPTS=1
export FLIGHT_SEARCH_LLM_CONNECTIONS={parallel}
"""
"""A model on a few cores takes seconds; asking it twice at once or again only makes it slower."""


def main() -> int:
    """Fetch, serve, and stop when told to."""
    options = _options()
    try:
        with StageProgress(Console(stderr=True)) as progress:
            cache_dir = read(Settings).cache_dir
            runtime = fetch_runtime(cache_dir, progress)
            weights = fetch_weights(MODELS[options.model], cache_dir, progress)
    except FlightSearchError as error:
        sys.stderr.write(f"{error} {error.remedy}\n")
        return os.EX_UNAVAILABLE
    # Blocked before the server's threads start, so that they leave the signals to this one.
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    server = _serve(MODELS[options.model], weights, runtime, options)
    url = f"{server.listening_address}/v1"
    sys.stdout.write(f"{url}\n" + _SETTINGS.format(url=url, model=options.model, parallel=options.parallel))
    sys.stdout.flush()
    signal.sigwait(stops)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        prog="evaluation.serve_model",
    )
    parser.add_argument("model", choices=sorted(MODELS), nargs="?", default="qwen-1.5b")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--threads", type=int, default=-1, help="default: one for each core")
    parser.add_argument("--context", type=int, default=4_096, help="tokens of one request and its answer")
    parser.add_argument("--parallel", type=int, default=1, help="requests at the same time")
    return parser.parse_args()


def _serve(weights: PinnedWeights, file: Path, runtime: Path, options: argparse.Namespace) -> Any:  # noqa: ANN401 - untyped library
    sys.path.insert(0, str(runtime))
    import xllamacpp  # noqa: PLC0415  only now it is there

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.model_alias = {weights.name}
    parameters.port = options.port
    parameters.n_ctx = options.context * options.parallel
    parameters.n_parallel = options.parallel
    parameters.cpuparams.n_threads = options.threads
    parameters.ui = False
    parameters.verbosity = _ERRORS_ONLY
    return xllamacpp.Server(parameters)


if __name__ == "__main__":
    sys.exit(main())
