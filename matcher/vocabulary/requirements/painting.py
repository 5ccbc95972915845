"""What each stretch of the raw text is painted with, for people who check the reading."""

import re

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.spans import Coat

_BRACKET = re.compile(r"[(（]")


class Painter:
    """Collects the coats of one text."""

    def __init__(self, raw: str) -> None:
        self.length = len(raw)
        self.coats: list[Coat] = []

    def put(self, start: int, end: int, kind: str) -> None:
        """Paint `raw[start:end]` with a kind."""
        end = min(end, self.length)
        if start < end:
            self.coats.append((start, end, kind))


def kinds_of(item: Item, builders: list[LevelBuilder], raw: str) -> list[tuple[int, int, str]]:
    """Return (start, end, kind) of the stretches an understood item is painted with.

    A name is painted as what it is; only the bracket behind it, 会计学（不含审计学）, as exclusion or
    restriction.
    """
    limit = "exclusion" if item.exclude else "restriction" if item.restrict else None
    if limit is None:
        return [(item.start, item.end, _kind_of_name(item, builders))]
    opened = _BRACKET.search(raw, item.start, item.end)
    if not item.name or opened is None or opened.start() == item.start:
        return [(item.start, item.end, limit)]
    at = opened.start()
    return [(item.start, at, _kind_of_name(item, builders)), (at, item.end, limit)]


def _kind_of_name(item: Item, builders: list[LevelBuilder]) -> str:
    catalogue = load_catalogue()
    for build in builders:
        for node in catalogue.named(build.level, item.name):
            if node.kind in ("field", "second_level"):
                return "major"
            return "discipline" if node.kind == "professional" else node.kind
    return "major" if item.name else "code"
