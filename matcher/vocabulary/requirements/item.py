"""An item: a name with its codes and what its brackets say about it."""

import re
from dataclasses import dataclass, field

from matcher.vocabulary.requirements.folding import JOINT, SKIPPED

# No official name is longer, nor two of them joined; what is longer was not cut where it should be.
LONGEST_NAME = 60
CODE = re.compile(r"(?<![0-9A-Za-z])[A-Ca-c]?\d{2,8}(?:[TKHtkh]{1,2}(?![A-Za-z])|[ZJzj]\d*)?(?!\d)")


@dataclass
class Item:
    """A name and what stands around it. `start` and `end` are offsets in the raw text."""

    name: str
    start: int
    end: int
    codes: list[str] = field(default_factory=list)
    restrict: list[str] = field(default_factory=list)
    direction: bool = False
    exclude: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    hint: str = ""
    degree: str = ""
    prefix_codes: list[str] = field(default_factory=list)
    code_range: tuple[str, str] | None = None
    level_words: str = ""
    nested: tuple[int, int] | None = None
    asides: list[tuple[int, int]] = field(default_factory=list)
    asked_of: list[tuple[int, int, str]] = field(default_factory=list)
    asides_said: list[str] = field(default_factory=list)
    plain: bool = False
    """An official name with a code at most: nothing around it has to be taken off."""
    open_ended: bool = False
    last: bool = False

    @property
    def is_bare(self) -> bool:
        """Tell whether it is a name with codes and nothing in brackets that could change it."""
        said = self.restrict or self.exclude or self.include or self.asked_of or self.asides
        more = self.prefix_codes or self.code_range or self.nested or self.level_words
        return bool(self.name) and not (said or more or self.hint or self.degree)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands here that could name a major."""
        named = self.name or self.codes or self.prefix_codes or self.code_range
        return not (named or self.nested)


def clean(text: str) -> str:
    """Return a name as written: protected joints back in place, spaces off the ends."""
    return text.replace(JOINT, "、").replace(SKIPPED, "").strip(" :：.-_·*?!")


def words_in(text: str) -> list[str]:
    """Cut the content of a bracket into names; 、 inside brackets of its own stays."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth <= 0 and char in "、,;/。\n ":
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    return [clean(p) for p in parts if clean(p)]


def repeated(items: list[Item]) -> set[int]:
    """Return the places of items that only say a name again: the first of them has said it all."""
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    again = set()
    for at, item in enumerate(items):
        said = (item.name, item.hint, tuple(item.codes))
        if item.plain or item.is_bare:
            if said in seen:
                again.add(at)
            seen.add(said)
    return again
