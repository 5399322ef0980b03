"""Offers to profiles: the text that carries what a flight means, shared by all flights that mean the same.

In: for each offer its destination, season, carrier kind, aircraft family, part of the day and distance. Out:
the profile of each offer, and the texts. Facts that are filtered exactly (origins, dates, prices, minutes)
stay out: an embedding compares meanings and cannot count, and every further word multiplies the number of
profiles. The default data's 423,000 offers have 3,440.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_AIRCRAFT, Aircraft, Carriers, Offers, Routes, Segments
from flight_search.ingest.destinations import SEASONS, Destination
from flight_search.reference.carriers import CarrierKind

PARTS_OF_DAY = (
    "early morning departure",
    "morning departure",
    "afternoon departure",
    "evening departure",
    "late night departure",
    "overnight red-eye flight, sleep on board",
    "",
)
"""The last says nothing. With the hours of these words in requests: morning 05:00, afternoon 12:00, evening
17:00, night 21:00."""
_PART_STARTS = (3 * 60, 5 * 60, 12 * 60, 17 * 60, 21 * 60)
_NIGHT, _RED_EYE = 4, 5
_LAST_RED_EYE_START = 3 * 60

HAULS = ("short hop", "medium haul flight", "long haul flight")
HAUL_STARTS_KM = (1500, 4000)
"""The bounds of Eurocontrol. By distance, not by minutes, so that the flights of a route stay together."""

STOPS = ("nonstop", "with a stop", "with several stops")

_KINDS = {
    "": "",
    CarrierKind.FULL_SERVICE: "full-service airline",
    CarrierKind.LOW_COST: "low-cost budget airline",
    CarrierKind.REGIONAL: "regional airline",
    CarrierKind.LEISURE: "holiday charter airline",
}
_FAMILIES = {
    "": "",
    "wide-body jet": "big wide-body jet",
    "narrow-body jet": "narrow-body jet",
    "regional jet": "small regional jet",
    "turboprop": "propeller aircraft",
    "small aircraft": "tiny aircraft",
}


@dataclass(frozen=True)
class ProfileInputs:
    """What the meaning of an offer depends on, as columns of one length of small numbers."""

    destination: NDArray[np.int64]
    """Index into the destinations."""
    month: NDArray[np.int64]
    """Local month of departure, 1 to 12."""
    kind: NDArray[np.int64]
    """Index into ``kinds``."""
    family: NDArray[np.int64]
    """Index into ``families``."""
    part_of_day: NDArray[np.int64]
    haul: NDArray[np.int64]
    stops: NDArray[np.int64]
    kinds: Sequence[str]
    families: Sequence[str]


def profile_inputs(
    offers: Offers,
    segments: Segments,
    routes: Routes,
    carriers: Carriers,
    aircraft: Aircraft,
) -> ProfileInputs:
    """Return the inputs of each offer of sorted tables; the aircraft is that of the first segment."""
    kinds, kind = _coded(carriers.kind)
    families, family = _coded(aircraft.family)
    flown = segments.aircraft[offers.segment_0]
    unknown = families.index("")
    # One row more than there are types stands for those that are not known.
    family = np.append(family, unknown)
    return ProfileInputs(
        destination=offers.destination.astype(np.int64),
        month=_months(offers.departure_day),
        kind=kind[offers.carrier],
        family=family[np.where(flown == NO_AIRCRAFT, len(family) - 1, flown)],
        part_of_day=part_of_day(
            offers.departure_minute, offers.arrival_minute, offers.arrival_day > offers.departure_day
        ),
        haul=np.repeat(np.digitize(routes.distance_km, HAUL_STARTS_KM), routes.end - routes.start),
        stops=np.minimum(offers.stops, len(STOPS) - 1).astype(np.int64),
        kinds=kinds,
        families=families,
    )


def assign_profiles(
    inputs: ProfileInputs, destinations: Sequence[Destination]
) -> tuple[NDArray[np.uint32], list[str]]:
    """Return the profile of each offer, and the text of each profile.

    Offers whose texts would read the same share one profile, whichever inputs lead to it (a place that is as
    warm in spring as in autumn). Time and memory grow with the offers, but text is only made per combination.
    """
    southern = np.array([destination.is_southern for destination in destinations])
    season = (inputs.month % 12 // 3 + np.where(southern[inputs.destination], 2, 0)) % len(SEASONS)
    columns = (
        inputs.destination,
        season,
        inputs.kind,
        inputs.family,
        inputs.part_of_day,
        inputs.haul,
        inputs.stops,
    )
    sizes = (
        len(destinations),
        len(SEASONS),
        len(inputs.kinds),
        len(inputs.families),
        len(PARTS_OF_DAY),
        len(HAULS),
        len(STOPS),
    )
    combinations, member = np.unique(np.ravel_multi_index(columns, sizes), return_inverse=True)
    rows: dict[str, int] = {}
    row = [
        rows.setdefault(_text(parts, inputs, destinations), len(rows))
        for parts in zip(*(part.tolist() for part in np.unravel_index(combinations, sizes)), strict=True)
    ]
    return np.array(row, dtype=np.uint32)[member], list(rows)


def _text(parts: Sequence[int], inputs: ProfileInputs, destinations: Sequence[Destination]) -> str:
    destination, season, kind, family, part_of_day, haul, stops = parts
    there = destinations[destination]
    weather = there.weather[season]
    sentences = (
        there.place,
        there.character,
        f"{SEASONS[season]}: {weather}" if weather else SEASONS[season],
        ", ".join(word for word in (f"{STOPS[stops]} {HAULS[haul]}", PARTS_OF_DAY[part_of_day]) if word),
        ", ".join(
            word for word in (_KINDS[inputs.kinds[kind]], _FAMILIES.get(inputs.families[family], "")) if word
        ),
    )
    return ". ".join(sentence for sentence in sentences if sentence)


def _coded(values: NDArray[np.object_]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts, among them the empty one, and the index of each value."""
    names = sorted({"", *values.tolist()})
    index = {name: number for number, name in enumerate(names)}
    return names, np.array([index[value] for value in values.tolist()], dtype=np.int64)


def _months(day: NDArray[np.int32]) -> NDArray[np.int64]:
    months: NDArray[np.int64] = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months % 12 + 1


def part_of_day(
    departure_minute: NDArray[np.int16], arrival_minute: NDArray[np.int16], lands_later: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return indices into PARTS_OF_DAY for local times; ``lands_later`` says that a day has passed."""
    # Before the first start it is still the night.
    part = (np.digitize(departure_minute, _PART_STARTS).astype(np.int64) - 1) % len(_PART_STARTS)
    is_night = part == _NIGHT
    after_midnight = (departure_minute < _LAST_RED_EYE_START) & (arrival_minute >= _PART_STARTS[1])
    lands_in_morning = (arrival_minute >= _PART_STARTS[1]) & (arrival_minute < _PART_STARTS[2])
    return np.where(is_night & (lands_later | after_midnight) & lands_in_morning, _RED_EYE, part)
