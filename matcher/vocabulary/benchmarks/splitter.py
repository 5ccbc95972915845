"""The plainest reader that works at all: split, compare names and class names. What speed is compared with."""

import re

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key

_SEPARATORS = re.compile(r"[、，,；;：:。（）()\s]+")
UNLIMITED = "不限"


class PlainSplitter:
    """Says yes when the major, its class or its gate is one of the pieces of the text; knows no maybe."""

    def __init__(self) -> None:
        """Note the class and gate of every major."""
        self._above = {
            (leaf.level, name_key(leaf.name)): {name_key(leaf.class_name), name_key(leaf.gate_name)}
            for leaf in load_catalogue().leaves()
        }

    def fits(self, text: str, level: MajorLevel, major: str) -> bool:
        """Whether a graduate of a major meets a text."""
        pieces = {name_key(piece) for piece in _SEPARATORS.split(text) if piece}
        key = name_key(major)
        names = {key} | self._above.get((level, key), set())
        return UNLIMITED in text or not pieces.isdisjoint(names)
