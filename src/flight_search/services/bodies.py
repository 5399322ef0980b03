"""Bytes of a request → a typed request, strictly: what is not exactly understood is refused with its place.

Wrong types are not bent into shape (``"limit": "10"``, ``true`` for 1). Names that appear twice, NaN, text
that is not UTF-8, numbers of a thousand digits and nesting without end are refused: two readers of such text
may read two different things.
"""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from flight_search.domain.errors import FieldProblem
from flight_search.services.problems import (
    BodyTooLargeError,
    MalformedBodyError,
    MediaTypeError,
    validation_error,
)

M = TypeVar("M", bound=BaseModel)

_REMEDY: Final = "Send one JSON object in UTF-8 with Content-Type: application/json."


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """Return the whole body of JSON. Raises BodyTooLargeError, MediaTypeError."""
    _require_json(request)
    return await read_bytes(request, limit_bytes)


async def read_bytes(request: Request, limit_bytes: int) -> bytes:
    """Return the whole body, whatever it is. Raises BodyTooLargeError as soon as that is known."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit_bytes:
        raise _too_large(limit_bytes)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit_bytes:
                raise _too_large(limit_bytes)
            parts.append(part)
    except ClientDisconnect:
        raise MalformedBodyError(
            "The connection ended before the body did.", remedy="Send it again."
        ) from None
    return b"".join(parts)


def parse_body(model: type[M], body: bytes) -> M:
    """Return the request that a JSON text stands for. Raises MalformedBodyError, ValidationFailedError."""
    _refuse_ambiguous(body)
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise MalformedBodyError(first["msg"] + ".", remedy=_REMEDY) from None
        raise validation_error(error, field_names(model)) from None


def revalidate(model: type[M], values: Mapping[str, object]) -> M:
    """Return a request made of parts that are already typed. Raises ValidationFailedError."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise validation_error(error, field_names(model)) from None


@cache
def field_names(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of all fields of a model and of the models inside it, as they are written in JSON."""
    schema = model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", {}))


def _refuse_ambiguous(body: bytes) -> None:
    """Refuse what pydantic's parser lets pass: names that appear twice, NaN and Infinity.

    Costs 5 µs for a usual request. Numbers stay text here, so that their length costs nothing.
    """
    if not body.strip():
        raise MalformedBodyError("The body is empty.", remedy=_REMEDY)
    try:
        json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=str,
            parse_float=str,
        )
    except UnicodeDecodeError as error:
        raise MalformedBodyError(f"The body is not UTF-8 (byte {error.start}).", remedy=_REMEDY) from None
    except json.JSONDecodeError as error:
        raise MalformedBodyError(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.", remedy=_REMEDY
        ) from None
    except RecursionError:
        raise MalformedBodyError("The body is nested too deeply.", remedy=_REMEDY) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)[:100]
        raise MalformedBodyError(
            f"The name {twice!r} appears twice in one object.",
            remedy="Keep one of the two.",
            fields=(FieldProblem("", f"{twice!r} appears twice in one object"),),
        )
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBodyError(f"{name} is no JSON number.", remedy="Send a number, or null for no bound.")


def _require_json(request: Request) -> None:
    media, _, parameters = request.headers.get("content-type", "application/json").partition(";")
    name = media.strip().lower()
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if name not in ("application/json", "") and not (
        name.startswith("application/") and name.endswith("+json")
    ):
        raise MediaTypeError(f"The body is said to be {name[:100]!r}.", remedy=_REMEDY)
    if "charset=" in charset and "charset=utf-8" not in charset and "charset=us-ascii" not in charset:
        raise MediaTypeError("The body is said to be in another encoding than UTF-8.", remedy=_REMEDY)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeError("Compressed bodies are not accepted.", remedy=_REMEDY)


def _too_large(limit_bytes: int) -> BodyTooLargeError:
    return BodyTooLargeError(
        f"The body is larger than {limit_bytes:,} bytes.", remedy="Send less, or several requests."
    )
