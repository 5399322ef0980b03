"""Where airports lie: what a page needs to draw a map, from packaged data alone."""

from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from flight_search.domain.query import Contract
from flight_search.reference.airports import load_airports
from flight_search.services.json_route import READ_PROBLEMS, JsonRoute, problem_responses

router = APIRouter(prefix="/v1", tags=["understanding"], route_class=JsonRoute)

MOST_AIRPORTS: Final = 400
"""A map with more points cannot be read."""

_A_DAY: Final = "public, max-age=86400"
"""Airports do not move; a new release may add one."""


class AirportsQuery(Contract):
    """Which airports are asked for."""

    codes: str = Field(
        min_length=3,
        max_length=4 * MOST_AIRPORTS,
        pattern=r"^[A-Z]{3}(,[A-Z]{3})*$",
        description="IATA codes with commas between them",
    )


class AirportPosition(Contract):
    """One airport on the map."""

    iata: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float


_positions = TypeAdapter(list[AirportPosition])


@router.get("/airports", response_model=list[AirportPosition], responses=problem_responses(*READ_PROBLEMS))
async def locate_airports(request: Request, query: Annotated[AirportsQuery, Query()]) -> Response:  # noqa: ARG001
    """Tell where airports lie, in the order of the codes; codes that no airport has are left out."""
    airports = await to_thread.run_sync(load_airports)
    found = [airports[code] for code in dict.fromkeys(query.codes.split(",")) if code in airports]
    positions = [
        AirportPosition(
            iata=airport.iata,
            name=airport.name,
            city=airport.city,
            country=airport.country,
            latitude=round(airport.latitude, 4),
            longitude=round(airport.longitude, 4),
        )
        for airport in found
    ]
    return Response(
        _positions.dump_json(positions), media_type="application/json", headers={"Cache-Control": _A_DAY}
    )
