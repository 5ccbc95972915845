"""Whether words stand in a catalogue, asked by everything that cuts a text into names."""

import re

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import Node

_GROUP_WORD = re.compile(r"(?:学科)?门类$|大类$|类$")


@catalogue_cache(maxsize=16_384)
def known_somewhere(name: str) -> bool:
    """Tell whether a name stands in a catalogue of any level."""
    return any(load_catalogue().named(level, name) for level in MajorLevel)


def gates_spoken(level: MajorLevel, words: str) -> list[Node]:
    """Return the gates that 工学类, 管理学门类 or 装备制造大类 speaks of."""
    bare = _GROUP_WORD.sub("", words)
    return [node for node in load_catalogue().named(level, bare) if node.kind == "gate"]
