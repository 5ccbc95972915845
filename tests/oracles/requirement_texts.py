"""A slow, obvious judge of requirements made from catalogue nodes, and the ways such a list is written.

The judge knows nodes and membership and nothing about text. It answers None where the words alone do
not tell: another entry of the catalogues at that level carries the same name (工程管理 is a national
and a vocational major, 法学 a gate and a major), and no code or note stands beside it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import MajorRef, load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, NAMESPACES_OF_LEVEL, Node
from matcher.vocabulary.majors.references import GRADUATE, VOCATIONAL_BACHELOR
from matcher.vocabulary.requirements import LevelReading

GROUPS = frozenset({"gate", "class", "discipline", "professional"})
FIELD_OF_KIND = {
    "gate": "gates",
    "class": "classes",
    "major": "majors",
    "discipline": "disciplines",
    "professional": "disciplines",
}


@dataclass(frozen=True)
class Part:
    """One entry of a list: a node, or some of its members, or all but some."""

    node: Node
    only: tuple[Node, ...] = ()
    but: tuple[Node, ...] = ()


def _stem(name: str) -> str:
    """Return a name without what two names of one major may differ by (会计, 会计学; 法律(法学))."""
    key = name_key(name)
    key = key.split("(", 1)[0] or key
    key = {"法律": "法学"}.get(key, key)
    for end in ("大类", "类", "学"):
        key = key.removesuffix(end) if len(key) > len(end) + 1 else key
    return key


@lru_cache(maxsize=1)
def _carriers() -> dict[tuple[MajorLevel, str], set[tuple[str, str, str]]]:
    found: dict[tuple[MajorLevel, str], set[tuple[str, str, str]]] = defaultdict(set)
    catalogue = load_catalogue()
    for node in catalogue.nodes:
        found[node.level, _stem(node.name)].add((node.namespace, node.kind, node.code or node.name))
    for words in (catalogue.successors, catalogue.aliases):
        for level, name in words:
            found[level, _stem(name)].add(("old", "", name))
    return found


def sole_bearer(node: Node) -> bool:
    """Whether nothing else at its level carries this name, its old form or its form without 学 or 类."""
    return len(_carriers()[node.level, _stem(node.name)]) == 1


def covers(node: Node, leaf: MajorRef) -> bool:
    """Whether a leaf is the node or stands under it."""
    if node.namespace != leaf.namespace:
        return False
    if node.kind == "gate":
        return leaf.gate_code == node.code
    if node.kind in GROUPS:
        return leaf.class_code == node.code
    return name_key(leaf.name) == name_key(node.name) and leaf.code in (node.code, node.parent_code)


def _bears_name_of(leaf: MajorRef, node: Node) -> bool:
    return _stem(leaf.name) == _stem(node.name)


def _only_its_discipline(node: Node, leaf: MajorRef) -> bool:
    """Whether a second-level major is asked for and the leaf is its discipline, studied as such."""
    return (
        node.kind in ("field", "second_level")
        and leaf.class_code == node.parent_code
        and name_key(leaf.name) == name_key(leaf.class_name)
    )


def expected(parts: Sequence[Part], leaf: MajorRef) -> Verdict | None:
    """Judge one leaf; None: the words alone do not tell."""
    if any(_only_its_discipline(p.node, leaf) for p in parts):
        return None
    named = [n for part in parts for n in (part.node, *part.only, *part.but)]
    if any(_bears_name_of(leaf, node) and not covers(node, leaf) for node in named):
        return None
    if any(covers(b, leaf) for part in parts for b in part.but):
        again = any(covers(p.node, leaf) for p in parts if not p.but)
        return None if again else Verdict.NO
    for part in parts:
        if covers(part.node, leaf) and (not part.only or any(covers(o, leaf) for o in part.only)):
            return Verdict.YES
    return Verdict.NO


def members(node: Node) -> list[Node]:
    """Return the leaves right under a class or discipline whose names are theirs alone."""
    under = load_catalogue().children_of(node.namespace, node.code)
    return [n for n in under if n.kind in LEAF_KINDS and sole_bearer(n)]


def nodes_at(level: MajorLevel) -> list[Node]:
    """Return every node of a level that a list may name."""
    return [n for n in load_catalogue().nodes if n.namespace in NAMESPACES_OF_LEVEL[level]]


def published(nodes: Sequence[Node]) -> dict[str, set[str]]:
    """Return what the fields of a reading must hold for these nodes."""
    fields: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        if node.namespace == VOCATIONAL_BACHELOR:
            fields["voc_bachelor"].add(node.code or node.name)
        elif node.namespace == GRADUATE and node.kind not in FIELD_OF_KIND:
            fields["second_level"].add(node.name)
        else:
            fields[FIELD_OF_KIND[node.kind]].add(node.code or node.name)
    return dict(fields)


def fields_of(reading: LevelReading) -> dict[str, set[str]]:
    """Return the fields of a reading in the shape of `published`, empty ones left out."""
    names = ("gates", "classes", "majors", "disciplines", "second_level", "voc_bachelor")
    return {name: set(getattr(reading, name)) for name in names if getattr(reading, name)}
