"""What each stretch of the raw text is painted with, for people who check the reading."""

import re
from collections.abc import Iterator

from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.brackets import only_codes
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.folding import JOINT
from matcher.vocabulary.requirements.item import CODE, Item
from matcher.vocabulary.requirements.known import gates_spoken
from matcher.vocabulary.requirements.scanning import closing
from matcher.vocabulary.requirements.spans import Coat

_KIND_OF_NODE = {"professional": "discipline", "field": "major", "second_level": "major"}
_KIND_OF_ENTRY = {"category": "class"}
# 等相关专业, 及其相近专业: from here on the list is open, the word 专业 before it included.
_OPENING = re.compile(r"(?:专业|学科)?[、及和与或其他它]*(?:等|相关|相近|类似|相似|近似|有关)")


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


def kinds_of(item: Item, builders: list[LevelBuilder], text: str) -> list[Coat]:
    """Return (start, end, kind) of the stretches an understood item is painted with.

    The name is painted as what it is, over everything that belongs to the item; what stands around it
    (codes, 等相关专业, a bracket that bars, narrows or asks for something else) as what that is. `text` is
    the folded one.
    """
    named = _kind_of_name(item, builders)
    coats = [(item.start, item.end, named)]
    if not item.name:
        return coats
    said = text[item.start : item.end].replace(JOINT, "、")
    at = item.start + max(said.find(item.name), 0)
    behind = min(at + len(item.name), item.end)
    coats += [(m.start(), m.end(), "code") for m in CODE.finditer(text, item.start, at)]
    opening = _OPENING.search(text, behind, item.end) if item.open_ended else None
    if opening:
        coats.append((opening.start(), item.end, "open_ended"))
    for start, end in _stretches(text, behind, item.end):
        if kind := _kind_of_stretch(item, text[start:end]):
            coats.append((start, end, kind))
    return coats


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what stands behind a name into its brackets and what lies between them."""
    at = start
    while at < end:
        opened = text.find("(", at, end)
        close = closing(text, opened, end) if opened >= 0 else -1
        stop = opened if close >= 0 else end
        if at < stop:
            yield at, stop
        if close >= 0:
            yield opened, close + 1
            stop = close + 1
        at = stop


def _kind_of_stretch(item: Item, words: str) -> str:
    """Return what words behind a name are, or "" where they belong to it (专业, （一级学科）)."""
    body = words.removeprefix("(").removesuffix(")").strip()
    if only_codes(body):
        return "code"
    if any(word in body for word in item.exclude):
        return "exclusion"
    if any(word in body for word in item.restrict):
        return "restriction"
    return "condition" if body in item.asides_said else ""


def _kind_of_name(item: Item, builders: list[LevelBuilder]) -> str:
    if not item.name:
        return "exclusion" if item.exclude else "restriction" if item.restrict else "code"
    found = (_kind_at(item.name, build) for build in builders)
    return next((kind for kind in found if kind), "name")


def _kind_at(name: str, build: LevelBuilder) -> str:
    """Return what a name is at one level; "" where no list knows it."""
    catalogue, level = load_catalogue(), build.level
    directory = build.lexicon.directory
    for entry in directory.entry(level, name) if directory else ():
        return _KIND_OF_ENTRY.get(entry.kind, entry.kind)
    nodes = catalogue.named(level, name)
    granted = [node for node in nodes if keys.node_key(node) in build.grants]
    for node in granted or nodes:
        return _KIND_OF_NODE.get(node.kind, node.kind)
    if build.lexicon.terms_for(level, name) or (level, name_key(name)) in catalogue.aliases:
        return "alias"
    if (level, name_key(name)) in catalogue.successors or catalogue.named(
        level, keys.toggled(name)
    ):
        return "major"
    if name in build.fields.get("aliases", ()):
        return "alias"
    if not name.endswith("类"):
        return ""
    # 工学类, 管理学门类: a gate spoken of as a class; 化工与制药类及食品科学与工程类: two classes.
    return "gate" if gates_spoken(level, name) else "class"
