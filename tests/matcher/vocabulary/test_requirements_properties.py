"""Properties of the reader: it reads back what was written, and nothing makes it crash or lie."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import MajorRef, load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.majors.references import GRADUATE, NATIONAL
from matcher.vocabulary.requirements import (
    Decision,
    LeafIndex,
    Meaning,
    Student,
    Term,
    compile_requirement,
    judge,
    leaf_key,
    leaf_of,
    read_requirement,
)

NODES = load_catalogue().nodes
UNDERGRADUATE = [n for n in NODES if n.namespace == NATIONAL and n.kind in ("class", "major")]
DISCIPLINES = [
    n for n in NODES if n.namespace == GRADUATE and n.kind in ("discipline", "professional")
]
STUDENTS = [
    *(Student(leaf.level, leaf.name, leaf.code or None) for leaf in load_catalogue().leaves()[::7]),
    Student(MajorLevel.BACHELOR, "元宇宙工程"),
    Student(MajorLevel.BACHELOR, "计算机及应用"),
    Student(MajorLevel.GRADUATE, "计算机（自设方向）"),
    Student(MajorLevel.GRADUATE, "智能会计", "1202Z1"),
]
LEAVES = [leaf_of(student) for student in STUDENTS]
INDEX = LeafIndex(LEAVES)

GRAMMARS = st.sampled_from(["{n}", "{n}（{c}）", "{c}{n}", "{n}({c}T)", "{c} {n}"])
SEPARATORS = st.sampled_from(["、", "，", "；", ", ", ";", "\n", "，\n", "/"])
FRAGMENTS = st.sampled_from(
    [
        "计算机类",
        "法学",
        "会计学",
        "会计",
        "不限",
        "专业不限",
        "等相关专业",
        "（不含",
        "）",
        "(",
        ")",
        "本科：",
        "研究生:",
        "专科",
        "0809",
        "120203K",
        "（0301）",
        "B030101",
        "仅限",
        "除",
        "以外",
        "、",
        "，",
        "；",
        "。",
        "或者",
        "类",
        "工学",
        "财会审计类",
        "以上均为专业名称",
        "一级学科：",
        "非",
        "方向",
        "具有证书",
        "护理",
        "艺术学",
        "土木、水利与交通工程",
        "飞天类",
        "1202，",
        "大类",
        "硕士",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=14).map("".join)
COLUMNS = st.sampled_from([None, "本科", "研究生", "专科", "混合", "UG+PG", "本科及以上", "？"])


def render(nodes: list[Node], grammar: str, separator: str) -> str:
    return separator.join(grammar.format(n=node.name, c=node.code) for node in nodes)


@given(st.lists(st.sampled_from(UNDERGRADUATE), min_size=1, max_size=8), GRAMMARS, SEPARATORS)
def test_what_is_written_for_bachelors_is_read_back(
    nodes: list[Node], grammar: str, separator: str
) -> None:
    requirement = read_requirement(render(nodes, grammar, separator), "本科")

    reading = requirement.by_level[MajorLevel.BACHELOR]
    assert set(reading.classes) == {n.code for n in nodes if n.kind == "class"}
    assert set(reading.majors) == {n.code for n in nodes if n.kind == "major"}
    assert reading.unread == ()
    assert not reading.unlimited


@given(
    st.lists(st.sampled_from(DISCIPLINES), min_size=1, max_size=8),
    st.sampled_from(["{n}（{c}）", "{c}{n}", "{c} {n}"]),
    SEPARATORS,
)
def test_what_is_written_for_graduates_is_read_back(
    nodes: list[Node], grammar: str, separator: str
) -> None:
    requirement = read_requirement(render(nodes, grammar, separator), "研究生")

    reading = requirement.by_level[MajorLevel.GRADUATE]
    assert set(reading.disciplines) == {n.code for n in nodes}
    assert reading.unread == ()


@given(st.lists(st.sampled_from(UNDERGRADUATE), min_size=2, max_size=6), GRAMMARS)
def test_order_and_separator_do_not_matter(nodes: list[Node], grammar: str) -> None:
    one = read_requirement(render(nodes, grammar, "、"), "本科")
    other = read_requirement(render(nodes[::-1], grammar, "；\n"), "本科")

    verdicts = [{(i, v) for i, v, _ in INDEX.compile(requirement)} for requirement in (one, other)]
    assert verdicts[0] == verdicts[1]


@given(
    st.lists(st.sampled_from(UNDERGRADUATE), min_size=1, max_size=5), st.sampled_from(UNDERGRADUATE)
)
def test_an_exclusion_never_admits_more(nodes: list[Node], excluded: Node) -> None:
    plain = render(nodes, "{n}", "、")
    before = {i: v for i, v, _ in INDEX.compile(read_requirement(plain, "本科"))}

    narrowed = INDEX.compile(read_requirement(f"{plain}（不含{excluded.name}）", "本科"))

    assert all(before.get(i) in (verdict, Verdict.YES) for i, verdict, _ in narrowed)


@given(st.sampled_from([n for n in UNDERGRADUATE if n.kind == "major"]))
def test_nobody_explicitly_excluded_fits(major: Node) -> None:
    above = load_catalogue().by_code[NATIONAL, major.parent_code]
    requirement = read_requirement(f"{above.name}（不含{major.name}）", "本科")

    answer = judge(requirement, Student(MajorLevel.BACHELOR, major.name, major.code))

    assert answer.verdict is Verdict.NO


@settings(max_examples=150)
@given(TEXTS, COLUMNS)
def test_compiling_equals_judging_pair_by_pair(text: str, column: str | None) -> None:
    requirement = read_requirement(text, column)

    compiled = {i: (verdict, how) for i, verdict, how in compile_requirement(requirement, LEAVES)}

    for number, student in enumerate(STUDENTS):
        answer = judge(requirement, student)
        expected = None if answer.verdict is Verdict.NO else (answer.verdict, answer.how)
        assert compiled.get(number) == expected


@given(st.one_of(st.text(max_size=80), TEXTS), COLUMNS, st.sampled_from([None, "某省2030"]))
def test_no_text_makes_the_reader_crash_and_spans_cover_it(
    text: str, column: str | None, directory: str | None
) -> None:
    requirement = read_requirement(text, column, directory)

    assert "".join(span.text for span in requirement.spans) == text
    for level in MajorLevel:
        judge(requirement, Student(level, text[:20] or "法学", text[:6]))


@given(TEXTS)
def test_unlimited_is_never_silent(text: str) -> None:
    requirement = read_requirement(text, "本科")

    reading = requirement.by_level.get(MajorLevel.BACHELOR)
    if reading is not None and reading.unlimited:
        assert any(word in text for word in ("不限", "除", "非"))


RANK = {Verdict.NO: 0, Verdict.MAYBE: 1, Verdict.YES: 2}
MEANINGS = st.sampled_from(list(Meaning))
STRANGE_WORDS = st.sampled_from(["甲乙丙类", "财会审计类", "会计学", "以上", "某省某目录"])


def answers(text: str, **people: Any) -> list[Verdict]:
    requirement = read_requirement(text, "本科", **people)
    return [judge(requirement, student).verdict for student in STUDENTS]


@given(
    st.lists(st.sampled_from(UNDERGRADUATE), min_size=1, max_size=5),
    st.sampled_from(UNDERGRADUATE),
    GRAMMARS,
    SEPARATORS,
)
def test_another_major_in_the_list_never_admits_fewer(
    nodes: list[Node], more: Node, grammar: str, separator: str
) -> None:
    before = answers(render(nodes, grammar, separator))

    after = answers(render([*nodes, more], grammar, separator))

    assert all(RANK[a] >= RANK[b] for a, b in zip(after, before, strict=True))


@given(
    st.lists(st.sampled_from(UNDERGRADUATE), min_size=1, max_size=5),
    GRAMMARS,
    st.sampled_from(["等相关专业", "等相近专业", "及相关专业", "、相关专业", "，等相关专业"]),
)
def test_an_open_end_turns_no_into_maybe_and_nothing_else(
    nodes: list[Node], grammar: str, open_end: str
) -> None:
    closed = answers(render(nodes, grammar, "、"))

    opened = answers(render(nodes, grammar, "、") + open_end)

    changes = {(b, a) for b, a in zip(closed, opened, strict=True) if a is not b}
    assert changes <= {(Verdict.NO, Verdict.MAYBE)}


@given(TEXTS, st.sampled_from(UNDERGRADUATE))
def test_an_exclusion_put_behind_any_text_never_admits_more(text: str, barred: Node) -> None:
    before = answers(text)

    after = answers(f"{text}，不含{barred.name}") if text else before

    assert all(RANK[a] <= RANK[b] or a is Verdict.MAYBE for a, b in zip(after, before, strict=True))


@given(st.lists(st.sampled_from(UNDERGRADUATE), max_size=4), STRANGE_WORDS, MEANINGS, st.booleans())
def test_a_term_changes_nothing_where_its_words_do_not_stand(
    nodes: list[Node],
    words: str,
    meaning: Meaning,
    certain: bool,
) -> None:
    text = render(nodes, "{n}（{c}）", "、") or "法学"
    if name_key(words) in name_key(text):
        return
    term = Term(
        words, meaning, "national:0809" if meaning is Meaning.NODE else words, None, certain
    )

    assert read_requirement(text, "本科", terms=[term]) == read_requirement(text, "本科")


@given(TEXTS, st.lists(st.sampled_from(range(len(STUDENTS))), max_size=6), st.booleans())
def test_decisions_settle_maybe_and_nothing_else(
    text: str,
    numbers: list[int],
    fits: bool,
) -> None:
    said = Verdict.YES if fits else Verdict.NO
    decisions = [Decision(leaf_key(LEAVES[number]), said) for number in numbers]
    settled = {leaf_key(LEAVES[number]) for number in numbers}

    before, after = answers(text), answers(text, decisions=decisions)

    for leaf, one, other in zip(LEAVES, before, after, strict=True):
        decided = one is Verdict.MAYBE and leaf_key(leaf) in settled
        assert other is (said if decided else one)


@given(TEXTS, STRANGE_WORDS, MEANINGS, COLUMNS, st.lists(st.sampled_from(LEAVES), max_size=3))
def test_compiling_equals_judging_with_terms_and_decisions_too(
    text: str, words: str, meaning: Meaning, column: str | None, decided: list[MajorRef]
) -> None:
    target = "national:0809" if meaning is Meaning.NODE else words
    requirement = read_requirement(
        f"{text}、{words}",
        column,
        terms=[Term(words, meaning, target)],
        decisions=[Decision(leaf_key(leaf), Verdict.YES) for leaf in decided],
    )

    compiled = {number: (verdict, how) for number, verdict, how in INDEX.compile(requirement)}

    for number, student in enumerate(STUDENTS):
        answer = judge(requirement, student)
        expected = None if answer.verdict is Verdict.NO else (answer.verdict, answer.how)
        assert compiled.get(number) == expected
