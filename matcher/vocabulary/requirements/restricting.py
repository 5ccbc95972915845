"""What a bracket narrows a class, a discipline or a gate to (仅限, 方向, a list of names)."""

import re

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node
from matcher.vocabulary.majors.references import GRADUATE
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.bare_names import bare_name, open_part, without_code
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.coding import base_nodes
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.names import known, resolve_name

# A degree of many fields: its brackets name the field that is meant.
_OF_DEGREE = re.compile(
    r"(?:工程|农业|教育|艺术|工商管理|专业)?(?:专业学位)?(?:硕士|博士)(?:专业学位)?$|^工程$|^专业学位$"
)


def restricted(build: LevelBuilder, item: Item, words: list[str], said: str) -> None:
    """Admit only the names the brackets give, within the class or discipline before them."""
    nodes = base_nodes(build, item) or _gates_spoken(build, item)
    of_degree = not nodes and _OF_DEGREE.search(item.name)
    for raw in words:
        name = bare_name(without_code(open_part(raw)[0]))
        if of_degree and known(build, name):
            resolve_name(build, name, said)
            continue
        for node in nodes:
            if node.namespace == GRADUATE:
                _restrict_discipline(build, node, name, said)
            else:
                _restrict_class(build, node, name, said)
        if not nodes and not item.direction and known(build, name):
            resolve_name(build, name, said)
        elif not nodes:
            build.grant(keys.name(name), said, how="restricted", sure=False)
    if not nodes and not of_degree:
        build.grant(keys.name(item.name), said, how="restricted", sure=False)
        build.note("names", item.name)
    for node in nodes:
        code = node.code or node.name
        build.restricted[code] = (*build.restricted.get(code, ()), *words)
        if item.direction:
            _in_doubt(build, node, said)
        build.note(
            {"gate": "gates", "class": "classes", "major": "majors"}.get(node.kind, "disciplines"),
            code,
        )


def _in_doubt(build: LevelBuilder, node: Node, said: str) -> None:
    """A direction shows in no major of a bachelor; a graduate's second-level major tells it."""
    if node.namespace == GRADUATE and node.kind in ("discipline", "professional"):
        build.grant(keys.pure(node.code), said, how="direction", sure=False)
    else:
        build.grant_node(node, said, sure=False, how="direction")


def _gates_spoken(build: LevelBuilder, item: Item) -> list[Node]:
    """Return the gates that 理学门类 or 工学类 speaks of."""
    bare = re.sub(r"(?:学科)?门类$|大类$|类$", "", item.name)
    return [n for n in load_catalogue().named(build.level, bare) if n.kind == "gate"]


def _restrict_discipline(build: LevelBuilder, node: Node, name: str, said: str) -> None:
    for written in (name, keys.toggled(name)):
        build.grant(keys.within(node.code, written), said, how="major")
    build.grant(keys.name(name), said, how="restricted", sure=False)


def _restrict_class(build: LevelBuilder, node: Node, name: str, said: str) -> None:
    named = load_catalogue().named(build.level, name)
    leaves = [n for n in named if n.kind in LEAF_KINDS or (n.kind, node.kind) == ("class", "gate")]
    for leaf in leaves:
        build.grant_node(leaf, said)
    if not leaves or node.kind == "major":
        build.grant(keys.name(name), said, how="major", sure=node.kind != "major")
