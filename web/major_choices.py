"""Search box for what a word may stand for: gates, classes, disciplines and majors, text ↔ nodes.

What is chosen is written out with its code (工商管理类 1202), and is read back from that.
"""

import re

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.majors.searching import search
from web.i18n import gettext, label, msg

KINDS = {
    "gate": msg("门类"),
    "class": msg("专业类"),
    "discipline": msg("学科"),
    "professional": msg("专业学位"),
    "major": msg("专业"),
    "field": msg("领域"),
    "second_level": msg("二级学科"),
}

_CODED = re.compile(r"^(?P<name>.*?)[\s（(]*(?P<code>\d{2,6})[)）]?$")


def node_words(node: Node) -> str:
    """Return a node as it is written into the field."""
    return f"{node.name} {node.code}".strip()


def node_note(node: Node) -> str:
    """Return what kind of node it is, and of which level."""
    return f"{label(node.level)} {gettext(KINDS.get(node.kind, node.kind))}"


def search_nodes(query: str, most: int) -> list[Node]:
    """Return gates, classes and majors for what a person types: name, code, sound, old name, typo."""
    known = load_catalogue().by_code
    found = ((hit.ref.namespace, hit.ref.code) for hit in search(query, most, groups=True))
    return [known[key] for key in dict.fromkeys(found) if key in known]


def read_nodes(text: str, level: MajorLevel | None = None) -> list[Node]:
    """Return the nodes typed words mean: one if a code stands behind the name, else all of that name."""
    catalogue = load_catalogue()
    coded = _CODED.match(text.strip())
    name, code = (coded["name"], coded["code"]) if coded else (text, "")
    key = name_key(name)
    return [
        node
        for node in catalogue.nodes
        if node.code
        and level in (None, node.level)
        and (node.code == code if code else True)
        and (name_key(node.name) == key if key else bool(code))
    ]
