"""What a server of OpenAI's chat interface understands of it, learnt from what it refuses.

In: an error of a server. Out: the next simpler ``Dialect``, None where it is not about the dialect.
Structured output falls from an enforced JSON schema to "any JSON" to plain text.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any


class Structure(IntEnum):
    """How the form of an answer is asked for, from the strictest."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    TEXT = 2


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server is spoken to."""

    structure: Structure = Structure.JSON_SCHEMA
    limit: str = "max_completion_tokens"
    """The name of the bound on an answer's length; older servers call it ``max_tokens``."""
    sets_temperature: bool = True
    """Whether a temperature may be set; models that reason refuse any."""

    def options(self, schema: dict[str, Any], most_tokens: int) -> dict[str, Any]:
        """Return the part of a request that depends on the dialect."""
        options: dict[str, Any] = {self.limit: most_tokens}
        if self.sets_temperature:
            options["temperature"] = 0
        if self.structure is Structure.JSON_SCHEMA:
            named = {"name": "found_words", "strict": True, "schema": schema}
            options["response_format"] = {"type": "json_schema", "json_schema": named}
        elif self.structure is Structure.JSON_OBJECT:
            options["response_format"] = {"type": "json_object"}
        return options

    def simpler(self, complaint: str) -> "Dialect | None":
        """Return what to try after a server refused a request with this complaint."""
        complaint = complaint.lower()
        if "temperature" in complaint and self.sets_temperature:
            return replace(self, sets_temperature=False)
        if "max_completion_tokens" in complaint and self.limit == "max_completion_tokens":
            return replace(self, limit="max_tokens")
        if self.structure is Structure.TEXT:
            return None
        return replace(self, structure=Structure(self.structure + 1))
