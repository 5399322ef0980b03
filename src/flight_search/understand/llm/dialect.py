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
    effort: str = ""
    """How much a model may reason, empty for as it likes; others refuse to be told."""
    counts_streams: bool = True
    """Whether the tokens of a stream may be asked for."""

    def options(self, schema: dict[str, Any], most_tokens: int) -> dict[str, Any]:
        """Return the part of a request that depends on the dialect."""
        options = self._limits(most_tokens)
        if self.sets_temperature:
            options["temperature"] = 0
        if self.structure is Structure.JSON_SCHEMA:
            named = {"name": "found_words", "strict": True, "schema": schema}
            options["response_format"] = {"type": "json_schema", "json_schema": named}
        elif self.structure is Structure.JSON_OBJECT:
            options["response_format"] = {"type": "json_object"}
        return options

    def stream_options(self, most_tokens: int) -> dict[str, Any]:
        """Return the same for words that stream."""
        options = self._limits(most_tokens)
        if self.counts_streams:
            options["stream_options"] = {"include_usage": True}
        return options

    def simpler(self, complaint: str) -> "Dialect | None":
        """Return what to try after a server refused a request with this complaint."""
        complaint = complaint.lower()
        if "temperature" in complaint and self.sets_temperature:
            return replace(self, sets_temperature=False)
        if "max_completion_tokens" in complaint and self.limit == "max_completion_tokens":
            return replace(self, limit="max_tokens")
        if "stream_options" in complaint and self.counts_streams:
            return replace(self, counts_streams=False)
        is_about_form = "response_format" in complaint or "schema" in complaint
        if self.effort and (
            "reasoning" in complaint or self.structure is Structure.TEXT or not is_about_form
        ):
            # Also where a complaint names nothing: what most servers have never heard of goes first.
            return replace(self, effort="")
        if self.structure is Structure.TEXT:
            return None
        return replace(self, structure=Structure(self.structure + 1))

    def simpler_stream(self, complaint: str) -> "Dialect | None":
        """Return the same for words that stream, which have no form."""
        found = replace(self, structure=Structure.TEXT, sets_temperature=False).simpler(complaint)
        return found and replace(found, structure=self.structure, sets_temperature=self.sets_temperature)

    def _limits(self, most_tokens: int) -> dict[str, Any]:
        options: dict[str, Any] = {self.limit: most_tokens}
        if self.effort:
            options["reasoning_effort"] = self.effort
        return options
