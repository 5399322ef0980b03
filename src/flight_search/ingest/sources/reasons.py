"""Why rows are refused or left out, in words that say what to do. Reports and docs/data.md show them."""

from typing import Final

REASONS: Final[dict[str, str]] = {
    "line_too_long": "The line is longer than a million characters and was skipped.",
    "not_in_encoding": "A character is not in the file's encoding: set `encoding` in the "
    "mapping (cp1252 is common).",
    "wrong_field_count": "The row has more or fewer fields than the first row: check delimiter and quotes.",
    "broken_quotes": "A quote is opened and never closed.",
    "not_json": "The line is no JSON object.",
    "unreadable": "The value cannot be read as what the mapping says it is.",
    "stops_without_airports": "It has stops and the file does not say where: map segment_2 and segment_3.",
    "missing": "A value is missing that every flight needs.",
    "unknown_airport": "No airport with scheduled flights has this code.",
    "unknown_carrier": "No airline has this code: add it to [carriers] of the mapping if it is right.",
    "carrier_contradicts_number": "The flight number begins with the code of another carrier.",
    "bad_flight_number": "A flight number has one to four figures and at most a letter behind them.",
    "day_absurd": "The day is more than two years ahead or before 1990.",
    "time_skipped": "The clocks go forward over this local time, so it does not exist.",
    "arrives_before_departure": "It arrives before it departs (or at once).",
    "too_fast": "No airliner is that fast: check days and time zones.",
    "too_long": "No flight takes that long: check days and time zones.",
    "same_airport": "It departs and arrives at the same airport.",
    "not_connected": "A flight does not start at the airport where the one before ends.",
    "connection_missed": "A flight departs before the one before has arrived.",
    "layover_absurd": "It waits more than two days between two flights.",
    "price_not_positive": "The price is zero or negative.",
    "price_absurd": "The price is over 100,000 US dollars for one adult.",
    "currency_missing": "The price has no currency: set it in [constants] of the mapping.",
    "currency_not_convertible": "The European Central Bank quotes no rate for this currency.",
    "bag_count_absurd": "It has fewer than none or more than nine bags.",
    "seats_absurd": "It has fewer seats than none.",
    "unknown_record_type": "The record is of no type that the format has.",
    "bad_record": "The record is not written as its format says.",
    "mixed_passengers": "The price is for people of several kinds and does not say what an adult pays.",
    "too_many_segments": "It has more than three flights one way.",
}
"""By the code that a quarantined row carries."""

LEFT_OUT: Final[dict[str, str]] = {
    "in_the_past": "departed before today",
    "duplicate": "the same flight and cabin again; the cheapest stays",
    "cancelled": "cancelled",
    "codeshare": "another carrier's number for a flight of the same file",
    "no_passengers": "carries no passengers or may not be sold",
    "no_times": "names a route without times",
}
"""Sound rows that are no flight to search, by reason."""
