"""Errors as RFC 9457 problem details: written for clients, read back from other services.

The errors of ``domain`` know their code, status, sentence and remedy; here stand the few that only HTTP has,
and the one place where any of them becomes a document or comes out of one.
"""

import difflib
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError

from flight_search.domain.errors import (
    FieldProblem,
    FlightSearchError,
    InvalidRequestError,
    NotFoundError,
    UpstreamError,
)

PROBLEM_TYPE: Final = "application/problem+json"

_TYPE_PREFIX = "urn:flight-search:problem:"
_MOST_FIELDS = 20


class ProblemField(BaseModel):
    """One place of the request that is wrong."""

    pointer: str = Field(description="RFC 6901 JSON pointer into the request")
    detail: str = Field(description="What is wrong there and what to do about it")


class Problem(BaseModel):
    """Problem details (RFC 9457). ``type`` ends in a stable code."""

    type: str = "about:blank"
    title: str = ""
    status: int = 500
    detail: str = ""
    instance: str = ""
    remedy: str = Field(default="", description="What to do about it")
    request_id: str = Field(default="", description="Quote it when asking for help")
    retry_after_s: float | None = Field(default=None, description="When to try again, where that is known")
    errors: list[ProblemField] = []


class MalformedBodyError(InvalidRequestError):
    """The body is no JSON text in UTF-8, or an ambiguous one."""

    code = "malformed_body"
    title = "The body cannot be read"


class ValidationFailedError(InvalidRequestError):
    """The body is JSON, but not what this operation takes."""

    code = "validation_failed"
    title = "The request does not fit the contract"
    status = 422


class BodyTooLargeError(InvalidRequestError):
    """The body or message is larger than allowed."""

    code = "body_too_large"
    title = "The body is too large"
    status = 413


class MediaTypeError(InvalidRequestError):
    """The body is said to be something other than JSON."""

    code = "unsupported_media_type"
    title = "The body is not JSON"
    status = 415


class MethodError(InvalidRequestError):
    """The path exists, but not for this method."""

    code = "method_not_allowed"
    title = "The method is not allowed here"
    status = 405


class OriginError(InvalidRequestError):
    """A page of another site tried to open the chat socket."""

    code = "origin_refused"
    title = "This page may not connect here"
    status = 403


class StoppingError(FlightSearchError):
    """The process ends before the request does."""

    code = "stopping"
    title = "This process is stopping"
    status = 503


class RateLimitError(InvalidRequestError):
    """Too many messages in too short a time."""

    code = "rate_limited"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str, *, retry_after_s: float, remedy: str = "") -> None:
        """Take the sentence and when the next one will be accepted."""
        super().__init__(detail, remedy=remedy)
        self.retry_after_s = retry_after_s


def problem_of(error: FlightSearchError, *, instance: str = "", request_id: str = "") -> Problem:
    """Return the document that tells an error to a client."""
    return Problem(
        type=_TYPE_PREFIX + error.code,
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=instance,
        remedy=error.remedy,
        request_id=request_id,
        retry_after_s=error.retry_after_s if isinstance(error, RateLimitError) else None,
        errors=[ProblemField(pointer=field.pointer, detail=field.detail) for field in error.fields],
    )


def problem_json(problem: Problem) -> bytes:
    """Return the JSON text of a problem, without the members that say nothing."""
    keep_always = {"type", "title", "status", "detail"}
    empty = {name for name, value in problem if not value and name not in keep_always}
    return problem.model_dump_json(exclude=empty).encode()


def error_of(problem: Problem, service: str) -> FlightSearchError:
    """Return the error that another service told: of the same class where we know its code."""
    classes = {kind.code: kind for kind in _all_errors(FlightSearchError)}
    kind = classes.get(problem.type.removeprefix(_TYPE_PREFIX))
    fields = tuple(FieldProblem(field.pointer, field.detail) for field in problem.errors)
    if kind is None or kind is FlightSearchError:
        return UpstreamError(
            f"The {service} failed: {problem.title or problem.status}.", remedy=problem.remedy
        )
    if kind is RateLimitError:
        return RateLimitError(
            problem.detail, retry_after_s=problem.retry_after_s or 1.0, remedy=problem.remedy
        )
    return kind(problem.detail, remedy=problem.remedy, fields=fields)


def validation_error(error: ValidationError, known_names: frozenset[str]) -> ValidationFailedError:
    """Return what pydantic found wrong with a request, in words for whoever wrote it."""
    found = error.errors(include_url=False, include_input=False)
    fields = tuple(field_problem(item, known_names) for item in found[:_MOST_FIELDS])
    more = f" (and {len(found) - _MOST_FIELDS} more)" if len(found) > _MOST_FIELDS else ""
    first = f"{fields[0].pointer or 'the body'}: {fields[0].detail}"
    counted = first if len(found) == 1 else f"{len(found)} places are wrong{more}; first {first}"
    return ValidationFailedError(
        counted, remedy="Correct what `errors` names; /openapi.json describes every field.", fields=fields
    )


def field_problem(item: Any, known_names: frozenset[str]) -> FieldProblem:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return one of pydantic's errors with a JSON pointer; for an unknown field also the likeliest."""
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in item["loc"])
    detail = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        detail = _unknown_field(str(item["loc"][-1]), known_names)
    return FieldProblem(pointer[:500], detail[:500])


def _unknown_field(name: str, known_names: frozenset[str]) -> str:
    near = difflib.get_close_matches(name[:100], known_names, n=1, cutoff=0.7)
    return (
        f"This field is not known here. Did you mean `{near[0]}`?"
        if near
        else "This field is not known here."
    )


def not_found(path: str) -> NotFoundError:
    """Return the error for a path that leads nowhere."""
    return NotFoundError(f"There is nothing at {path[:200]!r}.", remedy="/openapi.json lists what there is.")


def method_not_allowed(method: str, path: str, allowed: str) -> MethodError:
    """Return the error for a path that does not take this method."""
    return MethodError(
        f"{path[:200]} does not take {method[:20]}.", remedy=f"Use {allowed or 'another method'}."
    )


def _all_errors(kind: type[FlightSearchError]) -> Iterator[type[FlightSearchError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _all_errors(child)
