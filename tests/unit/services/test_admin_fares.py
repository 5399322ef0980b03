"""Fares changed over HTTP: who is let in, what is told, and nothing changed by a file that is not right."""

import gzip
import shutil

import pytest

from flight_search.catalog.fares.store import FareStore
from flight_search.services.settings import AdminSettings

TOKEN = {"authorization": "Bearer let-me-see-everything"}
FILE = b"id,price,sold_out\no_0000000000000000,77.50,\no_0000000000000001,,yes\no_0000000000000002,NaN,\n"
URL = "/v1/admin/fares"


@pytest.fixture
def store(settings, small_data_dir):
    shutil.copytree(small_data_dir, settings.storage.data_dir)
    return FareStore(settings.storage.data_dir)


async def test_a_file_is_applied_told_taken_back_and_cleared(client, store):
    told = (await client.put(URL, content=gzip.compress(FILE), headers=TOKEN)).json()
    assert told["name"] == store.current_name()
    assert (told["rows"], told["applied"], told["sold_out"], told["refused"]) == (3, 2, 1, 1)
    assert told["left_out"] == [
        {
            "line": 4,
            "kind": "refused",
            "reason": "price is no number",
            "row": "id=o_0000000000000002 price=NaN",
        }
    ]
    second = (await client.put(URL, content=FILE, headers=TOKEN)).json()
    assert (await client.post(f"{URL}/undo", headers=TOKEN)).json() == {"name": told["name"]}
    cleared = (await client.delete(URL, headers=TOKEN)).json()
    assert cleared["name"] == store.current_name() > second["name"]
    assert store.open_current() is None


async def test_options_mean_what_those_of_the_command_mean(client, store):
    dry = await client.put(URL, params={"dry_run": True}, content=FILE, headers=TOKEN)
    assert (dry.status_code, dry.json()["name"], dry.json()["applied"]) == (200, None, 2)
    strict = await client.put(URL, params={"strict": True}, content=FILE, headers=TOKEN)
    assert (strict.status_code, store.current_name()) == (400, None)
    assert "Line 4: price is no number" in strict.json()["detail"]
    unknown = await client.put(URL, params={"currency": "xxx"}, content=FILE, headers=TOKEN)
    assert (unknown.status_code, "XXX is unknown" in unknown.json()["detail"]) == (400, True)
    assert (
        await client.put(URL, params={"currency": "dollars"}, content=FILE, headers=TOKEN)
    ).status_code == 422


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"PAR1", b"a,b\n1,2\n", gzip.compress(FILE, mtime=0)[:20]]
)
async def test_a_body_that_is_no_file_of_fares_is_the_senders_mistake(client, store, content):
    answer = await client.put(URL, content=content, headers=TOKEN)
    assert (answer.status_code, store.current_name()) == (400, None)
    assert answer.json()["remedy"]


@pytest.mark.parametrize("sent", [{}, {"authorization": "Bearer wrong"}])
async def test_without_the_token_nothing_is_changed(client, store, sent):
    for method, url in (("PUT", URL), ("POST", f"{URL}/undo"), ("DELETE", URL)):
        assert (await client.request(method, url, content=FILE, headers=sent)).status_code == 401
    assert store.current_name() is None


async def test_too_large_a_file_and_nothing_to_undo_are_told(connect, store, settings):
    small = AdminSettings(token=settings.admin.token, max_fares_bytes=1_024)
    object.__setattr__(settings, "admin", small)
    async with connect("rag") as client:
        answer = await client.put(URL, content=b"x" * 2_000, headers=TOKEN)
        assert (answer.status_code, store.current_name()) == (413, None)
        assert (await client.post(f"{URL}/undo", headers=TOKEN)).status_code == 404


async def test_without_data_and_where_no_data_is_there_is_nothing_to_change(connect, client):
    assert (await client.put(URL, content=FILE, headers=TOKEN)).status_code == 503
    async with connect("llm") as other:
        assert (await other.put(URL, content=FILE, headers=TOKEN)).status_code == 404
