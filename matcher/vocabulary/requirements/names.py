"""What a bare name means at one level, tried from the surest rule to the least sure.

The order matters and is the substance of the reader: an exact name, the name with 学 added or
taken away, an old name, an issuer's word, a class word built from a known name. What is left is
either a name no catalogue knows (accepted literally, as issuers list such names) or unread.
"""

import re
from collections.abc import Callable

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
from matcher.vocabulary.requirements.building import LevelBuilder, Outcome
from matcher.vocabulary.requirements.lexicon import Lexicon
from matcher.vocabulary.requirements.terms import Meaning, Term

# 食品, 化工, 生物: too short for the name of a major, a word for several of them.
STEM_LENGTH = 3
# Two class names drawn together; anything longer is a list that was not cut.
LONGEST_CLASS = 20
CACHED_NAMES = 32_768
_JOINERS = re.compile(r"或者|以及|或|及|和|与")
# Words that never stand in the name of a major: the piece is a condition or cannot be read.
_NOT_A_NAME = re.compile(
    r"不限|以上|专业|要求|优先|具有|取得|证书|资格|应届|毕业|学历|学位|[;:。=<>≥%]|目录|参照|相关|相近|等$|以下"
    r"|阶段|报考|人员|岗位|限$|^限|不含|除外|类$|主体|所有|全部|任何|均可"
)
_NAME_SHAPE = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9()、+\-—·.:（）]{2,40}$")


def by_term(build: LevelBuilder, words: str, said: str) -> bool:
    """What people of this issuer, or for this very text, said the words mean (别名、更正)."""
    majors = (Meaning.NODE, Meaning.NAME)
    found = [t for t in build.lexicon.terms_for(build.level, words) if t.meaning in majors]
    for term in found:
        _apply_term(build, term, said)
    return bool(found)


def _apply_term(build: LevelBuilder, term: Term, said: str) -> None:
    if term.meaning is Meaning.NODE:
        namespace, _, code = term.target.partition(":")
        node = load_catalogue().by_code.get((namespace, code))
        if node is not None:
            build.grant_node(node, said, sure=term.certain, how="" if term.certain else "term")
    elif term.meaning is Meaning.NAME:
        build.grant(keys.name(term.target), said, how="major", sure=term.certain)
        build.note("names", term.target)
    build.note("aliases", term.words)
    build.grant(keys.name(term.words), said, how="major")


def _leaf_by_name(build: LevelBuilder, words: str, nodes: list[Node], said: str) -> bool:
    leaves = [n for n in nodes if n.kind in LEAF_KINDS]
    if not leaves:
        return False
    build.grant(keys.name(words), said, how="major")
    for node in leaves:
        build.grant_node(node, said)
        if node.kind in ("second_level", "field"):
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
    found = _leaf_by_name(build, words, nodes, said)
    if not found:
        if all(node.namespace == VOCATIONAL_BACHELOR for node in nodes):
            by_alias(build, words, said)
        return _grouping(build, nodes, said)
    if build.level is MajorLevel.GRADUATE:
        _counterparts(build, words, said)
        by_old_name(build, words, said)
    elif all(node.namespace == VOCATIONAL_BACHELOR for node in nodes):
        # 法律 is a vocational major, and what people call 法学.
        _ = by_alias(build, words, said) or by_toggled_name(build, words, said)
    return True


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
    return _leaf_by_name(build, other, nodes, said)


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
    if found:
        build.note("old_names", words)
        build.grant(keys.name(words), said, how="major")
    return bool(found)


def by_alias(build: LevelBuilder, words: str, said: str) -> bool:
    """A word in no catalogue whose meaning is published data (财会审计类)."""
    catalogue = load_catalogue()
    key = name_key(words)
    is_class = bool(catalogue.by_name.get((NATIONAL, key)))
    spellings = (
        key,
        key if is_class else key.removesuffix("类"),
        f"{key}类" if len(key) > 2 else key,
    )
    found = next((f for s in spellings if (f := catalogue.aliases.get((build.level, s)))), [])
    vague = not all(alias.certain for alias in found)
    for alias in found:
        node = catalogue.by_code.get((NAMESPACE_OF_LEVEL[build.level], alias.target))
        if node is not None:
            build.grant_node(node, said, sure=alias.certain, how="alias")
            if vague:
                _near(build, node, said, is_group=words[-1] in "类科")
        else:
            build.grant(keys.name(alias.target), said, how="alias", sure=alias.certain)
    if found:
        build.note("aliases", words)
        build.grant(keys.name(words), said, how="major")
    if vague:
        build.grant(keys.UNKNOWN_LEAF, said, how="alias", sure=False)
    return bool(found)


def _near(build: LevelBuilder, node: Node, said: str, *, is_group: bool) -> None:
    """What lies around a word in no catalogue: only its issuer knows where it ends."""
    ref = load_catalogue().ref(node)
    for kind, code in (("c", ref.class_code), ("g", ref.gate_code if is_group else "")):
        if code:
            build.grant(f"{kind}:{ref.namespace}:{code}", said, how="alias_near", sure=False)


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
    bare = re.sub(r"(?:学科)?门类$|大类$|类$", "", words)
    if bare == words:
        return False
    gates = [n for n in load_catalogue().named(build.level, bare) if n.kind == "gate"]
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
    return _leaf_by_name(build, words[:-1], nodes, said)


def by_contraction(build: LevelBuilder, words: str, said: str) -> bool:
    """Two classes drawn together at a tail they share (化学生物技术类 for 化学技术类 + 生物技术类)."""
    if build.level is MajorLevel.GRADUATE or not words.endswith("类") or len(words) > LONGEST_CLASS:
        return False
    body = _JOINERS.sub("", words.removesuffix("类"))
    for tail_at in range(4, len(body) - 1):
        tail = body[tail_at:] + "类"
        for cut in range(2, tail_at - 1):
            pair = [body[:cut] + tail, body[cut:tail_at] + tail]
            classes = [_class_called(build.level, each) for each in pair]
            if all(classes):
                for node in classes:
                    if node is not None:
                        build.grant_node(node, said)
                return True
    return False


def _class_called(level: MajorLevel, words: str) -> Node | None:
    nodes = load_catalogue().named(level, words)
    return next((n for n in nodes if n.kind == "class"), None)


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


_TAILS = ("工程", "学", "技术", "管理", "科学", "科学与工程", "语言文学", "与技术", "设计")


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


def by_pair(build: LevelBuilder, words: str, said: str) -> bool:
    """印刷包装, 广告传播: two short words drawn together, each of them known; only in doubt."""
    if not 4 <= len(words) <= 6 or words[-1] in "类学":
        return False
    for at in range(2, len(words) - 1):
        halves = (words[:at], words[at:])
        if all(known(build, half) or by_tail(build.trial(), half, said) for half in halves):
            trial = build.trial()
            for half in halves:
                resolve_name(trial, half, said)
            build.weaken(trial, how="drawn_together")
            build.grant(keys.name(words), said, how="major")
            build.note("aliases", words)
            return True
    return False


def by_prefix(build: LevelBuilder, words: str, said: str) -> bool:
    """道路桥梁, 水利水电: the beginning of exactly one official name."""
    if len(words) < 4:
        return False
    begun = _begun(build.level).get(words, ())
    if len({node.name for node in begun}) != 1 or begun[0].name[len(words)] not in "与及工技科管学":
        return False
    build.grant(keys.name(words), said, how="major")
    build.note("aliases", words)
    return _leaf_by_name(build, begun[0].name, list(begun), said)


def by_join(build: LevelBuilder, words: str, said: str) -> bool:
    """化工与制药类及食品科学与工程类: two names that are known each for itself."""
    cuts = [(words[: j.start()], words[j.end() :]) for j in _JOINERS.finditer(words)]
    cuts = [(left, right) for left, right in cuts if min(len(left), len(right)) > 1]
    official = [cut for cut in cuts if all(load_catalogue().named(build.level, n) for n in cut)]
    for left, right in (*official, *cuts):
        if not known(build, left):
            continue
        if known(build, right) or by_join(build.trial(), right, said):
            resolve_name(build, left, said)
            resolve_name(build, right, said)
            return True
    return False


RULES: tuple[Callable[[LevelBuilder, str, str], bool], ...] = (
    by_term,
    by_exact_name,
    by_alias,
    by_toggled_name,
    by_degree_word,
    by_old_name,
    by_class_word,
    by_gate_word,
    by_join,
    by_contraction,
)


def known(build: LevelBuilder, words: str) -> bool:
    """Tell whether any rule but the literal one would read this name."""
    return _is_known(build.level, build.lexicon, words)


@catalogue_cache(maxsize=CACHED_NAMES)
def _is_known(level: MajorLevel, lexicon: Lexicon, words: str) -> bool:
    trial = LevelBuilder(level, lexicon)
    return any(rule(trial, words, words) for rule in RULES)


def _parts(words: str) -> list[str]:
    """Cut at joining words, 类 at the end given to none of them (财务、会计与审计类)."""
    return [part for part in _JOINERS.split(words) if part]


def by_parts(build: LevelBuilder, words: str, said: str) -> bool:
    """Names joined by 或, 和, 与 that are known only apart (经济学和法学类)."""
    parts = _parts(words)
    if len(parts) < 2:
        return False
    read = [part for part in parts if known(build, part)]
    if len(read) < len(parts):
        stripped = parts[-1].removesuffix("类")
        parts = [*parts[:-1], stripped]
        read = [part for part in parts if known(build, part)]
    if len(read) < len(parts) and not ("或" in words and read):
        return False
    for part in parts:
        resolve_name(build, part, said)
    return True


def resolve_name(build: LevelBuilder, words: str, said: str) -> bool:
    """Read one bare name; what no rule reads is kept as unread. True: it was read."""
    outcome = _outcome(build.level, build.lexicon, words)
    build.absorb(outcome, said)
    return not outcome.unread


@catalogue_cache(maxsize=CACHED_NAMES)
def _outcome(level: MajorLevel, lexicon: Lexicon, words: str) -> Outcome:
    """Read a name once: the same few thousand names make up most of what employers write."""
    trial = LevelBuilder(level, lexicon)
    if not any(
        rule(trial, words, "")
        for rule in (*RULES, by_tail, by_parts, by_prefix, by_pair, literally)
    ):
        trial.unread.append(words)
    return trial.outcome()
