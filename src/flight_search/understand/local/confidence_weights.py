"""Weights of the doubts; written by ``evaluation.fit_confidence``, not to be changed by hand.

Fitted on these sets, disturbed by ``evaluation.noise`` and each counted the same in total:
- requests.jsonl
- requests_other_languages.jsonl
- atis_train.jsonl
- clinc_val.jsonl
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SURE: Final = 3.541
_WEIGHTS: Final = {
    "is_refused": -0.550,
    "near_the_border": -2.307,
    "refused_facts": -0.812,
    "misspelt": -0.250,
    "guessed": -0.250,
    "loose": -2.207,
    "many_legs": -0.250,
    "unknown": -3.891,
    "unread": -0.250,
    "unread_short": -0.798,
    "unread_numbers": -1.125,
    "unread_refusal": -0.250,
    "corrected": -0.250,
    "many_parties": -1.208,
    "many_days": -0.250,
    "unheard_question": -0.549,
    "one_end": -1.383,
    "length": -0.250,
    "translated": -1.027,
    "follow_up": -0.289,
    "unsupported": -0.250,
}
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(_WEIGHTS)
