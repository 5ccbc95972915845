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
from matcher.vocabulary.requirements.known import gates_spoken
from matcher.vocabulary.requirements.names import known, resolve_name

# A degree of many fields: its brackets name the field that is meant.
_OF_DEGREE = re.compile(
    r"(?:工程|农业|教育|艺术|工商管理|专业)?(?:专业学位)?(?:硕士|博士)(?:专业学位)?$|^工程$|^专业学位$"
)


def restricted(build: LevelBuilder, item: Item, words: list[str], said: str) -> None:
    """Admit only the names the brackets give, within the class or discipline before them."""
    nodes = base_nodes(build, item) or gates_spoken(build.level, item.name)
    names = [bare_name(without_code(open_part(raw)[0])) for raw in words]
    if not nodes:
        _names_of_unknown(build, item, names, said)
    elif not any(_means_something(build, name) for name in names):
        # 汉语言文学（限师范类）: whom that leaves, no list of majors tells.
        for node in nodes:
            build.grant_node(node, said, sure=False, how="bracket_unread")
    else:
        for node in nodes:
            _restrict_node(build, node, names, said)
            build.restricted[node.code or node.name] = (
                *build.restricted.get(node.code or node.name, ()),
                *words,
            )
            if item.direction or node.kind == "major":
                _in_doubt(build, node, said)


def _names_of_unknown(build: LevelBuilder, item: Item, names: list[str], said: str) -> None:
    """工程硕士（计算机技术领域）, 设计类（视觉传达设计、环境设计）: the names tell, not what is before them."""
    of_degree = bool(_OF_DEGREE.search(item.name))
    for name in names:
        if known(build, name) and (of_degree or not item.direction):
            resolve_name(build, name, said)
        else:
            build.grant(keys.name(name), said, how="restricted", sure=False)
    if not of_degree:
        build.grant(keys.name(item.name), said, how="restricted", sure=False)
        build.note("names", item.name)


def _restrict_node(build: LevelBuilder, node: Node, names: list[str], said: str) -> None:
    for name in names:
        if node.namespace == GRADUATE:
            _restrict_discipline(build, node, name, said)
        else:
            _restrict_class(build, node, name, said)
    field = {"gate": "gates", "class": "classes", "major": "majors"}.get(node.kind, "disciplines")
    build.note(field, node.code or node.name)


def _means_something(build: LevelBuilder, name: str) -> bool:
    """Tell whether a word names a major, known or not: 师范类 and 非定向 do not."""
    return known(build, name) or not (name.endswith("类") or name.startswith("非") or len(name) < 3)


def _in_doubt(build: LevelBuilder, node: Node, said: str) -> None:
    """A direction shows in no major of a bachelor; a graduate's second-level major tells it."""
    if node.namespace == GRADUATE and node.kind in ("discipline", "professional"):
        build.grant(keys.pure(node.code), said, how="direction", sure=False)
    else:
        build.grant_node(node, said, sure=False, how="direction")


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
    if not leaves and known(build, name):
        # 医学类（限临床）: a short or older name for a major of the group.
        resolve_name(build, name, said)
