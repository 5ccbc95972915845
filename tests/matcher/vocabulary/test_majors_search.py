"""The search box for majors: what people type, and the order of the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node
from matcher.vocabulary.majors.searching import label_of, search
from matcher.vocabulary.pinyin import sound_of
from matcher.vocabulary.tables import read_table

CATALOGUE = load_catalogue()
LEAVES = [node for node in CATALOGUE.nodes if node.kind in LEAF_KINDS]
GROUPS = [node for node in CATALOGUE.nodes if node.kind not in LEAF_KINDS and node.code]


def names(query: str, limit: int = 20) -> list[str]:
    return [hit.ref.name for hit in search(query, limit)]


@given(st.sampled_from(LEAVES))
def test_a_whole_name_is_found_first(node: Node) -> None:
    found = search(node.name, level=node.level)

    assert name_key(found[0].ref.name) == name_key(node.name)
    assert found[0].why == "name"


@given(st.sampled_from([node for node in LEAVES if node.code]))
def test_a_code_finds_its_row(node: Node) -> None:
    found = search(node.code, level=node.level, limit=50)

    assert any(hit.ref == CATALOGUE.ref(node) for hit in found)
    assert {hit.why for hit in found} == {"code"}


@given(st.sampled_from(GROUPS))
def test_a_class_or_gate_is_found_by_name_and_code_only_where_groups_are_asked_for(
    node: Node,
) -> None:
    for query in (node.name, node.code):
        with_groups = search(query, 100, groups=True)
        without = search(query, 100)

        assert any((h.ref, h.kind) == (CATALOGUE.ref(node), node.kind) for h in with_groups)
        assert all(hit.kind in LEAF_KINDS for hit in without)


@given(st.sampled_from(LEAVES))
def test_a_name_is_found_by_its_sound_whole_and_in_initials(node: Node) -> None:
    key = name_key(node.name)
    sound = sound_of(key)

    for query in (sound.full, sound.initials):
        if query.isalpha() and len(query) > 3:
            assert key in {name_key(n) for n in names(query, limit=200)}


@pytest.mark.parametrize(
    ("query", "name", "why"),
    [
        ("会计学", "会计学", "name"),
        ("会计学专业", "会计学", "name"),
        (" 会 计 学 ", "会计学", "name"),
        ("120203K", "会计学", "code"),
        ("1202Z1", "工商管理学", "code"),
        ("dsjykj", "大数据与会计", "initials"),
        ("kuaijixue", "会计学", "pinyin"),
        ("计算机kexue", "计算机科学与技术", "pinyin"),
        ("土木公程", "土木工程", "pinyin"),
        ("会汁学", "会计学", "typo"),
        ("计算机及应用", "计算机科学与技术", "old_name"),
        ("工商管理类", "工商管理", "name"),
    ],
)
def test_what_people_type_is_answered_first(query: str, name: str, why: str) -> None:
    first = search(query)[0]

    assert (first.ref.name, first.why) == (name, why)


def test_the_order_is_whole_name_beginning_then_inside() -> None:
    found = names("会计", limit=50)

    assert found[0] == "会计"
    assert found.index("会计学") < found.index("大数据与会计")


@pytest.mark.parametrize("query", ["管理", "计算机", "护理", "工"])
def test_names_of_today_stand_before_names_of_then_and_each_row_once(query: str) -> None:
    found = search(query, 2000, groups=True)
    whys = [hit.why for hit in found if len(hit.said) != len(query)]

    assert whys == sorted(whys, key=["name", "pinyin", "old_name", "typo"].index)
    assert len({(hit.ref, hit.kind in LEAF_KINDS) for hit in found}) == len(found)


def test_a_sound_inside_two_other_syllables_is_not_heard() -> None:
    assert "互联网金融" not in names("护理", limit=200)


def test_nobody_who_typed_a_whole_name_is_offered_typos() -> None:
    assert all(hit.why != "typo" for hit in search("会计学"))


def test_an_old_name_shows_what_was_said_and_whether_it_is_certain() -> None:
    first = search("计算机及应用")[0]

    assert (first.said, first.certain) == ("计算机与应用", True)
    assert label_of(first) == "计算机与应用 → 计算机科学与技术 · 本科 · 080901 · 计算机类"


def test_an_old_name_of_several_majors_is_certain_of_none() -> None:
    level, old = next(
        key
        for key, found in CATALOGUE.successors.items()
        if len({s.name for s in found}) > 1 and not CATALOGUE.named(*key)
    )

    hits = [hit for hit in search(old, level=level) if hit.said == old]

    assert hits
    assert not any(hit.certain for hit in hits)


def test_a_label_says_name_level_code_and_class() -> None:
    assert label_of(search("120203")[0]) == "会计学 · 本科 · 120203 · 工商管理类"
    assert label_of(search("0809", groups=True)[0]) == "计算机类 · 本科 · 0809 · 工学"


@given(st.sampled_from(MajorLevel), st.sampled_from(["会计", "0809", "jsj", "护里"]))
def test_a_level_keeps_the_others_away(level: MajorLevel, query: str) -> None:
    assert {hit.ref.level for hit in search(query, level=level, groups=True)} <= {level}


@given(st.text(max_size=80), st.integers(0, 30), st.booleans())
def test_no_query_makes_the_search_crash_or_say_a_row_twice(
    query: str, limit: int, groups: bool
) -> None:
    found = search(query, limit, groups=groups)

    assert len(found) <= limit
    assert len({(hit.ref, hit.kind) for hit in found}) == len(found)


@pytest.mark.parametrize("query", ["", " ", "。", "qqqqqqqq", "9999", "·"])
def test_nothing_and_nonsense_find_nothing(query: str) -> None:
    assert search(query) == []


def test_nearly_every_name_is_spelt_beforehand() -> None:
    spelt = {row["name"] for row in read_table("pinyin.csv")}

    missing = [node.name for node in CATALOGUE.nodes if name_key(node.name) not in spelt]

    assert len(missing) < len(CATALOGUE.nodes) * 0.03
