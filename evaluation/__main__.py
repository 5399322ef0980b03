"""Measure how well an engine understands labelled requests.

usage: .venv/bin/python -m evaluation ENGINE CASES.jsonl [--out FOLDER] [--show-held-out]

ENGINE is "local" (in this process) or the address of a running service, whatever engines that is set up with.
Writes result.json, result.md, reliability.svg and failures.jsonl into the folder. Failures of a set whose
name contains "held_out" are not written, unless told to: who has read its texts writes grammars for them.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
from rich.console import Console

from evaluation.compare import wrong_fields_of
from evaluation.reliability import reliability_svg
from evaluation.summary import Outcome, as_markdown, summarise
from flight_search.cli.progress import StageProgress
from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.understand.local.engine import load_local_engine

_TIMEOUT_S = 120.0
"""A language model on a few cores may take a minute."""

Understand = Callable[[IntentRequest], IntentAnswer]


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for every case, compare, and write what came out."""
    options = _options(arguments)
    try:
        cases = read_cases(options.cases)
        outcomes = _with_progress(_engine(options.engine), cases, options.cases.name)
    except (OSError, ValueError, httpx.HTTPError) as error:
        sys.stderr.write(
            f"{error}\nGive a file with one labelled case a line, and a service that is running.\n"
        )
        return 1
    if not outcomes:
        sys.stderr.write(f"{options.cases} has no cases.\n")
        return 1
    summary = summarise(options.engine, options.cases.name, outcomes)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "result.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    (options.out / "result.md").write_text(as_markdown(summary), encoding="utf-8")
    drawing = reliability_svg(summary["reliability"], f"{options.engine} on {options.cases.name}")
    (options.out / "reliability.svg").write_text(drawing, encoding="utf-8")
    if "held_out" not in options.cases.name or options.show_held_out:
        failures = [json.dumps(vars(o), ensure_ascii=False) + "\n" for o in outcomes if o.wrong]
        (options.out / "failures.jsonl").write_text("".join(failures), encoding="utf-8")
    else:
        # Those of an earlier run on another set would be taken for this one's.
        (options.out / "failures.jsonl").unlink(missing_ok=True)
    sys.stdout.write(as_markdown(summary))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="evaluation"
    )
    parser.add_argument("engine")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--out", type=Path, default=Path("artifacts/evaluation"))
    parser.add_argument("--show-held-out", action="store_true")
    return parser.parse_args(arguments)


def _engine(name: str) -> Understand:
    if name == "local":
        return load_local_engine().understand
    if not name.startswith(("http://", "https://")):
        raise ValueError(f'"{name}" is neither "local" nor the address of a service.')
    client = httpx.Client(base_url=name, timeout=_TIMEOUT_S)

    def ask(request: IntentRequest) -> IntentAnswer:
        body = request.model_dump(mode="json", by_alias=True, exclude_none=True)
        return IntentAnswer.model_validate_json(
            client.post("/v1/intent", json=body).raise_for_status().content
        )

    return ask


def _with_progress(understand: Understand, cases: list[dict[str, Any]], name: str) -> list[Outcome]:
    outcomes = []
    with StageProgress(Console(stderr=True)) as progress:
        progress.start(f"Asking {name}", total=len(cases), unit="cases")
        for case in cases:
            outcomes.append(outcome_of(understand, case))
            progress.advance()
        progress.finish()
    return outcomes


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Return the labelled cases of a file. Raises OSError and ValueError."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def outcome_of(understand: Understand, case: dict[str, Any]) -> Outcome:
    """Return how one case, with all its turns, came out."""
    turns = case["text"] if isinstance(case["text"], list) else [case["text"]]
    common = {
        "now": case["now"],
        "locale": case.get("locale", "en-US"),
        "currency": case.get("currency", "USD"),
    }
    previous, took_ms, answer = None, [], None
    for text in turns:
        started = perf_counter()
        answer = understand(IntentRequest.model_validate({"text": text, "previous": previous, **common}))
        took_ms.append((perf_counter() - started) * 1_000)
        previous = answer.query or previous
    if answer is None:
        raise ValueError("A case has no text.")
    wrong = wrong_fields_of(answer, case["expect"])
    return Outcome(turns, case["expect"], wrong, answer.confidence, answer.engine, took_ms)


if __name__ == "__main__":
    sys.exit(main())
