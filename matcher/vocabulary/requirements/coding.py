"""Codes: which catalogue rows they mean beside a name, and what they tell where the name is unknown.

A name wins over a code: issuers number their own directories with digits that mean other majors
nationally. A code decides only where the name agrees with it, or where no name stands beside it.
"""

import re

from rapidfuzz import fuzz

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import ALIAS_CODES, NAMESPACES_OF_LEVEL, Node
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.building import LevelBuilder, same_name
from matcher.vocabulary.requirements.item import Item


def _digits(code: str) -> tuple[str, bool]:
    """Return the digits of a written code, and whether an issuer's letter stands before them."""
    own = code[:1] in "ABC"
    digits = re.sub(r"[TKH]+$", "", code[1:] if own else code)
    return digits.split("Z")[0].split("J")[0], own


@catalogue_cache(maxsize=16_384)
def nodes_of_code(level: MajorLevel, digits: str) -> tuple[Node, ...]:
    """Return the rows of a level with a code, also under its older or padded form."""
    catalogue = load_catalogue()
    tries = [digits]
    if level is MajorLevel.GRADUATE:
        tries += [ALIAS_CODES.get(digits, digits)]
        if digits.endswith("00"):
            tries += [digits[:-2]]
    found = []
    for namespace in NAMESPACES_OF_LEVEL[level]:
        for code in dict.fromkeys(tries):
            if node := catalogue.by_code.get((namespace, code)):
                found.append(node)
    return tuple(found)


# The length of a code speaks even where its digits are an issuer's own: 经济学(B02) is the gate.
_KINDS_OF_LENGTH = {2: ("gate",), 4: ("class", "discipline", "professional")}


# Likeness (0..100) from which an issuer's code and an older name point at one row (农业资源利用).
_ALIKE = 60.0


def _agrees(node: Node, name: str) -> bool:
    if same_name(node.name, name):
        return True
    catalogue, key = load_catalogue(), (node.level, keys.name(name)[2:])
    successors = (successor.code for successor in catalogue.successors.get(key, ()))
    aliases = (alias.target for alias in catalogue.aliases.get(key, ()))
    return node.code in (*successors, *aliases)


def coded_nodes(level: MajorLevel, item: Item) -> list[Node]:
    """Return the nodes whose code and name both stand in the item, or whose code stands alone."""
    found = []
    for code in dict.fromkeys(item.codes):
        digits, own = _digits(code)
        if own and item.name:
            named = load_catalogue().named(level, item.name)
            named = [*named, *_renamed(level, item.name)]
            found += [node for node in named if node.kind in _KINDS_OF_LENGTH.get(len(digits), ())]
            continue
        if not item.name and len(digits) < 4:
            # Two bare digits are as well a headcount, an age or a numbering.
            continue
        for node in nodes_of_code(level, digits):
            if not item.name or _agrees(node, item.name):
                found.append(node)
    return found


def base_nodes(build: LevelBuilder, item: Item) -> list[Node]:
    """Return the nodes an item stands for before its brackets narrow it."""
    coded = coded_nodes(build.level, item)
    if coded:
        return coded
    named = load_catalogue().named(build.level, item.name) if item.name else []
    if not named and item.name and build.level is MajorLevel.GRADUATE:
        named = load_catalogue().named(build.level, keys.toggled(item.name))
    return named or _renamed(build.level, item.name)


def _renamed(level: MajorLevel, name: str) -> list[Node]:
    """Return what an old name became, where it became one thing (图书情报与档案管理 → 信息资源管理)."""
    catalogue = load_catalogue()
    successors = catalogue.successors.get((level, keys.name(name)[2:]), ())
    found = [n for s in successors if s.certain for n in nodes_of_code(level, s.code)]
    return found if len(successors) == 1 else []


def code_range(build: LevelBuilder, first: str, last: str) -> None:
    """080901—080910: every major whose code lies between."""
    nodes = [
        node
        for node in load_catalogue().nodes
        if node.level is build.level and len(node.code) == len(first) and first <= node.code <= last
    ]
    for node in nodes:
        build.grant_node(node, f"{first}-{last}")
    if not nodes:
        build.unread.append(f"{first}-{last}")


def code_of_unknown_name(build: LevelBuilder, item: Item, said: str) -> None:
    """思政（030503）: sure where the name shortens the official one, else the code is only a hint."""
    for code in item.codes:
        digits, own = _digits(code)
        if re.search(r"[ZJ]", code):
            # A major a school set up within a discipline: nobody else of the discipline is meant.
            build.grant(keys.within(digits, item.name), said, how="major")
            continue
        for node in nodes_of_code(build.level, digits):
            near = fuzz.ratio(item.name, node.name) >= _ALIKE
            if not own or near:
                sure = not own and _shortens(item.name, node.name)
                build.grant_node(node, said, sure=sure, how="code")


def _shortens(short: str, name: str) -> bool:
    rest = iter(name)
    return len(short) > 1 and all(char in rest for char in short)


def disagreeing_codes(build: LevelBuilder, item: Item, said: str) -> None:
    """会计学120204: the name decides, and whoever holds what the code stands for is in doubt."""
    named = load_catalogue().named(build.level, item.name)
    for code in dict.fromkeys(item.codes):
        digits, own = _digits(code)
        same_length = [node for node in named if len(node.code) == len(digits)]
        for node in nodes_of_code(build.level, digits) if same_length and not own else ():
            build.grant_node(node, said, sure=False, how="code_disagrees")
