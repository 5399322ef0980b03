"""Searches of the real data over a real ChromaDB server that is paused, killed and started again."""

import datetime as dt
import importlib.util
import threading
import time

import httpx
import pytest
from tests.vector_databases import ChromaProcess

from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import VectorDatabaseError
from flight_search.domain.progress import SilentProgress
from flight_search.domain.query import FlightQuery, Place, SliceQuery
from flight_search.domain.result import SearchRequest
from flight_search.embed.open import open_embedder
from flight_search.embed.settings import EmbeddingSettings
from flight_search.search.engine import SearchEngine
from flight_search.vectors.chroma import ChromaServer, open_chroma
from flight_search.vectors.open import open_vectors
from flight_search.vectors.settings import VectorSettings

NEW_YORK = Place(label="New York", airports=("JFK", "EWR", "LGA"))
MIAMI = Place(label="Miami", airports=("MIA",))
TIMEOUT_S = 2.0


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if importlib.util.find_spec("chromadb") is None:
        pytest.skip("chromadb is not installed (pip install 'flight-search[chroma]')")
    process = ChromaProcess(tmp_path_factory.mktemp("chroma"))
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="module")
def make_engine(real_data_dir, real_cache_dir):
    live = LiveSnapshot(SnapshotStore(real_data_dir))
    embedder = open_embedder(EmbeddingSettings(), real_cache_dir, SilentProgress())
    now = dt.datetime.now(dt.UTC)

    def make(**options):
        return SearchEngine(live, embedder, clock=lambda: now, **options)

    return make


@pytest.fixture(scope="module")
def over_chroma(server, make_engine):
    settings = VectorSettings(
        vectors="chroma",
        vectors_url=server.url,
        vectors_timeout_s=TIMEOUT_S,
        vectors_pause_s=0.2,
        vectors_most_by_id=5_000,
    )
    with open_vectors(settings, None) as profiles_of:
        engine = make_engine(profiles_of=profiles_of)
        engine.warm_up()
        yield engine


def requests() -> list[SearchRequest]:
    slices = [SliceQuery(origin=NEW_YORK), SliceQuery(origin=NEW_YORK, destination=MIAMI)]
    wishes = ["quiet flight over the ocean", "somewhere with jazz and old houses", "fjords"]
    return [
        SearchRequest(query=FlightQuery(slices=(one,), preferences=wish), limit=30)
        for one in slices
        for wish in wishes
    ]


def wait_until_it_takes_part(engine: SearchEngine) -> None:
    deadline = time.monotonic() + 120
    while engine.search(requests()[0]).degraded:
        assert time.monotonic() < deadline, engine.search(requests()[0]).degraded
        time.sleep(0.1)


def offers_of(engine: SearchEngine) -> list[list[tuple[str, float]]]:
    return [[(offer.id, offer.score) for offer in engine.search(one).offers] for one in requests()]


def test_the_same_offers_in_the_same_order_with_it_paused_killed_and_back(server, over_chroma, make_engine):
    expected = offers_of(make_engine())
    wait_until_it_takes_part(over_chroma)
    assert offers_of(over_chroma) == expected
    assert not over_chroma.search(requests()[0]).degraded

    server.pause()
    began = time.monotonic()
    slow = over_chroma.search(requests()[0])
    assert time.monotonic() - began < 2 * TIMEOUT_S
    assert any(told.startswith("vector_db: ") and "within" in told for told in slow.degraded)
    assert offers_of(over_chroma) == expected
    server.go_on()
    wait_until_it_takes_part(over_chroma)

    server.kill()
    down = over_chroma.search(requests()[0])
    assert any(told.startswith("vector_db: ") and "reached" in told for told in down.degraded)
    assert offers_of(over_chroma) == expected
    # Without a wish nothing depends on it, so nothing is said of it.
    without = FlightQuery(slices=(SliceQuery(origin=NEW_YORK, destination=MIAMI),))
    assert not over_chroma.search(SearchRequest(query=without)).degraded
    server.start()
    wait_until_it_takes_part(over_chroma)
    assert offers_of(over_chroma) == expected


def test_no_search_fails_while_the_server_is_killed_and_started_under_load(server, over_chroma):
    wait_until_it_takes_part(over_chroma)
    stop, answered, failures = threading.Event(), [0], []

    def ask() -> None:
        while not stop.is_set():
            for one in requests():
                try:
                    assert over_chroma.search(one).offers
                except Exception as error:  # noqa: BLE001 - whichever it is, a request failed
                    failures.append(error)
                answered[0] += 1

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        server.kill()
        time.sleep(0.5)
        server.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert answered[0] > 0


def test_credentials_that_are_refused_are_told_by_name():
    def refuse(_request):
        return httpx.Response(401, json={"error": "Unauthorized"})

    client = httpx.Client(base_url="http://chroma", transport=httpx.MockTransport(refuse))
    database = ChromaServer(client, timeout_s=1, load_timeout_s=1, attempts=2)
    with pytest.raises(VectorDatabaseError, match="credentials") as caught:
        database.collections()
    assert "FLIGHT_SEARCH_VECTORS_TOKEN" in caught.value.remedy


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1,2]", b'{"id": 5}', b'[{"name": 1}', b'{"ids": [["x"]]}', b"\xff\xfe"]
)
def test_a_server_that_answers_nonsense_is_told_and_not_believed(content):
    def answer(_request):
        return httpx.Response(200, content=content)

    client = httpx.Client(base_url="http://chroma", transport=httpx.MockTransport(answer))
    database = ChromaServer(client, timeout_s=1, load_timeout_s=1, attempts=1)
    with pytest.raises(VectorDatabaseError):
        database.count("any")


def test_nobody_at_the_address_is_told_with_what_to_do():
    database = open_chroma(
        "http://127.0.0.1:9", token=None, timeout_s=1, load_timeout_s=1, attempts=2, connections=1
    )
    with pytest.raises(VectorDatabaseError, match="cannot be reached") as caught:
        database.collections()
    database.close()
    assert "FLIGHT_SEARCH_VECTORS_URL" in caught.value.remedy
