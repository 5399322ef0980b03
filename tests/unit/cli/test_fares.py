"""``flight-search fares`` on the small world."""

import csv
import json
import shutil

import pytest


@pytest.fixture
def fares(cli, small_data_dir, tmp_path):
    """Return what runs a command on a copy of the small world's data, and where that is."""
    root = tmp_path / "data"
    shutil.copytree(small_data_dir, root)

    def run(*arguments, **more):
        return cli(*arguments, FLIGHT_SEARCH_DATA_DIR=str(root), **more)

    return run, root


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "new prices.csv"
    path.write_text(
        "id,price,sold_out\no_0000000000000000,77.50,\no_0000000000000001,,yes\no_0000000000000002,NaN,\n"
        "o_00000000000fffff,80,\n"
    )
    return path


def test_a_file_is_applied_told_and_taken_back(fares, file):
    run, root = fares
    done = run("fares", "apply", str(file))
    assert done.exit_code == 0, done.stderr
    assert "Applied 2 offers of 4 rows" in done.stdout
    assert "price is no number" in done.stdout
    assert "no such offer" in done.stdout
    listed = list(csv.DictReader((root / "fares" / "left-out.csv").open()))
    assert [(row["line"], row["kind"]) for row in listed] == [("4", "refused"), ("5", "unknown")]
    found = json.loads(run("search", "--from", "JFK", "--to", "BOS", "--sort", "price", "--json").stdout)
    assert found["offers"][0]["price"]["amount"] == "77.50"
    assert "o_0000000000000001" not in {offer["id"] for offer in found["offers"]}
    assert found["fares"]
    shown = run("fares", "show")
    assert "2 offers, 1 of them sold out" in shown.stdout
    told = run("snapshots", "show")
    assert "2 offers, 1 sold out" in " ".join(told.stdout.split())
    info = json.loads(run("snapshots", "show", "--json").stdout)
    assert (info["fares"]["offers"], info["as_of"] > info["built_at"]) == (2, True)
    assert run("fares", "clear").exit_code == 0
    assert json.loads(run("snapshots", "show", "--json").stdout)["fares"] is None
    assert run("fares", "undo").exit_code == 0
    versions = json.loads(run("fares", "list", "--json").stdout)
    assert [one["is_current"] for one in versions] == [False, True]
    assert versions[1]["source"] == "new prices.csv"
    assert run("fares", "use", versions[0]["name"]).exit_code == 0
    assert run("fares", "list").stdout.count("in use") == 1
    again = run("fares", "undo", "--json")
    assert json.loads(again.stdout) == {"name": versions[1]["name"]}
    nothing = run("fares", "undo")
    assert nothing.exit_code == 3
    assert "nothing to undo" in nothing.stderr


def test_standard_input_json_and_a_file_of_ones_own_for_what_is_left_out(fares, file, tmp_path):
    run, root = fares
    listed = tmp_path / "told" / "left.csv"
    done = run("fares", "apply", "-", "--json", "--left-out", str(listed), stdin=file.read_text())
    report = json.loads(done.stdout)
    assert (report["applied"], report["sold_out"], report["refused"], report["unknown"]) == (2, 1, 1, 1)
    assert report["left_out"][0] == {
        "line": 4,
        "kind": "refused",
        "reason": "price is no number",
        "row": "id=o_0000000000000002 price=NaN",
    }
    assert report["left_out_file"] == str(listed)
    assert listed.exists()
    assert not (root / "fares" / "left-out.csv").exists()


def test_a_dry_run_and_a_strict_one_change_nothing(fares, file):
    run, root = fares
    dry = run("fares", "apply", str(file), "--dry-run", "--left-out", str(root / "x.csv"))
    assert "Would apply 2 offers of 4 rows (dry run, nothing was changed)." in dry.stdout
    strict = run("fares", "apply", str(file), "--strict")
    assert strict.exit_code == 5
    assert "2 rows cannot be applied of new prices.csv. Line 4: price is no number." in " ".join(
        strict.stderr.split()
    )
    assert run("fares", "show").stdout.startswith("No fares were ever applied")
    assert run("fares", "list").stdout.startswith("No fares were ever applied")
    assert json.loads(run("fares", "show", "--json").stdout) == {}


def test_a_list_that_cannot_be_written_does_not_hide_that_the_fares_are_in_use(fares, file):
    run, _ = fares
    done = run("fares", "apply", str(file), "--left-out", str(file / "inside" / "a file"))
    assert done.exit_code == 0
    assert "Applied 2 offers" in done.stdout
    assert "price is no number" in done.stdout
    assert "could not be listed" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("apply", "/nowhere.csv"), 2, "No such file"),
        (("apply", "/usr"), 2, "Is a directory"),
        (("apply", "-"), 5, "standard input is empty"),
        (("apply", "-", "--currency", "XX"), 5, "standard input is empty"),
        (("use", "2026-01-01T00-00-00Z"), 3, "no fares named"),
        (("show", "../x"), 3, "no fares named"),
    ],
)
def test_what_cannot_be_done_is_said_in_two_sentences(arguments, code, said, fares):
    run, _ = fares
    done = run("fares", *arguments, stdin="")
    assert (done.exit_code, said in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_without_data_it_says_how_to_get_some(cli, tmp_path, file):
    done = cli("fares", "apply", str(file), FLIGHT_SEARCH_DATA_DIR=str(tmp_path / "empty"))
    assert done.exit_code == 4
    assert "flight-search ingest" in done.stderr
