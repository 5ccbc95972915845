"""Short and unknown names: 印刷 for 印刷工程, 道路桥梁 for the one name that begins so, and the rest as written."""

import re

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node
from matcher.vocabulary.majors.references import VOCATIONAL_BACHELOR
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.official_names import leaf_by_name

# 食品, 化工, 生物: too short for the name of a major, a word for several of them.
STEM_LENGTH = 3
_TAILS = ("工程", "学", "技术", "管理", "科学", "科学与工程", "语言文学", "与技术", "设计")
# Words that never stand in the name of a major: the piece is a condition or cannot be read.
_NOT_A_NAME = re.compile(
    r"不限|以上|专业|要求|优先|具有|取得|证书|资格|应届|毕业|学历|学位|[;:。=<>≥%]|目录|参照|相关|相近|等$|以下"
    r"|阶段|报考|人员|岗位|限$|^限|不含|除外|类$|主体|所有|全部|任何|均可"
)
_NAME_SHAPE = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9()、+\-—·.:（）]{2,40}$")


def literally(build: LevelBuilder, words: str, said: str) -> bool:
    """A name no catalogue knows: whoever carries it fits, nobody else is admitted by it."""
    if _NOT_A_NAME.search(words) or not _NAME_SHAPE.match(words):
        return False
    build.note("names", words)
    build.grant(keys.name(words), said, how="major")
    build.literal.append(words)
    if len(words) <= STEM_LENGTH:
        for node in _stems(build.level).get(words, ()):
            build.grant_node(node, said, sure=False, how="stem")
    return True


@catalogue_cache(maxsize=4)
def _stems(level: MajorLevel) -> dict[str, list[Node]]:
    """Return the rows of a level by every short stretch of their names."""
    found: dict[str, list[Node]] = {}
    for node in load_catalogue().nodes:
        if node.level is not level or node.kind == "gate":
            continue
        lengths = range(1, STEM_LENGTH + 1)
        parts = {node.name[i : i + n] for n in lengths for i in range(len(node.name) - n + 1)}
        for part in parts:
            found.setdefault(part, []).append(node)
    return found


@catalogue_cache(maxsize=4)
def _begun(level: MajorLevel) -> dict[str, list[Node]]:
    """Return the majors of a level by every longer beginning of their names."""
    found: dict[str, list[Node]] = {}
    for node in load_catalogue().nodes:
        if node.level is level and node.kind in LEAF_KINDS:
            for length in range(4, len(node.name)):
                found.setdefault(node.name[:length], []).append(node)
    return found


def by_tail(build: LevelBuilder, words: str, said: str) -> bool:
    """印刷, 包装, 网络, 法语: an official name without the word that says what kind it is."""
    if not 2 <= len(words) <= 4:
        return False
    catalogue = load_catalogue()
    full = [words + tail for tail in _TAILS]
    nodes = [n for name in full for n in catalogue.named(build.level, name) if n.kind in LEAF_KINDS]
    national = [n for n in nodes if n.namespace != VOCATIONAL_BACHELOR] or nodes
    for node in national:
        build.grant_node(node, said)
        build.grant(keys.name(node.name), said, how="major")
    for group in catalogue.named(build.level, f"{words}类"):
        build.grant_node(group, said, sure=False, how="class_word_of_major")
    if national:
        build.grant(keys.name(words), said, how="major")
        build.note("aliases", words)
        for node in _stems(build.level).get(words, ()):
            build.grant_node(node, said, sure=False, how="stem")
    return bool(national)


def by_prefix(build: LevelBuilder, words: str, said: str) -> bool:
    """道路桥梁, 水利水电: the beginning of exactly one official name."""
    if len(words) < 4:
        return False
    begun = _begun(build.level).get(words, [])
    if len({node.name for node in begun}) != 1 or begun[0].name[len(words)] not in "与及工技科管学":
        return False
    build.grant(keys.name(words), said, how="major")
    build.note("aliases", words)
    return leaf_by_name(build, begun[0].name, list(begun), said)
