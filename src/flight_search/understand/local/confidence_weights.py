"""Weights of the doubts; written by ``evaluation.fit_confidence``, not to be changed by hand.

Fitted on these sets, each counted the same in total:
- requests.jsonl
- atis_train.jsonl
- clinc_val.jsonl
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SURE: Final = 4.213
_WEIGHTS: Final = {
    "is_refused": 0.015,
    "near_the_border": -0.776,
    "misspelt": -0.250,
    "guessed": -0.250,
    "loose": -0.250,
    "many_legs": -0.316,
    "unknown": -0.250,
    "unread": -0.775,
    "follow_up": -0.250,
    "unsupported": -0.250,
}
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(_WEIGHTS)
