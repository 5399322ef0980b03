"""Nightly runs: nothing to do, something to do, killed, locked out, and what is kept."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import IngestError, InvalidRequestError, SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.ingest.sources.build import Workshop
from flight_search.ingest.sources.nightly import run_nightly
from flight_search.ingest.sources.retention import Retention, snapshots_to_delete

NIGHT = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
EVERY = 4
"""Steps between two kills: a run has some thirty."""
RUNNER = Path(__file__).with_name("nightly_runner.py")
MAPPING = """
[source]
name = "{name}"
title = "{name}"
[columns]
origin = "from"
destination = "to"
departs_at = "dep"
arrives_at = "arr"
flight_number = "no"
price = "price"
currency = "cur"
"""
PLAN = """
[keep]
last = 2
[[sources]]
file = "east.csv"
[[sources]]
file = "west*.csv"
mapping = "west.toml"
"""


class CountingEmbedder(HashingEmbedder):
    def __init__(self):
        super().__init__()
        self.texts = 0

    def embed_documents(self, texts):
        self.texts += len(texts)
        return super().embed_documents(texts)


def write_flights(path, to, number, price=100, days=30):
    lines = ["from,to,dep,arr,no,price,cur"]
    for day in range(days):
        date = dt.date(2026, 12, 1) + dt.timedelta(days=day)
        lines.append(f"JFK,{to},{date} 08:00,{date} 11:10,DL{number},{price},USD")
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "start"
    made.mkdir()
    for name in ("east", "west"):
        (made / f"{name}.toml").write_text(MAPPING.format(name=name))
    (made / "nightly.toml").write_text(PLAN)
    write_flights(made / "east.csv", "MIA", 1)
    write_flights(made / "west-1.csv", "LAX", 2)
    write_flights(made / "west-2.csv", "SFO", 3)
    for path in made.glob("west*.csv"):
        path.write_text(path.read_text().replace("11:10", "11:40"))
    return made


@pytest.fixture
def night(folder):
    """Return a function that runs one night."""

    def run(days=0, embedder=None, checkpoint=lambda _: None):
        workshop = Workshop(
            store=SnapshotStore(folder / "data", keep=sys.maxsize),
            embedder=embedder or HashingEmbedder(),
            cache_dir=folder / "cache",
            progress=SilentProgress(),
            clock=lambda: NIGHT + dt.timedelta(days=days),
            checkpoint=checkpoint,
        )
        return run_nightly(folder / "nightly.toml", workshop)

    return run


def test_a_second_run_finds_nothing_to_do(night):
    first, second = night(), night()
    assert first.build is not None
    assert [source.kept for source in first.build.sources] == [30, 60]
    assert (second.build, second.snapshot) == (None, first.snapshot)


def test_a_night_over_unchanged_files_embeds_nothing(night):
    embedder = CountingEmbedder()
    night(embedder=embedder)
    asked = embedder.texts
    assert asked > 0
    report = night(days=1, embedder=embedder)
    assert report.build is not None
    assert (embedder.texts, report.build.embedded) == (asked, 0)
    # The flights of 1 December have departed on the 2nd.
    assert night(days=8, embedder=embedder).build.counts["offers"] == 87
    assert embedder.texts == asked


def test_a_changed_price_is_taken_in_and_a_new_place_alone_is_embedded(night, folder):
    embedder = CountingEmbedder()
    night(embedder=embedder)
    asked = embedder.texts
    write_flights(folder / "east.csv", "MIA", 1, price=250)
    assert night(embedder=embedder).build.embedded == 0
    write_flights(folder / "west-3.csv", "BOS", 4)
    report = night(embedder=embedder)
    assert 0 < report.build.embedded == embedder.texts - asked


def test_a_source_whose_read_was_finished_is_not_read_again_after_a_crash(night):
    seen = []

    def crash(step):
        seen.append(step)
        if step == "assemble":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        night(checkpoint=crash)
    assert seen.count("stage part") == 3
    seen.clear()
    night(checkpoint=seen.append)
    assert "stage part" not in seen


def test_a_second_run_at_the_same_time_is_kept_out(night):
    told = []

    def start_another(step):
        if step == "embed":
            with pytest.raises(IngestError, match="Another build") as error:
                night()
            told.append(error.value.remedy)

    first = night(checkpoint=start_another)
    assert told
    assert night().snapshot == first.snapshot


def test_a_delivery_that_has_not_come_leaves_what_was(night, folder):
    first = night()
    (folder / "east.csv").unlink()
    with pytest.raises(SourceError, match=r"No file fits .*east.csv"):
        night()
    assert SnapshotStore(folder / "data").current_name() == first.snapshot


def test_old_snapshots_are_deleted_by_the_rule(night, folder):
    names = [night(days=day).snapshot for day in range(4)]
    assert [one.name for one in SnapshotStore(folder / "data").list()] == names[:1:-1]


def test_the_rule_keeps_the_last_and_the_newest_of_each_day():
    days = [f"2026-11-{day:02d}T0{hour}-00-00Z" for day in range(24, 14, -1) for hour in (3, 2)]
    gone = snapshots_to_delete(days, days[-1], dt.date(2026, 11, 24), Retention(last=1, days=3))
    assert sorted(set(days) - set(gone)) == [days[-1], *(f"2026-11-{day}T03-00-00Z" for day in (22, 23, 24))]
    assert gone == sorted(gone)
    assert snapshots_to_delete(days, None, dt.date(2026, 11, 24), Retention(last=100)) == []


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("", "sources"),
        ("nights = 3\n" + PLAN, "nights"),
        (PLAN + '[[sources]]\nfile = "east.csv"\n', "Two sources are called east"),
        ('[[sources]]\nfile = "east.csv"\nformat = "ssim"\nmapping = "east.toml"', "a mapping is for tables"),
        ("[[sources", "no TOML"),
    ],
)
def test_plans_that_cannot_be_used_say_where(night, folder, plan, told):
    (folder / "nightly.toml").write_text(plan)
    with pytest.raises(InvalidRequestError) as error:
        night()
    assert told in error.value.detail


def test_a_run_that_is_killed_anywhere_is_taken_up_by_the_next(folder):
    """By kill -9 before every fourth step of a build; see ``nightly_runner``."""
    done = subprocess.run(
        [sys.executable, RUNNER, folder, str(EVERY)], capture_output=True, text=True, check=True, timeout=280
    )
    head, *trials = [json.loads(line) for line in done.stdout.splitlines()]
    assert head["first"]["prices"] == [10_000]
    assert {
        "stage part",
        "stage rename",
        "assemble",
        "embed",
        "publish",
        "sync",
        "rename",
        "swap",
        "prune",
    } <= set(head["steps"])
    assert len(trials) == -(-len(head["steps"]) // EVERY)
    published = False
    for trial in trials:
        assert trial["killed"], trial["at"]
        # What is in use is the old or the new, and once it is the new it stays.
        published |= trial["between"] == [20_000]
        assert trial["between"] == ([20_000] if published else [10_000]), trial["at"]
        again = trial["again"]
        assert (again["prices"], again["offers"], again["embedded"]) == ([20_000], 90, 0), trial["at"]
        assert again["built"] == (not published), trial["at"]
        assert again["snapshots"] == 2
    assert published
