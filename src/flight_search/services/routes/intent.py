"""What the llm-service does: text to intent, names to places."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.intent import IntentAnswer, IntentBatchAnswer, IntentBatchRequest, IntentRequest
from flight_search.domain.query import Contract
from flight_search.services.json_route import (
    BATCH_FACTOR,
    BODY_PROBLEMS,
    READ_PROBLEMS,
    JsonRoute,
    problem_responses,
)
from flight_search.services.ports import PlaceSuggestion
from flight_search.services.state import ports_of

router = APIRouter(prefix="/v1", tags=["understanding"], route_class=JsonRoute)

_suggestions = TypeAdapter(list[PlaceSuggestion])


class PlacesQuery(Contract):
    """Which places are looked for."""

    q: str = Field(min_length=1, max_length=200, description="A name, its beginning, or a code")
    limit: int = Field(default=5, ge=1, le=50)


@router.post("/intent", responses=problem_responses(*BODY_PROBLEMS))
async def understand(request: Request, body: IntentRequest) -> IntentAnswer:
    """Turn a request in plain words into a structured query."""
    return await ports_of(request).need_intents().understand(body)


@router.post(
    "/intent/batch",
    responses=problem_responses(*BODY_PROBLEMS),
    openapi_extra={"x-body-factor": BATCH_FACTOR},
)
async def understand_batch(request: Request, body: IntentBatchRequest) -> IntentBatchAnswer:
    """Do the same for up to 256 requests; the answers come in their order."""
    answers = await ports_of(request).need_intents().understand_batch(body.requests)
    return IntentBatchAnswer(answers=tuple(answers))


@router.get("/places", response_model=list[PlaceSuggestion], responses=problem_responses(*READ_PROBLEMS))
async def find_places(request: Request, query: Annotated[PlacesQuery, Query()]) -> Response:
    """List the places that a name can stand for, best first: by code, name, beginning or likeness."""
    if not query.q.isprintable():
        raise InvalidRequestError("A name has no control characters.", remedy="Remove them from `q`.")
    found = await ports_of(request).need_places().find(query.q, query.limit)
    return Response(_suggestions.dump_json(found), media_type="application/json")
