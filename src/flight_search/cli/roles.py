"""What ``serve`` can serve, as a closed set that shells complete."""

from enum import StrEnum


class ServedRole(StrEnum):
    """As ``services.settings.Role``, which takes longer to import; a test holds the two together."""

    ALL = "all"
    LLM = "llm"
    RAG = "rag"
    CONSOLE = "console"
