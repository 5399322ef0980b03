from flight_search.ingest.keys import offer_keys


def test_keys_survive_rebuilds():
    # BLAKE2b with 8 bytes of "DL1|JFK|2026-12-04T19:30;economy", by b2sum -l 64.
    assert [f"{key:016x}" for key in offer_keys(["DL1|JFK|2026-12-04T19:30;economy"]).tolist()] == [
        "1ed9511c0e0374cb"
    ]


def test_other_flights_have_other_keys():
    texts = [f"DL{number}|JFK|2026-12-04T19:30;economy" for number in range(10_000)]
    assert len(set(offer_keys(texts).tolist())) == 10_000


def test_no_offers_have_no_keys():
    assert offer_keys([]).shape == (0,)
