"""Runs nightly builds that die by their own hand, as kill -9 would end them. For ``test_nightly``.

In: a folder with a plan. Out: one line of JSON per trial: the step it was killed at, what the run left, what
the next run did. Each run is a fork of this process, which has imported everything and started no thread.
"""

import datetime as dt
import json
import os
import pickle
import shutil
import signal
import sys
from pathlib import Path

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import SilentProgress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.ingest.rates import exchange_rates
from flight_search.ingest.sources.build import Workshop
from flight_search.ingest.sources.nightly import run_nightly
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)


class Counting(HashingEmbedder):
    def __init__(self):
        super().__init__()
        self.texts = 0

    def embed_documents(self, texts):
        self.texts += len(texts)
        return super().embed_documents(texts)


def run(folder, kill_at, later):
    """Return what a run did and what is in use then. It dies before step ``kill_at``."""
    steps = []

    def checkpoint(step):
        if len(steps) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(step)

    embedder = Counting()
    store = SnapshotStore(folder / "data", keep=sys.maxsize, checkpoint=checkpoint)
    workshop = Workshop(
        store=store,
        embedder=embedder,
        cache_dir=folder / "cache",
        progress=SilentProgress(),
        clock=lambda: NOW + dt.timedelta(minutes=later),
        checkpoint=checkpoint,
    )
    report = run_nightly(folder / "nightly.toml", workshop)
    snapshot = store.open()
    assert store.verify(report.snapshot) == []
    return {
        "steps": steps,
        "snapshot": report.snapshot,
        "snapshots": len(store.list()),
        "prices": sorted(set(snapshot.offers.price.tolist())),
        "offers": len(snapshot.offers.key),
        "built": report.build is not None,
        "embedded": embedder.texts,
    }


def forked(*arguments):
    """Return what a run returns, None if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 1
        try:
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(run(*arguments), pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    assert os.WEXITSTATUS(status) == 0, "the run failed"
    return pickle.loads(content)  # noqa: S301  of our own child


def current_prices(folder):
    """Return the prices of the snapshot in use, read in a child so that no thread starts here."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(sorted(set(SnapshotStore(folder / "data").open().offers.price.tolist())), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(content)  # noqa: S301


def main():
    start = Path(sys.argv[1])
    # Packaged tables are read once, before the forks.
    load_airports()
    load_carriers()
    exchange_rates("USD")
    every = int(sys.argv[2])
    base = start.with_name("base")
    shutil.copytree(start, base)
    first = forked(base, -1, 0)
    for path in base.glob("*.csv"):
        path.write_text(path.read_text().replace(",100,", ",200,"))
    trial = start.with_name("dry")
    shutil.copytree(base, trial)
    steps = forked(trial, -1, 1)["steps"]
    sys.stdout.write(json.dumps({"first": first, "steps": steps}) + "\n")
    for number in range(0, len(steps), every):
        trial = start.with_name(f"trial-{number}")
        shutil.copytree(base, trial)
        killed = forked(trial, number, 1)
        between = current_prices(trial)
        again = forked(trial, -1, 2)
        told = {"at": steps[number], "killed": killed is None, "between": between, "again": again}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        shutil.rmtree(trial)


main()
