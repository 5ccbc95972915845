"""Official names, and the plain ways of writing them: exact, with 学 added, old, as a degree or a class.

The order in which they are tried stands in `names.RULES`.
"""

import re

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node
from matcher.vocabulary.majors.references import (
    GRADUATE,
    NAMESPACE_OF_LEVEL,
    NATIONAL,
    VOCATIONAL_BACHELOR,
)
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.given_names import by_alias
from matcher.vocabulary.requirements.known import gates_spoken

# Two class names drawn together; anything longer is a list that was not cut.
LONGEST_CLASS = 20
_FILLERS = re.compile(r"[及与和其]")
JOINERS = re.compile(r"或者|以及|或|及|和|与")


def leaf_by_name(build: LevelBuilder, words: str, nodes: list[Node], said: str) -> bool:
    """Admit the majors among some rows, and their name as written; False where there are none."""
    leaves = [n for n in nodes if n.kind in LEAF_KINDS]
    if not leaves:
        return False
    build.grant(keys.name(words), said, how="major")
    whole = any(node.kind in ("discipline", "professional") for node in leaves)
    for node in leaves:
        build.grant_node(node, said)
        if node.kind in ("second_level", "field") and not whole:
            build.grant(keys.pure(node.parent_code), said, how="second_level_of", sure=False)
    return True


def _grouping(build: LevelBuilder, nodes: list[Node], said: str) -> bool:
    """Classes and gates of this very name; a vocational one beside a national one is unsure."""
    groups = [n for n in nodes if n.kind not in LEAF_KINDS]
    national = [n for n in groups if n.namespace != VOCATIONAL_BACHELOR]
    for node in groups:
        build.grant_node(node, said, sure=node in national or not national)
    return bool(groups)


def by_exact_name(build: LevelBuilder, words: str, said: str) -> bool:
    """Majors, disciplines, classes and gates called exactly this."""
    nodes = load_catalogue().named(build.level, words)
    if not nodes:
        return False
    found = leaf_by_name(build, words, nodes, said)
    if not found:
        if all(node.namespace == VOCATIONAL_BACHELOR for node in nodes):
            # 体育类 is a vocational class, and what people call 体育学类.
            _ = by_alias(build, words, said) or by_class_word(build, words, said)
        return _grouping(build, nodes, said)
    if build.level is MajorLevel.GRADUATE:
        _counterparts(build, words, said)
        by_old_name(build, words, said)
    elif all(node.namespace == VOCATIONAL_BACHELOR for node in nodes):
        # 法律 is a vocational major, and what people call 法学; 建筑工程 was a national one.
        _ = by_alias(build, words, said) or by_toggled_name(build, words, said)
        by_old_name(build, words, said)
        _nearly(build, words, said)
    return True


def _nearly(build: LevelBuilder, words: str, said: str) -> None:
    """电气工程及自动化 is a vocational major, and how many write 电气工程及其自动化: both, the second in doubt."""
    plain = _FILLERS.sub("", words)
    for node in load_catalogue().nodes:
        national = node.namespace == NATIONAL and node.kind == "major"
        if national and node.name != words and _FILLERS.sub("", node.name) == plain:
            build.grant_node(node, said, sure=False, how="nearly_the_name")


def _counterparts(build: LevelBuilder, words: str, said: str) -> None:
    """Academic and professional degrees that differ by 学 (会计学, 会计; 法学, 法律)."""
    other = {"法学": "法律", "法律": "法学"}.get(words, keys.toggled(words))
    build.grant(keys.name(other), said, how="other_degree_kind", sure=False)
    for node in load_catalogue().named(build.level, other):
        if node.kind in ("discipline", "professional"):
            build.grant_node(node, said, sure=False, how="other_degree_kind")


def by_toggled_name(build: LevelBuilder, words: str, said: str) -> bool:
    """会计 for 会计学: the same name with 学 added or taken away."""
    other = keys.toggled(words)
    nodes = [n for n in load_catalogue().named(build.level, other) if n.kind in LEAF_KINDS]
    if not nodes:
        return False
    by_old_name(build, words, said)
    build.grant(keys.name(words), said, how="major")
    build.note("aliases", words)
    return leaf_by_name(build, other, nodes, said)


def by_old_name(build: LevelBuilder, words: str, said: str) -> bool:
    """A name of an older catalogue; several successors stay to be confirmed."""
    catalogue = load_catalogue()
    found = catalogue.successors.get((build.level, name_key(words)), [])
    for successor in found:
        how = "major" if successor.certain else "old_name"
        node = catalogue.by_code.get((NAMESPACE_OF_LEVEL[build.level], successor.code))
        if node is not None:
            build.grant_node(node, said, sure=successor.certain, how=how)
        build.grant(keys.name(successor.name), said, how=how, sure=successor.certain)
        if node is None and not catalogue.named(build.level, successor.name):
            # An old name that led to another old name: whom that means today, nobody here can say.
            build.literal += [words, successor.name]
    if found:
        build.note("old_names", words)
        build.grant(keys.name(words), said, how="major")
    return bool(found)


def by_degree_word(build: LevelBuilder, words: str, said: str) -> bool:
    """会计硕士, 计算机技术硕士: the professional degree or its field, never the academic one."""
    bare = words.removesuffix("硕士").removesuffix("博士")
    if build.level is not MajorLevel.GRADUATE or bare == words:
        return False
    named = load_catalogue().named(build.level, bare)
    nodes = [n for n in named if n.kind in ("professional", "field")]
    nodes = nodes or [n for n in named if n.kind in ("discipline", "second_level")]
    for node in nodes:
        build.grant_node(node, said)
    if nodes:
        build.grant(keys.name(words), said, how="major")
    return bool(nodes)


def by_gate_word(build: LevelBuilder, words: str, said: str) -> bool:
    """工学类, 管理学门类, 装备制造大类: a gate spoken of as a class."""
    gates = gates_spoken(build.level, words)
    for gate in gates:
        build.grant_node(gate, said)
    return bool(gates)


def by_class_word(build: LevelBuilder, words: str, said: str) -> bool:
    """A class word at the graduate level, or one that lacks 学 (统计类)."""
    catalogue = load_catalogue()
    if not words.endswith("类"):
        return False
    if build.level is MajorLevel.GRADUATE:
        return _class_of_disciplines(build, words, said)
    for full in (words[:-1] + "学类", words[:-1].removesuffix("学") + "类"):
        nodes = [n for n in catalogue.named(build.level, full) if n.kind == "class"]
        if nodes and full != words:
            return _grouping(build, nodes, said)
    leaves = [n for n in catalogue.named(build.level, words[:-1]) if n.kind in LEAF_KINDS]
    for node in leaves:
        build.grant_node(node, said)
        ref = catalogue.ref(node)
        near = f"c:{ref.namespace}:{ref.class_code}"
        build.grant(near, said, how="class_word_of_major", sure=False)
    return bool(leaves)


def _class_of_disciplines(build: LevelBuilder, words: str, said: str) -> bool:
    """An undergraduate class named to graduates: the disciplines it leads to."""
    catalogue = load_catalogue()
    classes = catalogue.by_name.get((NATIONAL, name_key(words)), [])
    for class_node in (n for n in classes if n.kind == "class"):
        for code, equal in catalogue.disciplines_of_class.get(class_node.code, ()):
            node = catalogue.by_code[GRADUATE, code]
            how = "discipline" if equal else "class_of_undergraduates"
            build.grant_node(node, said, sure=equal, how=how)
        build.note("aliases", words)
        return True
    nodes = [n for n in catalogue.named(build.level, words[:-1]) if n.kind in LEAF_KINDS]
    return leaf_by_name(build, words[:-1], nodes, said) or by_old_name(build, words[:-1], said)


def by_contraction(build: LevelBuilder, words: str, said: str) -> bool:
    """Two classes drawn together at a tail they share (化学生物技术类 for 化学技术类 + 生物技术类)."""
    if build.level is MajorLevel.GRADUATE or not words.endswith("类") or len(words) > LONGEST_CLASS:
        return False
    classes = _classes(build.level)
    if _two_classes(build, words, said):
        return True
    body = JOINERS.sub("", words.removesuffix("类"))
    for tail_at in range(4, len(body) - 1):
        tail = body[tail_at:] + "类"
        for cut in range(2, tail_at - 1):
            pair = (body[:cut] + tail, body[cut:tail_at] + tail)
            if pair[0] in classes and pair[1] in classes:
                for name in pair:
                    build.grant_node(classes[name], said)
                return True
    return False


def _two_classes(build: LevelBuilder, words: str, said: str) -> bool:
    """财政金融类: two classes named one behind the other."""
    classes, body = _classes(build.level), words.removesuffix("类")
    for at in range(2, len(body) - 1):
        halves = (body[:at], body[at:])
        pair = [_class_called(classes, half) for half in halves]
        if all(pair):
            for node in pair:
                if node is not None:
                    build.grant_node(node, said)
            return True
    return False


def _class_called(classes: dict[str, Node], stem: str) -> Node | None:
    """Return the class of a stem, with 学 or without, the national one first."""
    found = [node for name in (f"{stem}类", f"{stem}学类") if (node := classes.get(name))]
    return next((n for n in found if n.namespace == NATIONAL), found[0] if found else None)


@catalogue_cache(maxsize=4)
def _classes(level: MajorLevel) -> dict[str, Node]:
    """Return the classes of a level by name, national before vocational."""
    found: dict[str, Node] = {}
    for node in load_catalogue().nodes:
        if node.level is level and node.kind == "class":
            found.setdefault(node.name, node)
    return found
