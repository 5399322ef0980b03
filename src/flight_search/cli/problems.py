"""What pydantic found wrong with a request → an error that names the place."""

from pydantic import ValidationError

from flight_search.domain.errors import FieldProblem, InvalidRequestError


def invalid(error: ValidationError, command: str) -> InvalidRequestError:
    """Return the error for a request that a command put together. The pointers lead into the request."""
    fields = []
    for item in error.errors(include_url=False, include_input=False):
        pointer = "".join(f"/{part}" for part in item["loc"])
        fields.append(FieldProblem(pointer, str(item["msg"]).removeprefix("Value error, ")))
    first = fields[0]
    place = f"{first.pointer[1:].replace('/', '.')}: " if first.pointer else ""
    return InvalidRequestError(
        f"The request is not valid: {place}{first.detail}.",
        remedy=f"`flight-search {command} --help` explains every option.",
        fields=tuple(fields),
    )
