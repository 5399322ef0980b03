"""Letters without their accents, as people type them in a hurry, and the script that a text is in."""

import unicodedata


def without_accents(word: str) -> str:
    """Return a word without accents, "ß" as "ss"."""
    if word.isascii():
        return word
    word = word.replace("\u00df", "ss").replace("\u2019", "'")
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def is_in_latin(text: str) -> bool:
    """Whether at least half of the letters of a text are Latin; so is a text without letters."""
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(sign.isascii() or unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return 2 * latin >= len(letters)
