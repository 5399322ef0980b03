"""Why a language model gave no answer: a closed set, each with the sentence that a person is shown."""

from enum import StrEnum


class Reason(StrEnum):
    """What went wrong; the value is how ``degraded`` and the metrics name it."""

    TIMEOUT = "llm_timeout"
    UNREACHABLE = "llm_unreachable"
    QUOTA = "llm_quota"
    BUSY = "llm_busy"
    BUDGET = "llm_budget"
    REFUSED = "llm_refused"
    DECLINED = "llm_declined"
    ERROR = "llm_error"
    UNREADABLE = "llm_unreadable"
    RESTING = "llm_resting"
    UNSURE = "llm_unsure"
    TOO_LONG = "llm_too_long"


SENTENCES: dict[Reason, str] = {
    Reason.TIMEOUT: "The language model did not answer in time.",
    Reason.UNREACHABLE: "The language model cannot be reached.",
    Reason.QUOTA: "The language model takes no more requests for now.",
    Reason.BUSY: "Too many requests waited for the language model at the same time.",
    Reason.BUDGET: "What is left of today's budget for language models is not enough for this request.",
    Reason.DECLINED: "The language model declined to answer.",
    Reason.REFUSED: "The language model's server refuses our requests; its settings have to be checked.",
    Reason.ERROR: "The language model's server reports an error.",
    Reason.UNREADABLE: "The language model's answer could not be used.",
    Reason.RESTING: "The language model failed several times and is left alone for a while.",
    Reason.UNSURE: "The language model's answer was too doubtful to be used.",
    Reason.TOO_LONG: "The text is too long for the language model.",
}


class ModelFailure(Exception):  # noqa: N818  an outcome that callers expect, which never leaves ``understand``
    """A model gave no answer that can be used. ``detail`` is for the log, without keys and without texts."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Take the reason, and what is known of it."""
        super().__init__(detail or SENTENCES[reason])
        self.reason = reason
        self.detail = detail

    def as_degraded(self) -> str:
        """Return the entry for an answer's ``degraded``."""
        return f"{self.reason}: {SENTENCES[self.reason]}"
