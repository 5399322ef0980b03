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

SURE: Final = 3.436
_WEIGHTS: Final = {
    "is_refused": -0.619,
    "near_the_border": -2.277,
    "refused_facts": -0.541,
    "misspelt": -0.250,
    "guessed": -0.250,
    "loose": -2.126,
    "many_legs": -0.580,
    "unknown": -3.647,
    "unread": -0.282,
    "unread_numbers": -1.355,
    "unread_refusal": -0.250,
    "corrected": -0.250,
    "unheard_question": -0.595,
    "one_end": -1.194,
    "length": -0.250,
    "translated": -1.096,
    "follow_up": -0.250,
    "unsupported": -0.250,
}
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(_WEIGHTS)
