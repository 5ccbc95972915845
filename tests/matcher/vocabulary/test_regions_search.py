"""The search box for places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.regions_search import search


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("银川", "宁夏回族自治区银川市", ""),
        ("川市", "宁夏回族自治区银川市", ""),
        ("jyg", "甘肃省嘉峪关市", ""),
        ("襄樊", "湖北省襄阳市", "襄樊"),
    ],
)
def test_a_place_is_found_by_name_part_initials_and_old_name(
    query: str, name: str, said: str
) -> None:
    assert (name, said) in {(hit.name, hit.said) for hit in search(query, 40)}


def test_what_begins_so_comes_before_what_holds_it() -> None:
    assert search("银川")[0].name == "宁夏回族自治区银川市"


@given(st.text(max_size=80), st.integers(0, 20))
def test_no_query_makes_it_crash_exceed_its_limit_or_say_a_place_twice(
    query: str, limit: int
) -> None:
    found = search(query, limit)

    assert len(found) <= limit
    assert len({hit.code for hit in found}) == len(found)
