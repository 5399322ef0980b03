"""Fares that change under a running service: it follows, and no request fails or mixes two versions."""

import shutil
import subprocess
import sys
import threading
import time
from decimal import Decimal

import httpx
import pytest

from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.fare_changes.apply import FareFiles, Options, clear_fares
from flight_search.services.in_process import utc_now

SEEN_WITHIN_S = 30
APPLIES = 15
QUERY = {
    "slices": [
        {
            "origin": {"label": "JFK", "airports": ["JFK"]},
            "destination": {"label": "BOS", "airports": ["BOS"]},
        }
    ],
    "sort": "price",
}


class Fares:
    """The small world in a folder of its own, and ways to change its fares."""

    def __init__(self, root):
        self.root = root
        self.snapshots, self.store = SnapshotStore(root), FareStore(root)
        self.offers = len(self.snapshots.open().offers.key)

    def apply(self, cents, sold_out=()):
        """Give every offer one price; the same for all, so that a mixture of two versions shows."""
        rows = [
            f"o_{row:016x},{cents // 100}.{cents % 100:02d},{'true' if row in sold_out else 'false'}"
            for row in range(self.offers)
        ]
        content = "\n".join(["id,price,sold_out", *rows, ""]).encode()
        files = FareFiles(self.snapshots, self.store, SilentProgress(), utc_now)
        return files.apply(content, "test.csv", Options()).version


@pytest.fixture
def fares(small_data_dir, tmp_path):
    root = tmp_path / "data"
    shutil.copytree(small_data_dir, root)
    return Fares(root)


def search(client, **more):
    response = client.post("/v1/search", json={"query": QUERY, "limit": 5, **more})
    assert response.status_code == 200, response.text
    return response.json()


def wait_for(client, version):
    until = time.monotonic() + SEEN_WITHIN_S
    while (client.get("/v1/snapshot").json()["fares"] or {}).get("name") != version:
        assert time.monotonic() < until, f"{version} was not seen"
        time.sleep(0.02)


def test_no_request_fails_or_mixes_two_versions_while_fares_change_again_and_again(fares, start):
    service = start("all", DATA_DIR=fares.root).wait_until()
    stop, wrong, seen = threading.Event(), [], {}
    price_of = {"": None}

    def ask():
        with httpx.Client(base_url=service.url, timeout=30) as client:
            while not stop.is_set():
                try:
                    result = search(client)
                except Exception as error:  # noqa: BLE001 - told by the test
                    wrong.append(repr(error))
                    return
                prices = {offer["price"]["amount"] for offer in result["offers"]}
                bounds = {Decimal(result["facets"]["price"][name]) for name in ("min", "max")}
                if result["fares"] and (len(prices) != 1 or len(bounds) != 1):
                    wrong.append((result["fares"], prices, bounds))
                if result["fares"]:
                    seen.setdefault(result["fares"], set()).update(prices)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for number in range(APPLIES):
        cents = 7_000 + number
        price_of[fares.apply(cents)] = f"{cents / 100:.2f}"
    version = fares.store.current_name()
    with httpx.Client(base_url=service.url) as client:
        wait_for(client, version)
        assert search(client)["offers"][0]["price"]["amount"] == price_of[version]
    stop.set()
    for asker in askers:
        asker.join(30)
    assert wrong == []
    assert all(found == {price_of[name]} for name, found in seen.items())
    assert len(seen) > 1


def test_a_service_follows_by_itself_and_again_after_a_restart(fares, start):
    service = start("rag", DATA_DIR=fares.root).wait_until()
    with httpx.Client(base_url=service.url) as client:
        built = search(client)
        assert (built["fares"], built["offers"][0]["price"]["amount"]) == ("", "80.00")
        version = fares.apply(9_000, sold_out=range(0, fares.offers, 2))
        wait_for(client, version)
        changed = search(client)
        assert (changed["fares"], changed["offers"][0]["price"]) == (
            version,
            {"amount": "90.00", "currency": "USD", "basis": "fare"},
        )
        assert changed["total"] == built["total"] // 2
        assert changed["as_of"] > built["as_of"]
        refused = client.post("/v1/search", json={"query": QUERY, "limit": 5, "cursor": built["next_cursor"]})
        assert refused.status_code == 400
        assert "Prices have changed" in refused.json()["detail"]
        told = client.get("/metrics").text
        assert f"flight_search_fares_offers {float(fares.offers)}" in told
        assert f"flight_search_fares_sold_out {float(fares.offers // 2)}" in told
    assert service.stop() == 0
    again = start("rag", DATA_DIR=fares.root).wait_until()
    with httpx.Client(base_url=again.url) as client:
        assert (search(client)["fares"], search(client)["total"]) == (version, changed["total"])
        clear_fares(fares.snapshots, fares.store, utc_now)
        until = time.monotonic() + SEEN_WITHIN_S
        while search(client)["fares"]:
            assert time.monotonic() < until
        assert search(client)["total"] == built["total"]


def test_a_file_applied_by_a_process_that_is_killed_is_applied_whole_or_not_at_all(fares, tmp_path):
    """Killed at moments all over its run; what is in use afterwards is always one of the two prices."""
    program = (
        "import sys, pathlib\n"
        "from flight_search.catalog.fares.store import FareStore\n"
        "from flight_search.catalog.store import SnapshotStore\n"
        "from flight_search.domain.progress import SilentProgress\n"
        "from flight_search.ingest.fare_changes.apply import FareFiles, Options\n"
        "from flight_search.services.in_process import utc_now\n"
        "root, content = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_bytes()\n"
        "files = FareFiles(SnapshotStore(root), FareStore(root), SilentProgress(), utc_now)\n"
        "print('begins', flush=True)\n"
        "while True:\n"
        "    files.apply(content, 'x.csv', Options())\n"
    )
    file = tmp_path / "fares.csv"
    file.write_text("id,price\n" + "".join(f"o_{row:016x},70\n" for row in range(fares.offers)))
    fares.apply(7_500)
    for wait_s in (0.0, 0.01, 0.05):
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(fares.root), str(file)], stdout=subprocess.PIPE
        )
        writer.stdout.readline()
        time.sleep(wait_s)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        overlay = fares.store.open_current()
        fares.store.verify(overlay.manifest.name)
        assert len(set(overlay.fares.price.tolist())) == 1
    fares.apply(7_900)
    assert set(fares.store.open_current().fares.price.tolist()) == {7_900}
