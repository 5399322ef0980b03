"""The operators' view: who is let in, what is told, what never is, and the switch of snapshots."""

import pytest
from pydantic import SecretStr

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import NotFoundError
from flight_search.domain.intent import IntentAnswer, Kind, Understood
from flight_search.domain.query import FlightQuery, Place, SliceQuery
from flight_search.domain.result import SearchResult, Status
from flight_search.services.admin import WRONG_TOKENS, AdminTokenError, Gate, HttpPeer, Overview
from flight_search.services.admin_tally import LEAST_TOLD, MOST_KEPT, Tally, route_of, told
from flight_search.services.problems import RateLimitError

TOKEN = {"authorization": "Bearer let-me-see-everything"}


def overview_of(answer) -> Overview:
    assert answer.status_code == 200, answer.text
    return Overview.model_validate_json(answer.content)


@pytest.mark.parametrize("sent", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer "}])
async def test_without_the_token_nothing_is_told(client, sent):
    answer = await client.get("/v1/admin", headers=sent)
    assert answer.status_code == 401
    assert answer.json()["remedy"].startswith("Send `Authorization")
    refused = await client.post("/v1/admin/snapshot", headers=sent, json={"name": "x"})
    assert refused.status_code == 401


def test_a_gate_without_a_token_is_shut_and_guessing_is_stopped():
    with pytest.raises(NotFoundError):
        Gate(None, lambda: 0.0).check("Bearer anything")
    now = [0.0]
    gate = Gate(SecretStr("the right one here"), lambda: now[0])
    for _ in range(WRONG_TOKENS):
        with pytest.raises(AdminTokenError):
            gate.check("Bearer wrong")
    with pytest.raises(RateLimitError):
        gate.check("Bearer the right one here")
    now[0] = 61.0
    assert gate.check("Bearer the right one here") == "the right one here"


async def test_it_tells_requests_health_and_what_was_asked(client):
    for _ in range(LEAST_TOLD):
        await client.post("/v1/ask", json={"text": "fly me to zanzibar@example.org please"})
    await client.post("/v1/ask", json={"text": "boom"})
    (report,) = overview_of(await client.get("/v1/admin", headers=TOKEN)).services
    assert (report.role, report.problem) == ("all", "")
    assert [(part.name, part.is_ready) for part in report.parts] == [("snapshot", True)]
    asked = [row for row in report.requests if row.route == "/v1/ask"]
    assert {(row.status, row.count) for row in asked} == {("200", LEAST_TOLD), ("500", 1)}
    assert [(row.name, row.count) for row in report.asked.routes] == [("JFK → LHR", LEAST_TOLD)]
    assert {row.name for row in report.asked.unsupported} == {"a window seat"}
    assert "please" in {row.name for row in report.asked.unread}


async def test_it_tells_which_part_is_not_ready(client, engines):
    engines.search.usable = False
    (report,) = overview_of(await client.get("/v1/admin", headers=TOKEN)).services
    assert [(part.is_ready, part.detail) for part in report.parts] == [(False, "There is no snapshot.")]


async def test_snapshots_are_listed_and_switched(small_data_dir, client, settings):
    settings.storage.data_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.storage.data_dir.symlink_to(small_data_dir)
    (report,) = overview_of(await client.get("/v1/admin", headers=TOKEN)).services
    (row,) = report.snapshots
    assert row.is_current
    assert row.offers == 240
    used = await client.post("/v1/admin/snapshot", headers=TOKEN, json={"name": row.name})
    assert used.json() == {"name": row.name, "before": row.name}
    unknown = await client.post("/v1/admin/snapshot", headers=TOKEN, json={"name": "../../etc"})
    assert unknown.status_code == 404
    assert SnapshotStore(small_data_dir).current_name() == row.name


async def test_a_console_asks_the_services_behind_it(connect):
    async with connect("all") as behind:
        peer = HttpPeer("rag", behind)
        (report,) = await peer.report("let-me-see-everything")
        assert report.parts
        (refused,) = await peer.report("wrong")
        assert refused.problem == "The token is missing or wrong."
        with pytest.raises(NotFoundError):
            await peer.use_snapshot("let-me-see-everything", "2026-01-01T00-00-00Z")


# ------------------------------------------------------------------------------------------- the tally


def place(label: str, *airports: str) -> Place:
    return Place(label=label, airports=airports)


def test_words_are_told_once_several_requests_had_them_and_never_numbers_or_addresses():
    tally = Tally()
    intent = IntentAnswer(
        kind=Kind.SEARCH, understood=(Understood(field="slices.0.origin", text="Oslo", start=5, end=9),)
    )
    for _ in range(LEAST_TOLD):
        tally.understood("from Oslo qwerty 0171234567 me1@example.org", intent)
    tally.understood("from Oslo only once", intent)
    words = dict(told(tally.unread))
    assert words["qwerty"] == LEAST_TOLD
    assert "oslo" not in words
    assert "once" not in words
    assert not any(character.isdigit() for word in words for character in word)


def test_routes_are_codes_and_empty_ones_are_counted():
    tally = Tally()
    query = FlightQuery(
        slices=(
            SliceQuery(origin=place("my home", "JFK", "LGA", "EWR", "SWF"), destination=place("x", "MIA")),
        )
    )
    for _ in range(LEAST_TOLD):
        tally.ended(query, SearchResult(status=Status.NO_MATCH, query=query))
    assert told(tally.routes) == [("JFK/LGA/EWR… → MIA", LEAST_TOLD)]
    assert told(tally.empty) == told(tally.routes)
    assert route_of(FlightQuery(slices=(SliceQuery(),))) == ""
    assert route_of(None) == ""


def test_a_tally_does_not_grow_without_end():
    tally = Tally()
    intent = IntentAnswer(kind=Kind.SEARCH)
    for first in range(26 * 26 * 8):
        word = "".join(chr(97 + first // 26**power % 26) for power in range(3))
        tally.understood(f"x{word}", intent)
    assert len(tally.unread) <= MOST_KEPT
