"""What every service answers to those who run it."""

from collections.abc import Sequence
from typing import Final, Literal

import anyio
import structlog
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from flight_search import __version__
from flight_search.domain.errors import FieldProblem, FlightSearchError
from flight_search.services.json_route import json_response, problem_responses
from flight_search.services.metrics import METRICS_TYPE
from flight_search.services.ports import Probe
from flight_search.services.state import state_of

router = APIRouter(tags=["operations"])

_PROBE_TIMEOUT_S: Final = 2.0

log = structlog.get_logger("flight_search.readiness")


class Health(BaseModel):
    """The process is alive."""

    status: Literal["ok"] = "ok"
    version: str
    role: str


class Readiness(BaseModel):
    """Every part can do its work."""

    status: Literal["ready"] = "ready"
    parts: list[str]


class NotReadyError(FlightSearchError):
    """A part of the service cannot do its work."""

    code = "not_ready"
    title = "This service is not ready"
    status = 503


@router.get("/healthz", response_model=Health)
async def tell_health(request: Request) -> Response:
    """Tell that the process is alive."""
    return json_response(Health(version=__version__, role=state_of(request).role))


@router.get("/readyz", response_model=Readiness, responses=problem_responses(503))
async def tell_readiness(request: Request) -> Response:
    """Tell whether every part can do its work, and if not, which one and why."""
    probes = state_of(request).ports.probes
    failures: dict[str, FlightSearchError] = {}
    async with anyio.create_task_group() as tasks:
        for name, probe in probes.items():
            tasks.start_soon(_try, name, probe, failures)
    if failures:
        raise _not_ready([(name, failures[name]) for name in probes if name in failures])
    return json_response(Readiness(parts=list(probes)))


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def tell_metrics(request: Request) -> Response:
    """Return counters and timings in the Prometheus text format."""
    return Response(state_of(request).metrics.text(), headers={"content-type": METRICS_TYPE})


async def _try(name: str, probe: Probe, failures: dict[str, FlightSearchError]) -> None:
    try:
        with anyio.fail_after(_PROBE_TIMEOUT_S):
            await probe()
    except FlightSearchError as error:
        failures[name] = error
    except TimeoutError:
        failures[name] = FlightSearchError(f"No sign of life within {_PROBE_TIMEOUT_S:g} seconds.")
    if name in failures:
        log.warning("not_ready", part=name, reason=failures[name].detail)


def _not_ready(failures: Sequence[tuple[str, FlightSearchError]]) -> NotReadyError:
    return NotReadyError(
        " ".join(f"{name}: {error.detail}" for name, error in failures),
        remedy=" ".join(dict.fromkeys(error.remedy for _, error in failures if error.remedy)),
        fields=tuple(FieldProblem(f"/{name}", error.detail) for name, error in failures),
    )
