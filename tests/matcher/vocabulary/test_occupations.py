"""Occupations and job titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.tables import read_table

OCCUPATIONS = load_occupations()
ROWS = read_table("occupations.csv")
TITLES = read_table("occupation_titles.csv")
OWN = [(row["title"], row["code"]) for row in TITLES if row["origin"] == "own"]


def test_every_title_leads_to_an_occupation_there_is() -> None:
    assert all(OCCUPATIONS.get(row["code"]) for row in TITLES)


def test_every_code_is_there_once_and_hangs_under_a_major_group() -> None:
    codes = [row["code"] for row in ROWS]

    assert len(set(codes)) == len(codes) == len(OCCUPATIONS)
    assert [o.code[0] for o in OCCUPATIONS.list_occupations()] == list("12345678")
    assert all(OCCUPATIONS.parent(c) for c in codes if not c.endswith("-00-00-00"))


@given(st.sampled_from(OWN))
def test_a_title_set_by_hand_is_read_exactly(title_and_code: tuple[str, str]) -> None:
    title, code = title_and_code

    best = OCCUPATIONS.find(title)[0]

    assert (best.code, best.score, best.how) == (code, 1.0, "exact")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("会计", "2-06-03-00"),
        ("急聘会计5000-8K", "2-06-03-00"),
        ("财务实习生（可留用+班车+住宿）", "2-06-03-00"),
        ("销售代表（可接受应届生）", "4-01-02-01"),
        ("机械设计工程师（五险一金）", "2-02-07-01"),
        ("高级Python工程师", "2-02-10-03"),
        ("市公安局四级主任科员", "3-01-01-00"),
        ("县医院急诊护士", "2-05-08-03"),
    ],
)
def test_advertising_around_a_title_does_not_hide_it(title: str, code: str) -> None:
    assert OCCUPATIONS.find(title)[0].code == code


def test_what_stands_in_brackets_does_not_make_a_known_title_uncertain() -> None:
    assert OCCUPATIONS.find("会计（含出纳、税务申报）")[0].how == "exact"


def test_a_title_like_nothing_known_is_left_unread() -> None:
    assert OCCUPATIONS.find("qwxz") == ()
    assert OCCUPATIONS.find("") == ()


@given(st.text(), st.integers(1, 5))
def test_any_title_reads_best_first_within_the_limit(title: str, limit: int) -> None:
    found = OCCUPATIONS.find(title, limit)

    assert len(found) <= limit
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    assert len({m.code for m in found}) == len(found)
    assert all(0 <= m.score <= 1 and (m.score < 1 or m.how == "exact") for m in found)


def test_the_middle_group_of_an_occupation_is_found() -> None:
    assert OCCUPATIONS.middle_group("2-06-03-00") == "2-06-00-00"
    assert OCCUPATIONS.middle_group("2060300") == "2-06-00-00"
    assert OCCUPATIONS.middle_group("2-00-00-00") is None
    assert OCCUPATIONS.middle_group("9-99-99-99") is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("会计专业", "2-06-03-00"),
        ("2-06-03", "2-06-03-00"),
        ("20603", "2-06-03-00"),
        ("shgz", "2-07-11-01"),
        ("会记", None),
    ],
)
def test_the_search_box_takes_names_codes_and_initials(query: str, code: str | None) -> None:
    found = [match.code for match in OCCUPATIONS.search(query)]

    assert code is None or code in found


@given(st.text(max_size=30))
def test_no_query_makes_the_search_crash(query: str) -> None:
    assert len(OCCUPATIONS.search(query, 5)) <= 5


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Python讲师", "2-02-10-03"),
        ("Java少儿编程老师 上市平台", "2-02-10-03"),
    ],
)
def test_whoever_teaches_a_subject_is_not_surely_of_that_trade(title: str, code: str) -> None:
    assert all(m.score < 0.7 for m in OCCUPATIONS.find(title) if m.code == code)


def test_a_known_title_with_only_rank_around_it_is_nearly_sure() -> None:
    for title in ("会计专员", "高级会计", "采购主管", "储备护士", "兼职翻译"):
        assert OCCUPATIONS.find(title)[0].score >= 0.9, title


def test_praise_behind_a_title_does_not_make_it_less_sure() -> None:
    plain = OCCUPATIONS.find("物流专员")[0]

    for praise in (
        "薪资6000+年终奖",
        " 周末双休 五险一金",
        "，包食宿，提供班车",
        "(底薪5000+提成)",
    ):
        assert OCCUPATIONS.find("物流专员" + praise)[0].code == plain.code
        assert OCCUPATIONS.find("物流专员" + praise)[0].score >= 0.9


def test_praise_in_front_of_a_title_does_not_hide_it() -> None:
    assert OCCUPATIONS.find("周末双休 年终奖/物流专员")[0].code == "4-02-06-03"


def test_a_title_that_stands_in_brackets_only_is_read() -> None:
    assert OCCUPATIONS.find("急聘（会计/出纳）")[0].code == "2-06-03-00"


@pytest.mark.parametrize("title", ["图像算法研发工程师", "Python接口研发工程师"])
def test_an_occupation_stands_before_the_whole_group_it_lies_in(title: str) -> None:
    assert OCCUPATIONS.find(title)[0].code[-5:] != "00-00"


def test_teachers_of_either_word_are_the_same_occupation() -> None:
    assert OCCUPATIONS.find("幼儿园老师")[0] == OCCUPATIONS.find("幼儿园教师")[0]
