"""What an item (name, codes, brackets) grants at one level.

A name wins over a code: issuers number their own directories with digits that mean other majors
nationally. A code decides only where the name agrees with it, or where no name stands beside it.
"""

import re

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.catalogue import ALIAS_CODES, LEAF_KINDS, NAMESPACES_OF_LEVEL, Node
from matcher.vocabulary.majors.references import GRADUATE
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.bare_names import bare_name, open_part, without_code
from matcher.vocabulary.requirements.building import LevelBuilder, same_name
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.names import known, resolve_name


def _digits(code: str) -> tuple[str, bool]:
    """Return the digits of a written code, and whether an issuer's letter stands before them."""
    own = code[:1] in "ABC"
    digits = re.sub(r"[TKH]+$", "", code[1:] if own else code)
    return digits.split("Z")[0].split("J")[0], own


def _nodes_of_code(level: MajorLevel, digits: str) -> list[Node]:
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
    return found


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
    for code in item.codes:
        digits, own = _digits(code)
        if own and item.name:
            continue
        for node in _nodes_of_code(level, digits):
            if not item.name or _agrees(node, item.name):
                found.append(node)
    return found


def _same_name_elsewhere(build: LevelBuilder, item: Item, said: str) -> None:
    build.grant(keys.name(item.name), said, how="same_name_other_code", sure=False)


def _hinted(build: LevelBuilder, item: Item, said: str) -> bool:
    """Read under a note such as （以上均为学科门类）."""
    if item.hint != "gate":
        return False
    bare = re.sub(r"(?:学科)?门类$|大类$|类$", "", item.name)
    nodes = [n for n in load_catalogue().named(build.level, bare) if n.kind == "gate"]
    for node in nodes:
        build.grant_node(node, said)
    return bool(nodes)


def base_nodes(build: LevelBuilder, item: Item) -> list[Node]:
    """Return the nodes an item stands for before its brackets narrow it."""
    coded = coded_nodes(build.level, item)
    if coded:
        return coded
    named = load_catalogue().named(build.level, item.name) if item.name else []
    if not named and item.name and build.level is MajorLevel.GRADUATE:
        named = load_catalogue().named(build.level, keys.toggled(item.name))
    return named


def _gate_by_exclusion(level: MajorLevel, item: Item) -> Node | None:
    """法学（不含政治学类、社会学类）: what is excluded shows that the gate is meant."""
    catalogue = load_catalogue()
    gates = [n for n in catalogue.named(level, item.name) if n.kind == "gate"]
    for gate in gates:
        for words in item.exclude:
            for node in catalogue.named(level, bare_name(words)):
                if node.kind == "class" and node.parent_code == gate.code:
                    return gate
    return None


# A degree of many fields: its brackets name the field that is meant.
_OF_DEGREE = re.compile(
    r"(?:工程|农业|教育|艺术|工商管理|专业)?(?:专业学位)?(?:硕士|博士)(?:专业学位)?$|^工程$|^专业学位$"
)


def _excluded_name(build: LevelBuilder, raw: str) -> str:
    """Return what an exclusion names; of 公安院校的公安学类 the known end, so that nobody slips through."""
    name = without_code(bare_name(without_code(open_part(raw)[0])))
    if known(build, name):
        return name
    ends = (name[at:] for at in range(1, max(len(name) - 3, 1)))
    return next(
        (end for end in ends if name[-len(end) - 1] in "的下中" and known(build, end)), name
    )


def _exclude_gate(build: LevelBuilder, name: str, raw: str, *, sure: bool) -> None:
    """不含艺术学: the discipline for certain; the gate of that name too, or at least in doubt."""
    nodes = load_catalogue().named(build.level, name)
    for node in (n for n in nodes if n.kind == "gate" and len(nodes) > 1):
        if sure:
            build.exclude(keys.node_key(node), raw)
        else:
            build.doubted.setdefault(keys.node_key(node), raw)


def exclude_words(build: LevelBuilder, words: list[str]) -> None:
    """Bar what an exclusion names; a word that names nothing sure is kept as unread."""
    of_gates = any(raw.endswith("门类") for raw in words)
    for raw in words:
        name = _excluded_name(build, raw)
        trial = build.trial()
        _exclude_gate(build, name, raw, sure=of_gates)
        known_name = known(build, name) and resolve_name(trial, name, raw)
        sure = [key for key, grant in trial.grants.items() if grant.verdict is Verdict.YES]
        for key in sure:
            build.exclude(key, raw)
            build.note("exclude", key.rsplit(":", 1)[1])
        build.exclude(keys.name(name), raw)
        if not sure:
            build.note("exclude", name)
        vague = any(g.how == "alias" for g in trial.grants.values() if g.verdict is Verdict.MAYBE)
        if vague or (
            not sure and (known_name or name.endswith("类") or "方向" in raw or len(name) > 20)
        ):
            build.unread.append(f"不含{raw}")


def homonyms_of_gates(items: list[Item], builders: list[LevelBuilder]) -> None:
    """哲学、文学、法学: beside a name that only a gate has, the others may mean their gates too.

    Not where another name of the list lies within that gate: it would say the same twice.
    """
    catalogue = load_catalogue()
    plain = [item for item in items if item.name and not item.codes and not item.restrict]
    for build in builders:
        named = [catalogue.named(build.level, item.name) for item in plain]
        if not any(nodes and all(n.kind == "gate" for n in nodes) for nodes in named):
            continue
        within = [
            {catalogue.ref(n).gate_code for n in nodes if n.kind != "gate"} for nodes in named
        ]
        for at, nodes in enumerate(named):
            elsewhere = set().union(*within[:at], *within[at + 1 :])
            gates = [n for n in nodes if n.kind == "gate" and n.code not in elsewhere]
            if len(nodes) > 1:
                for gate in gates:
                    build.grant_node(gate, plain[at].name, sure=False, how="gate_of_same_name")


def _code_range(build: LevelBuilder, first: str, last: str) -> None:
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


def _restricted(build: LevelBuilder, item: Item, words: list[str], said: str) -> None:
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
            build.grant_node(node, said, sure=False, how="direction")
        build.note(
            {"gate": "gates", "class": "classes", "major": "majors"}.get(node.kind, "disciplines"),
            code,
        )


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


def _names_only(build: LevelBuilder, words: list[str]) -> bool:
    names = [bare_name(without_code(open_part(word)[0])) for word in words]
    tries = [build, *(LevelBuilder(level, build.lexicon) for level in MajorLevel)]
    return bool(names) and all(any(known(each, name) for each in tries) for name in names)


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


def _asked(build: LevelBuilder, item: Item, said: str) -> bool:
    """Brackets that hold neither code nor known sign: other forms, a narrower list, or unread."""
    done = False
    for _, _, body in item.asked_of:
        words = [w for w in re.split(r"[、,;/\s]", body) if w]
        if body in ("学", "类"):
            resolve_name(build, item.name + body, said)
            resolve_name(build, item.name, said)
            done = True
        elif _says_it_again(build, item, words):
            continue
        elif _names_only(build, words):
            _restricted(build, item, words, said)
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


def resolve_item(build: LevelBuilder, item: Item, said: str) -> None:
    """Enter everything one item admits and bars at the level of `build`."""
    if item.code_range:
        _code_range(build, *item.code_range)
        return
    for code in item.prefix_codes:
        for node in _nodes_of_code(build.level, code):
            build.grant_node(node, said)
    gate = _gate_by_exclusion(build.level, item) if item.exclude else None
    exclude_words(build, item.exclude)
    if gate is not None:
        build.grant_node(gate, said)
        return
    if item.restrict:
        _restricted(build, item, item.restrict, said)
        return
    for name in item.include:
        if known(build, bare_name(name)):
            resolve_name(build, bare_name(name), said)
    if item.asked_of and _asked(build, item, said):
        return
    _resolve_plain(build, item, said)


def known_name_of(build: LevelBuilder, item: Item) -> bool:
    """Tell whether the name beside a code is one the reader knows at this or another level."""
    levels = (build, *(LevelBuilder(level, build.lexicon) for level in MajorLevel))
    return any(known(each, item.name) for each in levels)


def _code_of_unknown_name(build: LevelBuilder, item: Item, said: str) -> None:
    """思政（030503）: sure where the name shortens the official one, else the code is only a hint."""
    for code in item.codes:
        digits, own = _digits(code)
        if re.search(r"[ZJ]", code):
            # A major a school set up within a discipline: nobody else of the discipline is meant.
            build.grant(keys.within(digits, item.name), said, how="major")
            continue
        for node in () if own else _nodes_of_code(build.level, digits):
            build.grant_node(node, said, sure=_shortens(item.name, node.name), how="code")


def _shortens(short: str, name: str) -> bool:
    rest = iter(name)
    return len(short) > 1 and all(char in rest for char in short)


def _resolve_plain(build: LevelBuilder, item: Item, said: str) -> None:
    nodes = coded_nodes(build.level, item)
    for node in nodes:
        build.grant_node(node, said)
        if node.kind in ("field", "second_level"):
            build.grant(keys.name(node.name), said, how="major")
    if nodes:
        if item.name:
            _same_name_elsewhere(build, item, said)
        return
    if item.codes and item.name and not known_name_of(build, item):
        _code_of_unknown_name(build, item, said)
    if not item.name:
        if item.codes:
            build.unread.append("、".join(item.codes))
        return
    if _hinted(build, item, said):
        return
    before = len(build.grants)
    resolve_name(build, item.name, said)
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
