"""Changing fares, behind the operators' token; where the data is, hence not at the console."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from flight_search.services.admin_fares import AdminFares, FaresApplied, FaresUsed
from flight_search.services.bodies import read_bytes
from flight_search.services.json_route import json_response, problem_responses
from flight_search.services.state import state_of

router = APIRouter(prefix="/v1/admin/fares", tags=["operators"])

_PROBLEMS = problem_responses(400, 401, 404, 413, 422, 429, 500, 503)

Currency: TypeAlias = Annotated[str | None, Query(pattern="^[A-Za-z]{3}$")]


@router.put("", response_model=FaresApplied, responses=_PROBLEMS)
async def apply_fares(
    request: Request,
    *,
    currency: Currency = None,
    strict: bool = False,
    any_price: bool = False,
    dry_run: bool = False,
) -> Response:
    """Lay the prices and sold-out marks of a file (the body: CSV, JSON lines or Parquet) over the data."""
    fares = _let_in(request)
    content = await read_bytes(request, fares.limit_bytes)
    answer = await fares.apply(
        content,
        currency=currency.upper() if currency else None,
        strict=strict,
        any_price=any_price,
        dry_run=dry_run,
    )
    return json_response(answer)


@router.post("/undo", response_model=FaresUsed, responses=_PROBLEMS)
async def undo_fares(request: Request) -> Response:
    """Take the last change of the fares back."""
    return json_response(await _let_in(request).undo())


@router.delete("", response_model=FaresUsed, responses=_PROBLEMS)
async def clear_fares(request: Request) -> Response:
    """Take all fares away: prices are those of the build again."""
    return json_response(await _let_in(request).clear())


def _let_in(request: Request) -> AdminFares:
    state = state_of(request)
    state.gate.check(request.headers.get("authorization", ""))
    return state.fares
