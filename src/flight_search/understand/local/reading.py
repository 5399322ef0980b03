"""What has been read of one sentence so far: the words that are used up, and the field each stretch went to.

Every grammar of this folder takes a ``Reading``, takes the words it knows out of ``text`` and notes for which
field of the query they stand. What no grammar takes stays in ``text``.
"""

import re
from dataclasses import dataclass, field

from flight_search.domain.intent import Understood
from flight_search.understand.local.tokens import Sentence


@dataclass(slots=True)
class Reading:
    """A sentence with the notes that grammars have made on it."""

    sentence: Sentence
    notes: list[tuple[str, int, int]] = field(default_factory=list)
    """Field, and where in the canonical text it was said."""
    unsupported: list[str] = field(default_factory=list)
    """What was said and cannot be honoured, in the words of the request."""

    @property
    def text(self) -> str:
        """The canonical text with "_" where words are used up."""
        return self.sentence.text

    @property
    def whole(self) -> str:
        """The canonical text as it was at first."""
        return self.sentence.whole

    def take(self, name: str, start: int, end: int) -> None:
        """Use up the words ``start`` to ``end`` for the field ``name``."""
        while end > start and self.whole[end - 1] == " ":
            end -= 1
        while start < end and self.whole[start] == " ":
            start += 1
        if start < end:
            self.notes.append((name, start, end))
            self.sentence.claim(start, end)

    def take_match(self, name: str, match: re.Match[str]) -> None:
        """Use up what a pattern has found."""
        self.take(name, match.start(), match.end())

    def rename(self, name: str, other: str) -> None:
        """Give what was noted for one field to another."""
        self.notes = [(other if known == name else known, start, end) for known, start, end in self.notes]

    def words_of(self, start: int, end: int) -> str:
        """Return the words of the request, as written, behind a stretch of canonical text."""
        first, last = self.sentence.characters(start, end)
        return self.sentence.original[first:last]

    def refuse(self, match: re.Match[str]) -> None:
        """Note that what a pattern has found cannot be honoured."""
        self.refuse_words(match.start(), match.end())

    def refuse_words(self, start: int, end: int) -> None:
        """Note that the words ``start`` to ``end`` cannot be honoured."""
        words = self.words_of(start, end)
        if words not in self.unsupported:
            self.unsupported.append(words)
        self.take("unsupported", start, end)

    def understood(self) -> tuple[Understood, ...]:
        """Return the notes with the characters of the request, in their order there."""
        spans = {(name, *self.sentence.characters(start, end)) for name, start, end in self.notes}
        return tuple(
            Understood(field=name, text=self.sentence.original[start:end], start=start, end=end)
            for name, start, end in sorted(spans, key=lambda span: (span[1], span[2], span[0]))
        )
