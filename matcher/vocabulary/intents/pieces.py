"""A text folded to one spelling without losing where each character stood, and the stretches found in it.

Readers of wishes look at the folded text (half width, lower case, no invisible characters); what people
are shown are stretches of what they wrote, so every folded character remembers its place.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from matcher.vocabulary.text import normalise

LONGEST = 4_000
"""Characters read; what is behind is kept as not understood."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text; character i of `text` is character `at[i]` of the raw text."""

    raw: str
    text: str
    at: tuple[int, ...]

    def words(self, start: int, end: int) -> str:
        """Return what was written where folded characters start to end stand."""
        return self.raw[self.at[start] : self.at[end - 1] + 1] if start < end else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the folded text, what kind of word it is and what it stands for.

    `value` holds codes or members of a closed list; `also` are other kinds the same word may be.
    `negative` marks a wish that is refused.
    """

    start: int
    end: int
    kind: str
    value: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()
    negative: bool = False

    def refused(self) -> "Piece":
        """Return the same wish as one that is refused."""
        return replace(self, negative=True)


@lru_cache(maxsize=65_536)
def _fold(char: str) -> str:
    if char.isspace():
        return "\n" if char in "\n\r\v\f\x85\u2028\u2029" else " "
    return normalise(char).casefold()


def fold(text: str) -> Folded:
    """Return the folded text with the place of every character."""
    chars: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text[:LONGEST]):
        folded = _fold(char)
        chars.append(folded)
        at.extend([place] * len(folded))
    return Folded(text, "".join(chars), tuple(at))
