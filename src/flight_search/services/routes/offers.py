"""What the rag-service does: query to offers, intent to answer."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo
from flight_search.services.json_route import (
    BODY_PROBLEMS,
    READ_PROBLEMS,
    JsonRoute,
    json_response,
    problem_responses,
)
from flight_search.services.state import ports_of

router = APIRouter(prefix="/v1", tags=["offers"], route_class=JsonRoute)


@router.post("/search", responses=problem_responses(*BODY_PROBLEMS))
async def search(request: Request, body: SearchRequest) -> SearchResult:
    """Find the offers that satisfy every hard constraint, best first."""
    return await ports_of(request).need_offers().search(body)


@router.post("/answer", responses=problem_responses(*BODY_PROBLEMS))
async def answer(request: Request, body: IntentAnswer) -> AnswerResult:
    """Answer an intent of any kind but `search`."""
    if body.kind is Kind.SEARCH:
        raise InvalidRequestError(
            "An intent of kind `search` has offers, not an answer.", remedy="Send its `query` to /v1/search."
        )
    return await ports_of(request).need_offers().answer(body)


@router.get("/snapshot", response_model=SnapshotInfo, responses=problem_responses(*READ_PROBLEMS))
async def show_snapshot(request: Request) -> Response:
    """Tell what is searched: how much, of which days, from which sources under which licences."""
    return json_response(await ports_of(request).need_offers().snapshot())
