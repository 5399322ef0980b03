"""Measure how well engines understand labelled requests: every engine on every set.

usage: .venv/bin/python -m evaluation ENGINES CASES.jsonl... [--model NAME] [--sample N] [--seed N]
                                      [--disturbed] [--out FOLDER] [--show-held-out]

ENGINES, with commas between: "local" (this process, no model), "llm" and "auto" (this process, with the
models of the settings, asked always or where the local engine is not sure), the addresses of services.
--model serves a small language model of ``evaluation.serve_model`` meanwhile and uses that. --disturbed
measures the same requests with typing errors, words of speech and remarks beside the point (``noise``).
Writes summary.md into the folder, and for every engine and set a folder with result.json, result.md,
reliability.svg and failures.jsonl. Failures of a set whose name contains "held_out" are not written, unless
told to: who has read its texts writes grammars for them.
"""

import argparse
import json
import logging
import random
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import structlog
from rich.console import Console

from evaluation.cases import drawn, outcome_of, read_cases
from evaluation.engines import Engine, OpensEngine, model_settings, open_engine, served
from evaluation.noise import disturbed
from evaluation.reliability import reliability_svg
from evaluation.summary import Outcome, as_markdown, overview, summarise
from evaluation.weights import MODELS
from flight_search.cli.progress import StageProgress
from flight_search.domain.errors import FlightSearchError


def main(arguments: Sequence[str] | None = None, *, opens: OpensEngine = open_engine) -> int:
    """Ask every engine for every case, compare, and write what came out."""
    options = _options(arguments)
    summaries = []
    try:
        sets = {path: _cases(path, options) for path in options.cases}
        with ExitStack() as opened:
            model = opened.enter_context(served(options.model)) if options.model else model_settings()
            for name in options.engines.split(","):
                engine = opened.enter_context(opens(name, model))
                for path, cases in sets.items():
                    called = path.stem + ("-disturbed" if options.disturbed else "")
                    summary, outcomes = _measured(name, engine, called + path.suffix, cases)
                    summaries.append(summary)
                    folder = options.out / f"{_slug(name)}-{called}"
                    _write(
                        folder, summary, outcomes, show="held_out" not in path.name or options.show_held_out
                    )
    except FlightSearchError as error:
        sys.stderr.write(f"{error} {error.remedy}\n")
        return error.exit_code
    except (OSError, ValueError, httpx.HTTPError) as error:
        sys.stderr.write(
            f"{error}\nGive files with one labelled case a line, and services that are running.\n"
        )
        return 1
    text = "\n".join([overview(summaries), *map(as_markdown, summaries)])
    (options.out / "summary.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="evaluation"
    )
    parser.add_argument("engines", help="local, llm, auto or addresses, with commas between")
    parser.add_argument("cases", type=Path, nargs="+", help="files with one labelled case a line")
    parser.add_argument("--model", choices=sorted(MODELS), help="serve this one for llm and auto")
    parser.add_argument("--sample", type=int, default=0, help="cases drawn of each set; 0 for all")
    parser.add_argument("--seed", type=int, default=1, help="which ones are drawn")
    parser.add_argument("--disturbed", action="store_true", help="as other people would have typed them")
    parser.add_argument("--out", type=Path, default=Path("artifacts/evaluation"))
    parser.add_argument("--show-held-out", action="store_true")
    return parser.parse_args(arguments)


def _cases(path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    cases = drawn(read_cases(path), options.sample, options.seed)
    if not options.disturbed:
        return cases
    chance = random.Random(options.seed)  # noqa: S311 - a sample, no secret
    return [disturbed(case, chance) for case in cases]


def _measured(
    name: str, engine: Engine, cases_name: str, cases: Sequence[dict[str, Any]]
) -> tuple[dict[str, Any], list[Outcome]]:
    outcomes = []
    before, began = engine.used(), perf_counter()
    with StageProgress(Console(stderr=True)) as progress:
        progress.start(f"Asking {name} for {cases_name}", total=len(cases), unit="cases")
        for case in cases:
            outcomes.append(outcome_of(engine.understand, case))
            progress.advance()
        progress.finish()
    seconds = perf_counter() - began
    used = {key: value - before.get(key, 0) for key, value in engine.used().items()}
    return summarise(name, cases_name, outcomes, seconds=seconds, used=used), outcomes


def _write(folder: Path, summary: dict[str, Any], outcomes: Sequence[Outcome], *, show: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    (folder / "result.md").write_text(as_markdown(summary), encoding="utf-8")
    title = f"{summary['engine']} on {summary['cases']}"
    (folder / "reliability.svg").write_text(reliability_svg(summary["reliability"], title), encoding="utf-8")
    if show:
        failures = [json.dumps(vars(o), ensure_ascii=False) + "\n" for o in outcomes if o.wrong]
        (folder / "failures.jsonl").write_text("".join(failures), encoding="utf-8")
    else:
        # Those of an earlier run that showed them would stay readable.
        (folder / "failures.jsonl").unlink(missing_ok=True)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _quiet() -> None:
    """Leave out what the services log of every call: the table tells it together."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


if __name__ == "__main__":
    _quiet()
    sys.exit(main())
