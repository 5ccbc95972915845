"""Properties of the reader: it reads back what was written, and nothing makes it crash or lie."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.majors.references import GRADUATE, NATIONAL
from matcher.vocabulary.requirements import (
    LeafIndex,
    Student,
    compile_requirement,
    judge,
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
