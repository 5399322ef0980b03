import numpy as np
import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.world.clean import clean
from flight_search.ingest.world.rules import CleaningReport, Rule
from flight_search.ingest.world.traffic import read_traffic
from flight_search.ingest.world.week import Week
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

from .conftest import flight_xml, traffic_xml


def cleaned(*flights: str, file: str = "BAW.xml") -> tuple[Week, CleaningReport]:
    traffic = read_traffic({file: traffic_xml(*flights)}, SilentProgress())
    return clean(traffic, load_airports(), load_carriers(), SilentProgress())


def row(week: Week, at: int = 0) -> tuple[str, str, int, int, str, str, int]:
    """Origin, destination, minute, duration, seller, operator and number of a departure."""
    return (
        week.airports[week.origin[at]].iata,
        week.airports[week.destination[at]].iata,
        int(week.departs[at]),
        int(week.minutes[at]),
        week.carriers[week.seller[at]].iata,
        week.carriers[week.operator[at]].iata,
        int(week.number[at]),
    )


def test_a_daily_flight_departs_on_seven_days():
    week, report = cleaned(flight_xml())
    assert row(week) == ("LHR", "ABZ", 7 * 60 + 45, 95, "BA", "BA", 1306)
    assert week.departs.tolist() == [day * 1440 + 465 for day in range(7)]
    assert week.types[week.aircraft[0]].name == "A320"
    assert (report.read, report.kept, report.departures) == (1, 1, 7)


def test_a_weekly_flight_departs_on_its_day_and_sunday_is_the_first():
    week, _ = cleaned(flight_xml(departs="3/07:45:00", arrives="3/09:20:00", repeat="WEEK"))
    assert week.departs.tolist() == [3 * 1440 + 465]


@pytest.mark.parametrize(
    ("departs", "arrives", "minutes", "mended"),
    [
        ("6/23:30:00", "0/06:30:00", 420, 0),
        ("6/23:30:00", "6/06:30:00", 420, 1),
        ("2/10:00:00", "2/17:00:00", 420, 0),
        ("2/10:00:00", "4/17:00:00", 420, 1),
    ],
)
def test_the_day_of_arrival_is_the_one_that_fits_the_distance(
    departs: str, arrives: str, minutes: int, mended: int
):
    week, report = cleaned(flight_xml("BA117", "EGLL", departs, "KJFK", arrives, repeat="WEEK"))
    assert int(week.minutes[0]) == minutes
    assert report.mended["arrival_day"] == mended


@pytest.mark.parametrize(
    ("flight", "rule"),
    [
        (flight_xml(arrives=""), Rule.INCOMPLETE),
        (flight_xml(origin=""), Rule.INCOMPLETE),
        (flight_xml(departs="7:5:00"), Rule.UNREADABLE_TIME),
        (flight_xml(departs="24:00:00"), Rule.UNREADABLE_TIME),
        (flight_xml(arrives="-9:55:00"), Rule.UNREADABLE_TIME),
        (flight_xml(repeat="WEEK"), Rule.UNREADABLE_TIME),
        (flight_xml(repeat="23Hr"), Rule.UNREADABLE_REPEAT),
        (flight_xml(aircraft="BAW-74F"), Rule.CARGO),
        (flight_xml(aircraft="BAW-172"), Rule.GENERAL_AVIATION),
        (flight_xml(destination="EG42"), Rule.UNKNOWN_AIRPORT),
        (flight_xml(destination="EGLL"), Rule.SAME_AIRPORT),
        (flight_xml(callsign="G-WARH"), Rule.NO_FLIGHT_NUMBER),
        (flight_xml(arrives="08:10:00"), Rule.IMPOSSIBLE_SPEED),
        (flight_xml(arrives="16:00:00"), Rule.IMPOSSIBLE_SPEED),
    ],
)
def test_a_flight_counts_under_the_rule_that_it_breaks(flight: str, rule: Rule):
    week, report = cleaned(flight_xml("BA1"), flight)
    assert {name: count for name, count in report.left_out.items() if count} == {rule: 1}
    assert set(week.number.tolist()) == {1}


def test_who_sells_no_seats_today_is_left_out():
    flights = flight_xml("Eurotrans 12"), flight_xml("BA12")
    week, report = cleaned(*flights, file="BCS.xml")
    assert report.left_out[Rule.UNKNOWN_CARRIER] == 1
    assert row(week)[4:] == ("BA", "BA", 12)


def test_the_same_number_at_the_same_minute_counts_once():
    _, report = cleaned(flight_xml(), flight_xml(), flight_xml(departs="07:50:00", arrives="09:25:00"))
    assert report.left_out[Rule.DUPLICATE] == 1
    assert (report.kept, report.departures) == (2, 14)


def test_an_airport_that_moved_is_where_it_is_now():
    week, report = cleaned(flight_xml("BA676", "EGLL", "10:00:00", "LTBA", "13:50:00"))
    assert row(week)[1] == "IST"
    assert report.mended["moved_airport"] == 1


@pytest.mark.parametrize(
    ("file", "callsign", "expected"),
    [
        ("SKW.xml", "Skywest DL3741", ("DL", "OO", 3741)),
        ("AAL.xml", "AMERICAN 2707", ("AA", "AA", 2707)),
        ("SIA.xml", "Singapore_22", ("SQ", "SQ", 22)),
        ("JBU.xml", "B61234", ("B6", "B6", 1234)),
        ("CLH.xml", "LH1890", ("LH", "CL", 1890)),
        ("EZS.xml", "U21234", ("U2", "U2", 1234)),
        ("QLK.xml", "Q-Link 45D", ("QF", "QF", 45)),
        ("LOG.xml", "(Logan 77P)", ("LM", "LM", 77)),
    ],
)
def test_callsigns_say_who_sells_and_who_flies(file: str, callsign: str, expected: tuple[str, str, int]):
    week, _ = cleaned(flight_xml(callsign), file=file)
    assert row(week)[4:] == expected


def test_letters_of_numbers_are_kept():
    week, _ = cleaned(flight_xml("BA123A"))
    assert chr(int(week.suffix[0])) == "A"


def test_the_week_is_sorted_and_points_into_its_tables():
    week, report = cleaned(
        flight_xml("BA1", "EGPD", "20:00:00", "EGLL", "21:35:00"),
        flight_xml("BA2"),
        flight_xml("BA3", departs="06:00:00", arrives="07:35:00"),
    )
    assert [airport.iata for airport in week.airports] == ["ABZ", "LHR"]
    assert np.all(np.diff(week.origin) >= 0)
    assert all(np.all(np.diff(week.departs[week.origin == at]) > 0) for at in (0, 1))
    assert (report.airports, report.pairs, report.carriers) == (2, 2, 1)


def test_files_of_which_nothing_is_left_are_refused():
    with pytest.raises(SourceError, match="No flight"):
        cleaned(flight_xml(callsign="none"))


@pytest.mark.parametrize(
    "content", [b"<trafficlist>", b"\x00\xff", b'<!DOCTYPE t [<!ENTITY a "aaaa">]><t>&a;</t>']
)
def test_a_file_that_is_no_xml_is_named(content: bytes):
    with pytest.raises(SourceError, match=r"BAW\.xml is no readable traffic file"):
        read_traffic({"BAW.xml": content}, SilentProgress())


def test_an_element_that_is_never_closed_costs_no_flight_but_its_own():
    broken = (
        b"<trafficlist><aircraft><aircraft></aircraft>" + flight_xml().encode() + b"</aircraft></trafficlist>"
    )
    assert len(read_traffic({"BAW.xml": broken}, SilentProgress()).flights) == 1
