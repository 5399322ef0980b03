"""Everyday English words: they are no misspelt places, and as names of places they need a "to" or "from"."""

from importlib.resources import files


def load_common_words() -> frozenset[str]:
    """Return the packaged list: lower case, function words, words of travel, the commonest others."""
    text = files("flight_search.places").joinpath("data", "common_words.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
