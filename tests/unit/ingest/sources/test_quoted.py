"""Offers of Duffel and Amadeus, and the tables whose columns are known."""

import copy
import json
from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.sources.amadeus import Amadeus
from flight_search.ingest.sources.duffel import Duffel
from flight_search.ingest.sources.formats import detect_format
from flight_search.ingest.sources.presets import BtsOnTime, OpenFlightsRoutes

SAMPLES = Path(__file__).parents[5] / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="needs the samples")

DUFFEL = {
    "id": "off_1",
    "total_amount": "1200.01",
    "total_currency": "USD",
    "total_emissions_kg": "900",
    "passengers": [{"type": "adult"}, {"type": "adult"}],
    "conditions": {"refund_before_departure": {"allowed": True}},
    "slices": [
        {
            "segments": [
                {
                    "origin": {"iata_code": "JFK"},
                    "destination": {"iata_code": "LHR"},
                    "departing_at": "2026-12-04T19:30:00",
                    "arriving_at": "2026-12-05T07:25:00",
                    "marketing_carrier": {"iata_code": "DL"},
                    "marketing_carrier_flight_number": "1",
                    "operating_carrier": {"iata_code": "VS"},
                    "aircraft": {"iata_code": "339", "name": "Airbus A330-900"},
                    "duration": "PT1H",
                    "passengers": [
                        {"cabin_class": "business", "baggages": [{"type": "checked", "quantity": 2}]},
                        {"cabin_class": "business", "baggages": [{"type": "checked", "quantity": 2}]},
                    ],
                }
            ]
        }
    ],
}
AMADEUS = {
    "type": "flight-offer",
    "numberOfBookableSeats": 4,
    "itineraries": [
        {
            "segments": [
                {
                    "id": "1",
                    "departure": {"iataCode": "JFK", "at": "2026-12-04T19:30:00"},
                    "arrival": {"iataCode": "LHR", "at": "2026-12-05T07:25:00"},
                    "carrierCode": "DL",
                    "number": "1",
                    "aircraft": {"code": "339"},
                }
            ]
        }
    ],
    "price": {"currency": "EUR", "total": "1000.00"},
    "travelerPricings": [
        {"travelerType": "CHILD", "price": {"currency": "EUR", "total": "400.00"}},
        {
            "travelerType": "ADULT",
            "price": {"currency": "EUR", "total": "600.00"},
            "fareDetailsBySegment": [
                {
                    "segmentId": "1",
                    "cabin": "PREMIUM_ECONOMY",
                    "includedCheckedBags": {"weight": 30, "weightUnit": "KG"},
                }
            ],
        },
    ],
}


@pytest.fixture
def write(tmp_path):
    def make(content):
        path = tmp_path / "offers.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return make


def changed(offer, **fields):
    return copy.deepcopy(offer) | fields


def test_a_duffel_offer_is_what_an_adult_pays(write, checked):
    source = Duffel("duffel", write({"data": [DUFFEL]}), SilentProgress())
    rows, reasons, _, notes = checked(source)
    (row,) = rows.iter_rows(named=True)
    assert (reasons, notes) == ({}, {})
    # Half of 1200.01 for two, rounded to the cent.
    assert (row["price"], row["basis"], row["cabin"]) == (60_000, 0, 2)
    assert (row["checked"], row["carry_on"], row["refundable"], row["emissions_kg"]) == (2, 0, 1, 450)
    assert row["minutes_1"] == 415


def test_an_amadeus_offer_is_what_an_adult_pays(write, checked):
    rows, reasons, _, _ = checked(
        Amadeus("amadeus", write({"data": [AMADEUS]}), SilentProgress()), currency="EUR"
    )
    (row,) = rows.iter_rows(named=True)
    assert reasons == {}
    assert (row["price"], row["basis"], row["cabin"], row["checked"], row["seats"]) == (60_000, 0, 1, 1, 4)


def test_a_return_is_two_ways_that_add_up_and_are_estimates(write, checked):
    back = copy.deepcopy(DUFFEL["slices"][0])
    back["segments"][0] |= {
        "origin": {"iata_code": "LHR"}, "destination": {"iata_code": "JFK"},
        "departing_at": "2026-12-10T10:00:00", "arriving_at": "2026-12-10T13:05:00",
    }  # fmt: skip
    offer = changed(DUFFEL, slices=[DUFFEL["slices"][0], back], total_amount="1200.02")
    rows, reasons, _, _ = checked(Duffel("duffel", write([offer]), SilentProgress()))
    assert reasons == {}
    assert rows["price"].to_list() == [30_001, 30_000]
    assert rows["basis"].to_list() == [1, 1]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"passengers": [{"type": "adult"}, {"age": 3}]}, ("passengers", "mixed_passengers")),
        ({"total_amount": None}, ("total_amount", "bad_record")),
        ({"total_amount": "much"}, ("amount", "unreadable")),
        ({"total_amount": "-5"}, ("price", "price_not_positive")),
        ({"slices": [{"segments": DUFFEL["slices"][0]["segments"] * 4}]}, ("segments", "too_many_segments")),
        ({"slices": [{}]}, ("slices.0.segments", "bad_record")),
    ],
)
def test_offers_that_cannot_be_taken_are_refused_and_the_rest_stays(write, checked, fields, told):
    source = Duffel("duffel", write([DUFFEL, changed(DUFFEL, **fields), DUFFEL]), SilentProgress())
    rows, reasons, _, _ = checked(source)
    assert (rows.height, reasons) == (2, {2: told})


def test_offers_one_per_line_and_fields_that_are_new(write, checked):
    lines = [json.dumps(DUFFEL), "{broken", json.dumps(changed(DUFFEL, loyalty_magic=1))]
    source = Duffel("duffel", write("\n".join(lines)), SilentProgress())
    rows, reasons, _, _ = checked(source)
    assert (rows.height, reasons) == (2, {2: ("", "not_json")})
    assert list(source.unused) == ["loyalty_magic"]


def test_what_is_no_json_says_so(write):
    with pytest.raises(SourceError, match="neither one JSON document"):
        list(Duffel("duffel", write("a,b\n1,2"), SilentProgress()).batches())


BTS = "FL_DATE,OP_UNIQUE_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,CRS_DEP_TIME,CRS_ARR_TIME,CANCELLED,TAXI_OUT\n"


def test_records_of_bts_are_moved_onto_days_to_come(tmp_path, checked):
    path = tmp_path / "bts.csv"
    path.write_text(
        BTS + "2025-04-01,AA,100,CLT,SEA,940,1250,0.00,24\n2025-04-01,AA,101,CLT,SEA,5,300,1.00,\n"
    )
    source = BtsOnTime("bts", path, SilentProgress())
    rows, reasons, left_out, _ = checked(source)
    assert (reasons, left_out) == ({}, {"cancelled": 1})
    # Tuesday 1 April 2025 to Tuesday 30 March 2027: two years are 104 weeks and 2 days.
    day = (rows["utc_1"][0] + rows["origin_offset_1"][0]) // 1440
    assert day == 20_907
    assert rows["minutes_1"].to_list() == [370]
    assert list(source.unused) == ["TAXI_OUT"]


def test_a_table_without_what_bts_needs_says_what_to_choose(tmp_path):
    path = tmp_path / "bts.csv"
    path.write_text("FL_DATE,ORIGIN,DEST,CRS_DEP_TIME\n2025-04-01,CLT,SEA,940\n")
    with pytest.raises(SourceError, match="no carrier"):
        list(BtsOnTime("bts", path, SilentProgress()).batches())


@needs_samples
@pytest.mark.parametrize(
    ("name", "kind", "kept", "left_out"),
    [
        ("duffel_offers.json", Duffel, 2, {}),
        ("amadeus_flight_offers.json", Amadeus, 2, {}),
        ("bts_on_time.csv", BtsOnTime, 198, {"cancelled": 1}),
        ("openflights_routes.dat", OpenFlightsRoutes, 0, {"codeshare": 2, "no_times": 298}),
    ],
)
def test_real_files(checked, name, kind, kept, left_out):
    rows, reasons, found, _ = checked(kind("sample", SAMPLES / name, SilentProgress()), keep_past=True)
    assert (rows.height, reasons, found) == (kept, {}, left_out)


@needs_samples
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("duffel_offers.json", "duffel"),
        ("amadeus_flight_offers.json", "amadeus"),
        ("bts_on_time.csv", "bts"),
        ("openflights_routes.dat", "openflights"),
        ("LME_S22_netline.ssim", "ssim"),
        ("README.md", None),
    ],
)
def test_formats_are_told_by_their_beginning(name, kind):
    assert detect_format(SAMPLES / name) == kind
