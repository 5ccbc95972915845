"""Round trips: what is written from catalogue nodes, in any grammar, is read back exactly.

The lists are honest: without a code stand only names that nothing else at their level carries, as
nobody could tell a bare 法学 (gate, class word and major) or 工程管理 (two catalogues) apart.
"""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.requirements import LeafIndex, Requirement, read_requirement
from tests.oracles.requirement_texts import (
    Part,
    covers,
    expected,
    fields_of,
    members,
    nodes_at,
    published,
    sole_bearer,
)

B, G, C = MajorLevel.BACHELOR, MajorLevel.GRADUATE, MajorLevel.COLLEGE
LEAVES = {level: load_catalogue().leaves(level) for level in MajorLevel}
INDEX = {level: LeafIndex(LEAVES[level]) for level in MajorLevel}
CODED = {level: [n for n in nodes_at(level) if n.code] for level in MajorLevel}
NAMED = {level: [n for n in nodes_at(level) if sole_bearer(n)] for level in MajorLevel}
DIVIDED = {
    level: [n for n in CODED[level] if n.kind in ("class", "discipline") and len(members(n)) > 1]
    for level in MajorLevel
}

WITH_CODE = st.sampled_from(
    [
        "{n}（{c}）",
        "{n}({c})",
        "{n}【{c}】",
        "{n}[{c}]",
        "{n}〔{c}〕",
        "{c}{n}",
        "{c} {n}",
        "{n}{c}",
        "{n} {c}",
        "{n}（代码：{c}）",
        "{n}（{c}）专业",
        "{n} （ {c} ）",
        "{n}\n（{c}）",
    ]
)
SEPARATORS = st.sampled_from(
    ["、", "，", ",", "；", ";", "/", " ", "\n", "、 ", "  ", "，\n", "。"]
)
MARKS = {
    B: ["本科：", "大学本科：", "（本科）", "本科专业为", "本科:", "本科阶段：", "本科学历："],
    G: ["研究生：", "硕士研究生：", "（研究生）", "研究生专业为", "硕士：", "研究生学历："],
    C: ["专科：", "大专：", "（专科）", "专科专业为", "大学专科：", "高职（专科）："],
}
BETWEEN_LEVELS = st.sampled_from(["；", ";", "\n", "。", "；\n", " "])
EXCLUDING = st.sampled_from(
    [
        "{h}（不含{x}）",
        "{h}（{x}除外）",
        "{h}（除{x}外）",
        "{h}（除{x}以外）",
        "{h}（除了{x}之外）",
        "{h}(不包括{x})",
        "{h}（不含{x}专业）",
        "{h}，不含{x}",
        "{h}，除{x}外",
    ]
)
ONLY = st.sampled_from(
    [
        "{n}（{c}，仅限{x}）",
        "{n}（{c}）（仅限{x}）",
        "{n}（仅限{x}）（{c}）",
        "{n}（{c}，限{x}）",
        "{n}（{c}）（限{x}专业）",
        "{n}（{c}）仅限{x}",
    ]
)


@dataclass(frozen=True)
class Writing:
    """A text, the level it speaks of, and what it was written from."""

    text: str
    level: MajorLevel
    nodes: tuple[Node, ...]


def _digits(node: Node, style: str) -> str:
    """Write a code with the letters T and K, in full width or padded with 00, where that is done."""
    if style == "letters" and node.kind == "major" and node.level is B:
        return node.code + "TK"
    if style == "padded" and node.kind == "discipline":
        return node.code + "00"
    if style == "wide":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in node.code)
    return node.code


STYLES = st.sampled_from(["plain", "letters", "wide", "padded"])


@st.composite
def with_codes(draw: st.DrawFn) -> Writing:
    level = draw(st.sampled_from(MajorLevel))
    nodes = draw(st.lists(st.sampled_from(CODED[level]), min_size=1, max_size=6, unique=True))
    grammar, style = draw(WITH_CODE), draw(STYLES)
    items = [grammar.format(n=node.name, c=_digits(node, style)) for node in nodes]
    return Writing(draw(SEPARATORS).join(items), level, tuple(nodes))


@st.composite
def with_names(draw: st.DrawFn) -> Writing:
    level = draw(st.sampled_from(MajorLevel))
    nodes = draw(st.lists(st.sampled_from(NAMED[level]), min_size=1, max_size=6, unique=True))
    grammar = draw(st.sampled_from(["{}", "{}专业"]))
    return Writing(
        draw(SEPARATORS).join(grammar.format(n.name) for n in nodes), level, tuple(nodes)
    )


def verdicts(requirement: Requirement, level: MajorLevel) -> dict[int, Verdict]:
    """Return the verdict of every leaf of a level that is not refused."""
    return {number: verdict for number, verdict, _ in INDEX[level].compile(requirement)}


def disagreements(requirement: Requirement, level: MajorLevel, parts: list[Part]) -> list[str]:
    """Return the leaves judged otherwise than the parts say."""
    got = verdicts(requirement, level)
    wrong = []
    for number, leaf in enumerate(LEAVES[level]):
        right, answer = expected(parts, leaf), got.get(number, Verdict.NO)
        if right is not None and answer is not right:
            wrong.append(f"{leaf.namespace} {leaf.code} {leaf.name}: {answer}, not {right}")
    return wrong


def assert_read_back(requirement: Requirement, level: MajorLevel, nodes: tuple[Node, ...]) -> None:
    reading = requirement.by_level[level]
    assert reading.unread == ()
    assert not reading.unlimited
    assert fields_of(reading) == published(nodes)
    assert disagreements(requirement, level, [Part(node) for node in nodes]) == []


@given(with_codes())
def test_names_with_codes_are_read_back(writing: Writing) -> None:
    requirement = read_requirement(writing.text, writing.level.label)

    assert_read_back(requirement, writing.level, writing.nodes)


@given(with_names())
def test_names_alone_are_read_back(writing: Writing) -> None:
    requirement = read_requirement(writing.text, writing.level.label)

    assert_read_back(requirement, writing.level, writing.nodes)


@st.composite
def by_level(draw: st.DrawFn) -> tuple[str, dict[MajorLevel, tuple[Node, ...]]]:
    levels = draw(st.lists(st.sampled_from(MajorLevel), min_size=2, max_size=3, unique=True))
    texts, nodes = [], {}
    for level in levels:
        chosen = draw(st.lists(st.sampled_from(CODED[level]), min_size=1, max_size=4, unique=True))
        written = [f"{n.name}（{n.code}）" for n in chosen]
        mark = draw(st.sampled_from(MARKS[level]))
        texts.append(mark + draw(st.sampled_from(["、", "，"])).join(written))
        nodes[level] = tuple(chosen)
    return draw(BETWEEN_LEVELS).join(texts), nodes


@given(by_level(), st.sampled_from([None, "混合", "？"]))
def test_each_level_is_read_back_from_its_own_list(
    written: tuple[str, dict[MajorLevel, tuple[Node, ...]]], column: str | None
) -> None:
    text, nodes = written

    requirement = read_requirement(text, column)

    assert set(requirement.by_level) == set(nodes)
    for level, chosen in nodes.items():
        assert_read_back(requirement, level, chosen)


@given(
    st.lists(st.sampled_from(MajorLevel), min_size=2, max_size=2, unique=True),
    st.sampled_from(["不限", "专业不限", "不限专业", "无限制"]),
    BETWEEN_LEVELS,
    st.data(),
)
def test_one_level_may_be_unlimited_beside_a_limited_one(
    levels: list[MajorLevel], unlimited: str, between: str, data: st.DataObject
) -> None:
    free, bound = levels
    node = data.draw(st.sampled_from(CODED[bound]))
    parts = [f"{MARKS[free][0]}{unlimited}", f"{MARKS[bound][0]}{node.name}（{node.code}）"]
    text = between.join(data.draw(st.permutations(parts)))

    requirement = read_requirement(text, "混合")

    assert requirement.by_level[free].unlimited
    assert_read_back(requirement, bound, (node,))


@given(st.sampled_from(MajorLevel), EXCLUDING, st.data())
def test_what_an_exclusion_names_is_refused_and_nothing_else(
    level: MajorLevel, form: str, data: st.DataObject
) -> None:
    group = data.draw(st.sampled_from(DIVIDED[level]))
    under = st.lists(st.sampled_from(members(group)), min_size=1, max_size=3, unique=True)
    barred = tuple(data.draw(under))
    words = form.format(h=f"{group.name}（{group.code}）", x="、".join(n.name for n in barred))

    requirement = read_requirement(words, level.label)

    assert disagreements(requirement, level, [Part(group, but=barred)]) == []


@given(st.sampled_from([B, G]), ONLY, st.data())
def test_a_restriction_admits_the_members_it_names_and_nothing_else(
    level: MajorLevel, form: str, data: st.DataObject
) -> None:
    group = data.draw(st.sampled_from(DIVIDED[level]))
    under = st.lists(st.sampled_from(members(group)), min_size=1, max_size=3, unique=True)
    kept = tuple(data.draw(under))
    words = form.format(n=group.name, c=group.code, x="、".join(n.name for n in kept))

    requirement = read_requirement(words, level.label)

    assert disagreements(requirement, level, [Part(group, only=kept)]) == []


@given(with_codes(), st.data())
def test_order_separators_brackets_and_widths_do_not_matter(
    writing: Writing, data: st.DataObject
) -> None:
    again = data.draw(st.permutations(writing.nodes))
    grammar, between = data.draw(WITH_CODE), data.draw(SEPARATORS)
    other = between.join(grammar.format(n=n.name, c=_digits(n, "wide")) for n in again)

    readings = [read_requirement(t, writing.level.label) for t in (writing.text, other)]

    assert verdicts(readings[0], writing.level) == verdicts(readings[1], writing.level)


@given(with_codes(), st.sampled_from([" ", "  ", "\u3000", "\n", "\r\n", "\t"]))
def test_spaces_and_line_breaks_at_signs_do_not_matter(writing: Writing, blank: str) -> None:
    plain = "，".join(f"{n.name}（{n.code}）" for n in writing.nodes)
    spaced = plain
    for sign in "，（":
        spaced = spaced.replace(sign, sign + blank)

    readings = [read_requirement(t, writing.level.label) for t in (plain, spaced + blank)]

    assert verdicts(readings[0], writing.level) == verdicts(readings[1], writing.level)


@given(with_codes())
def test_every_member_of_what_is_listed_is_admitted(writing: Writing) -> None:
    got = verdicts(read_requirement(writing.text, writing.level.label), writing.level)

    for number, leaf in enumerate(LEAVES[writing.level]):
        if any(covers(node, leaf) for node in writing.nodes):
            assert got[number] is Verdict.YES
