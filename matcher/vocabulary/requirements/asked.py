"""Brackets that hold neither code nor known sign: another form of the name, parts of it, or unread."""

import re

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.bare_names import bare_name, open_part, without_code
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.coding import base_nodes, coded_nodes
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.names import known, resolve_name
from matcher.vocabulary.requirements.phrases import only_condition
from matcher.vocabulary.requirements.restricting import restricted

# Brackets of one item that are looked into; real ones have two.
MOST_ASKED = 8


def _names_only(build: LevelBuilder, words: list[str]) -> bool:
    names = [bare_name(without_code(open_part(word)[0])) for word in words]
    tries = [build, *(LevelBuilder(level, build.lexicon) for level in MajorLevel)]
    return bool(names) and all(any(known(each, name) for each in tries) for name in names)


_PART = re.compile(r"(?:专业|方向|学科|领域|类)$")


def _lists_parts(build: LevelBuilder, item: Item, words: list[str]) -> bool:
    """公共管理学一级学科（土地资源管理、城市规划管理）: a list of its parts, known or not."""
    nodes = base_nodes(build, item)
    names = [word for word in words if 2 < len(word) < 20 and not only_condition(word)]
    if not any(n.kind in ("class", "discipline", "professional", "gate") for n in nodes):
        return False
    named = bool(_PART.search(words[-1])) or len(words) > 1
    return named and len(names) == len(words)


def _says_it_again(build: LevelBuilder, item: Item, words: list[str]) -> bool:
    """电子商务（电商）: the bracket holds nothing but another name of the same."""
    base, other = build.trial(), build.trial()
    resolve_name(base, item.name, item.name)
    for word in words:
        resolve_name(other, word, word)
    nodes = [
        {k for k, g in one.grants.items() if g.verdict is Verdict.YES and k[0] != "n"}
        for one in (base, other)
    ]
    return bool(nodes[0]) and nodes[0] == nodes[1] and not other.unread


def asked(build: LevelBuilder, item: Item, said: str) -> bool:
    """Brackets that hold neither code nor known sign: other forms, a narrower list, or unread."""
    done = False
    for _, _, body in item.asked_of[:MOST_ASKED]:
        words = [w for w in re.split(r"[、,;/\s]", body) if w]
        if all(len(word) < 3 and known(build, item.name + word) for word in words):
            for word in words:
                resolve_name(build, item.name + word, said)
            resolve_name(build, item.name, said)
            done = True
        elif _says_it_again(build, item, words):
            continue
        elif _names_only(build, words) or _lists_parts(build, item, words):
            restricted(build, item, words, said)
            done = True
        else:
            _bracket_unread(build, item, body, said)
            done = True
    return done


def _bracket_unread(build: LevelBuilder, item: Item, body: str, said: str) -> None:
    """汉语言文学（师范）: the name alone is to be confirmed, the name with its bracket fits."""
    full = f"{item.name}({body})"
    build.grant(keys.name(full), said, how="major")
    trial = build.trial()
    for node in coded_nodes(build.level, item):
        trial.grant_node(node, said)
    if not trial.grants:
        resolve_name(trial, item.name, said)
    build.weaken(trial, how="bracket_unread")
    (build.asides if trial.grants else build.unread).append(full)
