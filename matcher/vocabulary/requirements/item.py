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
