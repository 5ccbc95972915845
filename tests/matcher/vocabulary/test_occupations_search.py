"""The search box for occupations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.occupations import Occupation, load_occupations
from matcher.vocabulary.occupations_search import label_of, search
from matcher.vocabulary.pinyin import sound_of
from matcher.vocabulary.text import bare

OCCUPATIONS = load_occupations()
EVERY = [one for one in OCCUPATIONS.list_all() if one.is_occupation]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("kuaiji", "2-06-03-00"),
        ("chuna", "2-06-03-00"),
        ("xzzy", "3-01-01-01"),
        ("点工", "6-31-01-03"),
        ("护士", "2-05-08-00"),
        ("2-06-03", "2-06-03-00"),
        ("20603", "2-06-03-00"),
        ("幼师", "2-08-03-00"),
        ("仓库管理圆", "4-02-06-01"),
    ],
)
def test_the_first_answer_is_what_people_mean(query: str, code: str) -> None:
    assert search(query)[0].code == code


@given(st.sampled_from(EVERY))
def test_every_occupation_is_found_by_name_code_and_sound(one: Occupation) -> None:
    name, code = one.name, one.code
    sound = sound_of(bare(name))

    for query in (name, code, sound.full):
        if query.isascii() and query.isalpha() and len(query) < 3:
            continue
        assert code in {match.code for match in search(query, 60)}


@given(st.text(max_size=80), st.integers(0, 20))
def test_no_query_makes_it_crash_or_exceed_its_limit(query: str, limit: int) -> None:
    found = search(query, limit)

    assert len(found) <= limit
    assert len({match.code for match in found}) == len(found)
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)


def test_a_label_says_name_code_and_group() -> None:
    assert label_of(search("2-06-03-00")[0]) == "会计专业人员 · 2-06-03-00 · 经济和金融专业人员"
