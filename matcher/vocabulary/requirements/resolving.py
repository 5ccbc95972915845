"""What an item (name, codes, brackets) grants at one level."""

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.asked import asked
from matcher.vocabulary.requirements.bare_names import bare_name
from matcher.vocabulary.requirements.building import LevelBuilder, Outcome
from matcher.vocabulary.requirements.coding import (
    base_nodes,
    code_of_unknown_name,
    code_range,
    coded_nodes,
    disagreeing_codes,
    nodes_of_code,
)
from matcher.vocabulary.requirements.excluding import exclude_words
from matcher.vocabulary.requirements.given_names import by_term
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.known import gates_spoken
from matcher.vocabulary.requirements.lexicon import Lexicon
from matcher.vocabulary.requirements.names import known, resolve_name
from matcher.vocabulary.requirements.readings import Grant
from matcher.vocabulary.requirements.restricting import restricted
from matcher.vocabulary.requirements.under_directory import resolve_under


def _same_name_elsewhere(build: LevelBuilder, item: Item, said: str) -> None:
    build.grant(keys.name(item.name), said, how="same_name_other_code", sure=False)


def _hinted(build: LevelBuilder, item: Item, said: str) -> bool:
    """Read under a note such as （以上均为学科门类）, （一级学科）, （专业学位类别）."""
    if item.hint in ("discipline", "professional"):
        return _of_kind(build, item, said)
    if item.hint != "gate":
        return False
    nodes = gates_spoken(build.level, item.name)
    for node in nodes:
        build.grant_node(node, said)
    return bool(nodes)


def _of_kind(build: LevelBuilder, item: Item, said: str) -> bool:
    """法学（一级学科） is 0301 alone, 会计（专业学位） is 1253 alone."""
    nodes = [n for n in base_nodes(build, item) if n.kind == item.hint]
    for node in nodes:
        build.grant_node(node, said)
        build.grant(keys.name(item.name), said, how="discipline")
    return bool(nodes)


def _gate_by_exclusion(level: MajorLevel, item: Item) -> Node | None:
    """教育学（不含体育学类）: a class that is excluded shows that the gate around it is meant.

    Not the class the major of that name lies in: 法学（不含法学类） contradicts itself.
    """
    catalogue = load_catalogue()
    named = catalogue.named(level, item.name)
    own = {node.parent_code for node in named if node.kind != "gate"}
    for gate in (node for node in named if node.kind == "gate"):
        for words in item.exclude:
            for node in catalogue.named(level, bare_name(words)):
                inside = node.kind == "class" and node.parent_code == gate.code
                if inside and node.code not in own:
                    return gate
    return None


@catalogue_cache(maxsize=4)
def _gates_only(level: MajorLevel) -> frozenset[str]:
    """Return the names that only a gate bears at a level (工学, 文学)."""
    catalogue = load_catalogue()
    gates = {node.name for node in catalogue.nodes if node.level is level and node.kind == "gate"}
    return frozenset(
        name for name in gates if all(n.kind == "gate" for n in catalogue.named(level, name))
    )


def homonyms_of_gates(items: list[Item], builders: list[LevelBuilder]) -> None:
    """哲学、文学、法学: beside a name that only a gate has, the others may mean their gates too.

    Not where another name of the list lies within that gate: it would say the same twice.
    """
    catalogue = load_catalogue()
    plain = [item for item in items if item.name and not item.codes and not item.restrict]
    for build in builders:
        if not any(item.name in _gates_only(build.level) for item in plain):
            continue
        named = [catalogue.named(build.level, item.name) for item in plain]
        within = [
            {catalogue.ref(n).gate_code for n in nodes if n.kind != "gate"} for nodes in named
        ]
        for at, nodes in enumerate(named):
            elsewhere = set().union(*within[:at], *within[at + 1 :])
            gates = [n for n in nodes if n.kind == "gate" and n.code not in elsewhere]
            if len(nodes) > 1:
                for gate in gates:
                    build.grant_node(gate, plain[at].name, sure=False, how="gate_of_same_name")


def _by_people(build: LevelBuilder, item: Item, said: str) -> bool:
    """财政学类（0202）: what a person said the words mean, code and all, outweighs the code."""
    if not build.lexicon.terms:
        return False
    coded = (f"{item.name}({code})" for code in item.codes)
    return any(by_term(build, words, said) for words in (item.name, said, *coded))


def resolve_item(build: LevelBuilder, item: Item, said: str) -> None:
    """Enter everything one item admits and bars at the level of `build`."""
    if item.name and item.codes and _by_people(build, item, said):
        return
    if item.code_range:
        code_range(build, *item.code_range)
        return
    for code in item.prefix_codes:
        for node in nodes_of_code(build.level, code):
            build.grant_node(node, said)
    if item.prefix_codes and not item.name and not item.codes:
        return
    gate = _gate_by_exclusion(build.level, item) if item.exclude and not item.codes else None
    if item.exclude:
        catalogue = load_catalogue()
        places = [catalogue.ref(n) for n in base_nodes(build, item) if n.kind != "gate"]
        exclude_words(build, item.exclude, frozenset(place.gate_code for place in places))
    if gate is not None:
        build.grant_node(gate, said)
    elif item.restrict:
        restricted(build, item, item.restrict, said)
    elif item.asked_of or not resolve_under(build, item, said):
        _resolve_named(build, item, said)


@catalogue_cache(maxsize=32_768)
def plain_outcome(
    level: MajorLevel, lexicon: Lexicon, name: str, codes: tuple[str, ...], hint: str
) -> Outcome:
    """Return what an official name with its codes means, worked out once: most items are of this kind."""
    trial = LevelBuilder(level, lexicon)
    resolve_item(trial, Item(name, 0, 0, list(codes), hint=hint), "")
    return trial.outcome()


def _resolve_named(build: LevelBuilder, item: Item, said: str) -> None:
    for name in item.include:
        if known(build, bare_name(name)):
            _include(build, bare_name(name), said)
    if not (item.asked_of and asked(build, item, said)):
        _resolve_plain(build, item, said)


def _include(build: LevelBuilder, name: str, said: str) -> None:
    """金融学（含：保险学）: the second-level major of that name, not the professional degree."""
    trial = build.trial()
    resolve_name(trial, name, said)
    for key, grant in trial.grants.items():
        professional = key.startswith("c:graduate:") and key[13:14] > "4"
        build.grant(
            key, said, how=grant.how, sure=grant.verdict is Verdict.YES and not professional
        )


def known_name_of(build: LevelBuilder, item: Item) -> bool:
    """Tell whether the name beside a code is one the reader knows at this or another level."""
    levels = (build, *(LevelBuilder(level, build.lexicon) for level in MajorLevel))
    return any(known(each, item.name) for each in levels)


def _resolve_plain(build: LevelBuilder, item: Item, said: str) -> None:
    if build.lexicon.directory_words:
        _nationally(build, item, said)
    else:
        _resolve_at(build, item, said)


def _nationally(build: LevelBuilder, item: Item, said: str) -> None:
    """A word the directory of this reading does not list: a class of the national one only in doubt."""
    trial = build.trial()
    _resolve_at(trial, item, said)
    for key, grant in trial.grants.items():
        sure = grant.verdict is Verdict.YES and key[0] not in "gc"
        how = grant.how if sure or key[0] not in "gc" else "not_in_directory"
        build.grant(key, grant.words, how=how, sure=sure)
    build.unread += trial.unread


def _resolve_at(build: LevelBuilder, item: Item, said: str) -> None:
    nodes = coded_nodes(build.level, item)
    if nodes:
        _grant_coded(build, item, nodes, said)
    elif not item.name:
        if item.codes:
            # Kept and shown; where nothing else is asked for, the section is unread as a whole.
            build.asides.append("、".join(item.codes))
    else:
        if item.codes:
            _codes_beside(build, item, said)
        if not _hinted(build, item, said):
            _by_name(build, item, said)


def _grant_coded(build: LevelBuilder, item: Item, nodes: list[Node], said: str) -> None:
    """Admit the rows whose code and name agree; what else bears the name only where codes may differ."""
    for node in nodes:
        build.grant_node(node, said)
        if node.kind in ("field", "second_level"):
            build.grant(keys.name(node.name), said, how="major")
        elif node.kind in ("discipline", "professional") and node.name != item.name:
            # The older name, but only of this discipline: 工商管理 is a professional degree too.
            build.grant(keys.within(node.code, item.name or node.name), said, how="major")
    if item.name and build.level is not MajorLevel.GRADUATE:
        _same_name_elsewhere(build, item, said)


def _codes_beside(build: LevelBuilder, item: Item, said: str) -> None:
    """Read codes that no row agrees with: they never weigh more than the name beside them."""
    disagreeing_codes(build, item, said)
    build.vouched.append(item.name)
    if not known_name_of(build, item):
        code_of_unknown_name(build, item, said)


def _other_kind(key: str, hint: str) -> bool:
    """Tell whether a discipline is academic where a professional degree is meant, or the reverse."""
    if hint not in ("discipline", "professional") or not key.startswith("c:graduate:"):
        return False
    # 研究生教育学科专业目录 2022: the third digit of a professional degree is 5 or more.
    return (key.removeprefix("c:graduate:")[2:3] >= "5") is (hint == "discipline")


def _by_name(build: LevelBuilder, item: Item, said: str) -> None:
    before = len(build.grants)
    trial = build.trial()
    resolve_name(trial, item.name, said)
    for key, grant in list(trial.grants.items()):
        if grant.verdict is Verdict.YES and _other_kind(key, item.hint):
            trial.grants[key] = Grant(Verdict.MAYBE, "other_degree_kind", grant.words)
    build.absorb(trial.outcome(), said)
    if item.open_ended and not item.last and len(build.grants) > before:
        _relatives(build, item.name, said)


def _relatives(build: LevelBuilder, name: str, said: str) -> None:
    """英语相关专业 in the middle of a list: majors of the same class that share the word."""
    catalogue = load_catalogue()
    stem = name.removesuffix("类").removesuffix("学")
    for node in catalogue.named(build.level, name) or catalogue.named(build.level, name + "学"):
        for near in catalogue.children_of(node.namespace, node.parent_code):
            if stem in near.name and near.kind in LEAF_KINDS:
                build.grant_node(near, said, sure=False, how="open_ended_stem")
