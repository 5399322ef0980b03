"""The commands on the small world: what they write, where, and how they end."""

import json
import shutil

import pytest

from flight_search import __version__
from flight_search.cli.roles import ServedRole
from flight_search.domain.result import AskResult, SearchResult, SnapshotInfo
from flight_search.services.settings import ROLES


def test_version(cli):
    result = cli("--version")
    assert (result.exit_code, result.stdout) == (0, f"flight-search {__version__}\n")


def test_roles_are_those_of_the_services():
    assert tuple(ServedRole) == ROLES


def test_search_writes_a_table_that_fits_80_columns(cli, tomorrow):
    result = cli("search", "--from", "JFK", "--depart", tomorrow, "--sort", "price")
    assert result.exit_code == 0, result.output
    assert "DL\N{NO-BREAK SPACE}100" in result.stdout
    assert "$80" in result.stdout
    assert "4 offers match, $80 to $165" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


def test_search_as_json_is_a_result_of_the_contract_and_nothing_else(cli, tomorrow):
    result = cli(
        "search", "--from", "JFK", "--depart", tomorrow, "--sort", "price", "--max-price", "150", "--json"
    )
    assert result.exit_code == 0
    found = SearchResult.model_validate_json(result.stdout)
    assert [offer.price.amount for offer in found.offers] == ["80.00", "95.00", "150.00"]
    assert '"from":' in result.stdout
    assert result.stderr == ""


def test_the_plan_is_shown_on_demand(cli, tomorrow):
    options = ("search", "--from", "JFK", "--to", "BOS", "--depart", tomorrow, "--stops", "0")
    plain, explained = cli(*options), cli(*options, "--explain")
    assert "The plan" not in plain.stdout
    assert explained.exit_code == 0
    assert explained.stdout.startswith(plain.stdout.rstrip("\n"))
    plan = explained.stdout[explained.stdout.index("The plan") :]
    assert "routes and days" in plan
    assert "Time:" in plan
    assert json.loads(cli(*options, "--explain", "--json").stdout)["plan"]["slices"]


def test_pages_follow_each_other(cli, tomorrow):
    options = ("search", "--from", "JFK", "--depart", tomorrow, "--sort", "price", "--limit", "3")
    first = SearchResult.model_validate_json(cli(*options, "--json").stdout)
    second = SearchResult.model_validate_json(cli(*options, "--json", "--cursor", first.next_cursor).stdout)
    assert (len(first.offers), len(second.offers)) == (3, 1)
    assert f"--cursor {first.next_cursor}" in cli(*options).stdout.splitlines()


def test_a_query_can_come_from_a_file_or_from_standard_input(cli, tmp_path):
    query = '{"slices": [{"destination": {"label": "Miami", "airports": ["MIA"]}}], "sort": "price"}'
    path = tmp_path / "query.json"
    path.write_text(query)
    read = [
        cli("search", "--query", str(path), "--json"),
        cli("search", "--query", "-", "--json", stdin=query),
    ]
    for result in read:
        assert result.exit_code == 0, result.output
        assert SearchResult.model_validate_json(result.stdout).total == 120


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"slices": [{}], "srt": 1}', "/srt: This field is not known here. Did you mean `sort`?"),
        ('{"slices": [{}], "sort": "cheap"}', "/sort"),
        ('{"slices": []}', "/slices"),
        ("{", "not JSON"),
        ("", "empty"),
    ],
)
def test_a_wrong_query_is_told_with_its_place(cli, text, said):
    result = cli("search", "--query", "-", stdin=text)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_query_and_options_that_say_the_same_do_not_go_together(cli):
    result = cli("search", "--query", "-", "--from", "JFK", stdin="{}")
    assert result.exit_code == 2
    assert "--from cannot stand beside it" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--from", "JFK", "--depart", "2020-01-01"], 10, "Those dates are over."),
        (["--from", "JFK", "--cabin", "first"], 10, "No flight matches."),
        ([], 11, "Where do you want to fly from, and where to?"),
        (["--max-price", "-5"], 2, "--max-price -5 is no price."),
        (["--depart-time", "5pm"], 2, "Write it like 17:00-21:00"),
        (["--depart", "2026-12-10", "--return", "2026-12-05"], 2, "before the way out"),
        (["--cursor", "abc"], 2, "cursor is damaged"),
        (["--from", "JFK", "--currency", "XYZ"], 2, "no exchange rate"),
        (["--query", "/nowhere.json"], 2, "No such file or directory (/nowhere.json)"),
        (["--limit", "0"], 2, "--limit"),
        (["--cabin", "sofa"], 2, "sofa"),
        (["--bogus"], 2, "--bogus"),
        (["--url", "not a url"], 2, "no address of a server"),
        (["--url", "http://127.0.0.1:9"], 8, "http://127.0.0.1:9/ gives no answer"),
    ],
)
def test_search_that_cannot_be_or_finds_nothing(cli, options, code, said):
    result = cli("search", *options, FLIGHT_SEARCH_UPSTREAM_ATTEMPTS="1")
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_nothing_found_shows_the_one_change_that_finds_some(cli, tomorrow):
    result = cli("search", "--from", "JFK", "--depart", tomorrow, "--max-price", "50")
    assert result.exit_code == 10
    assert "One change finds some:" in result.stdout
    assert "from $80" in result.stdout
    both = cli("search", "--from", "JFK", "--depart", tomorrow, "--max-price", "50", "--carrier", "B6")
    assert both.exit_code == 10
    assert "Two changes together find some:" in both.stdout
    assert "At any price and on any airline" in " ".join(both.stdout.split())


def test_names_of_places_are_looked_up_and_doubts_told_apart_from_the_answer(cli, tomorrow):
    result = cli("search", "--from", "NYC", "--to", "Bostn", "--depart", tomorrow, "--json")
    assert result.exit_code == 0, result.output
    found = SearchResult.model_validate_json(result.stdout)
    assert {offer.slices[0].segments[0].destination for offer in found.offers} == {"BOS"}
    assert "'Bostn' is read as Boston" in " ".join(result.stderr.split())
    unknown = cli("search", "--from", "Xyzzyx")
    assert unknown.exit_code == 3
    assert "Xyzzyx" in unknown.stderr


def test_ask_shows_what_was_understood_and_the_offers(cli, tomorrow):
    result = cli("ask", f"nonstop from New York to Boston on {tomorrow} under $90")
    assert result.exit_code == 0, result.output
    assert "Understood" in result.stdout
    assert "Boston\N{NO-BREAK SPACE}(BOS)" in result.stdout
    assert "up\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}$90" in result.stdout
    assert "1 offer matches" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_ask_as_json_is_a_result_of_the_contract_and_nothing_else(cli):
    result = cli("ask", "-", "--json", "--limit", "2", stdin="from JFK to Miami")
    assert result.exit_code == 0, result.output
    answered = AskResult.model_validate_json(result.stdout)
    assert isinstance(answered.result, SearchResult)
    assert len(answered.result.offers) == 2
    assert result.stderr == ""


def test_ask_understands_as_of_the_time_given(cli):
    result = cli("ask", "from JFK to Miami tomorrow", "--now", "2031-05-05T09:00-05:00", "--json")
    assert json.loads(result.stdout)["intent"]["query"]["slices"][0]["depart_date"]["from"] == "2031-05-06"
    assert result.exit_code == 10


def test_ask_answers_questions_in_words_and_figures(cli):
    result = cli("ask", "who flies from JFK to Boston?")
    assert result.exit_code == 0, result.output
    assert "Delta Air Lines" in result.stdout
    assert "Flights" in result.stdout


def test_ask_asks_back(cli):
    result = cli("ask", "flights to Boston")
    assert result.exit_code == 11
    assert "from?" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([""], "nothing to understand"),
        (["hi", "--now", "noon"], "--now"),
        (["hi", "--locale", "!"], "locale"),
        (["x" * 10_001], "10000"),
        (["hi", "--currency", "euro"], "currency"),
    ],
)
def test_ask_that_cannot_be(cli, options, said):
    result = cli("ask", *options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_hostile_text_does_not_steer_the_terminal(cli):
    result = cli("ask", "from JFK to Miami\x1b[2J in a \x07 quiet place")
    assert "\x1b" not in result.output
    assert "\x07" not in result.output


def test_places_lists_what_a_name_stands_for(cli):
    result = cli("places", "Portland")
    assert result.exit_code == 0
    assert "PDX" in result.stdout
    assert "PWM" in result.stdout
    found = json.loads(cli("places", "Portland", "--json", "--limit", "1").stdout)
    assert [place["airports"] for place in found] == [["PDX"]]
    assert (cli("places", "Xyzzyx", "--json").exit_code, cli("places", "x" * 201).exit_code) == (10, 2)


@pytest.mark.parametrize(
    "command", [["ask", "hi"], ["search"], ["snapshots", "show"], ["snapshots", "verify"]]
)
def test_without_a_snapshot_the_way_to_one_is_told(cli, tmp_path, command):
    result = cli(*command, FLIGHT_SEARCH_DATA_DIR=str(tmp_path / "empty"))
    assert result.exit_code == 4
    assert "flight-search ingest" in result.stderr


def test_snapshots_are_listed_shown_verified_and_chosen(cli, small_data_dir, tomorrow):
    name = (small_data_dir / "CURRENT").read_text().strip()
    listed = json.loads(cli("snapshots", "list", "--json").stdout)
    assert [(one["name"], one["is_current"], one["offers"]) for one in listed] == [(name, True, 240)]
    assert name in cli("snapshots", "list").stdout
    info = SnapshotInfo.model_validate_json(cli("snapshots", "show", "--json").stdout)
    assert (info.name, info.first_day) == (name, tomorrow)
    assert "CC0" in cli("snapshots", "show", name).stdout
    assert json.loads(cli("snapshots", "verify", "--json").stdout) == {"name": name, "problems": []}
    assert "is whole" in cli("snapshots", "verify").stdout
    assert cli("snapshots", "use", name).exit_code == 0
    missing = cli("snapshots", "use", "2020-01-01T00-00-00Z")
    assert missing.exit_code == 3
    assert "flight-search snapshots list" in missing.stderr


def test_an_empty_list_of_snapshots_is_no_error(cli, tmp_path):
    result = cli("snapshots", "list", FLIGHT_SEARCH_DATA_DIR=str(tmp_path / "empty"))
    assert result.exit_code == 0
    assert "no snapshot yet" in result.stdout


def test_a_damaged_snapshot_is_named_with_the_way_back(cli, small_data_dir, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(small_data_dir, folder)
    name = (folder / "CURRENT").read_text().strip()
    file = folder / "snapshots" / name / "offers.arrow"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    verified = cli("snapshots", "verify", FLIGHT_SEARCH_DATA_DIR=str(folder))
    assert verified.exit_code == 4
    assert "offers.arrow" in verified.stdout
    file.write_bytes(content[:100])
    asked = cli("search", FLIGHT_SEARCH_DATA_DIR=str(folder))
    assert asked.exit_code == 4
    assert "snapshots use NAME" in " ".join(asked.stderr.split())


@pytest.mark.parametrize("command", ["run", "ingest"])
def test_an_unknown_data_set_is_named(cli, command):
    result = cli(command, "--dataset", "mars")
    assert result.exit_code == 3
    assert "mars" in result.stderr


def test_settings_that_cannot_be_used_are_named(cli):
    result = cli("run", FLIGHT_SEARCH_PORT="many")
    assert result.exit_code == 9
    assert "FLIGHT_SEARCH_PORT" in result.stderr


def test_the_unforeseen_is_told_without_a_traceback_unless_wanted(cli, monkeypatch):
    from flight_search.cli import searching

    def break_down(*_arguments, **_options):
        raise RuntimeError("a gap in the floor")

    monkeypatch.setattr(searching, "run_search", break_down)
    quiet = cli("search")
    assert quiet.exit_code == 1
    assert "a gap in the floor" in quiet.stderr
    assert "FLIGHT_SEARCH_DEBUG=1" in quiet.stderr
    assert isinstance(quiet.exception, SystemExit)
    assert isinstance(cli("search", FLIGHT_SEARCH_DEBUG="1").exception, RuntimeError)


def test_a_full_disk_is_told(cli, monkeypatch):
    import errno

    from flight_search.cli import building

    def fill(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device", "/data/x")

    monkeypatch.setattr(building, "build_snapshot", fill)
    result = cli("ingest")
    assert result.exit_code == 6
    assert "The disk is full (/data/x)" in result.stderr
