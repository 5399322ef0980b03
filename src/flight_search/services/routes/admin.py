"""The operators' view: one report, one switch, both behind a token."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from flight_search.services.admin import Overview, SnapshotUsed, UseSnapshot
from flight_search.services.json_route import JsonRoute, json_response, problem_responses
from flight_search.services.state import state_of

router = APIRouter(prefix="/v1/admin", tags=["operators"], route_class=JsonRoute)


@router.get("", response_model=Overview, responses=problem_responses(401, 404, 429, 500))
async def show_overview(request: Request) -> Response:
    """Tell how the services are: health, snapshots, requests, what was not understood, caches, models."""
    state = state_of(request)
    token = state.gate.check(request.headers.get("authorization", ""))
    return json_response(await state.admin.overview(token))


@router.post("/snapshot", responses=problem_responses(400, 401, 404, 422, 429, 500, 503))
async def use_snapshot(request: Request, body: UseSnapshot) -> SnapshotUsed:
    """Search another of the snapshots that are kept; it is in use within seconds, without a pause."""
    state = state_of(request)
    token = state.gate.check(request.headers.get("authorization", ""))
    return await state.admin.use_snapshot(token, body.name)
