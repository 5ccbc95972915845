"""Places that are no more: codes and names of old registers and identity numbers."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.regions import load_regions
from matcher.vocabulary.regions_history import RegionHistory, load_history
from matcher.vocabulary.regions_table import load_table
from matcher.vocabulary.tables import read_table

REGIONS = load_regions()
HISTORY = load_history()
ROWS = read_table("region_changes.csv")
YEARS = st.none() | st.dates(dt.date(1980, 1, 1), dt.date(2026, 12, 31))


def row(code: str, name: str, until: int, new_code: str, new_name: str) -> dict[str, str]:
    return {
        "code": code,
        "name": name,
        "since": "",
        "until": str(until),
        "kind": "recoded",
        "new_code": new_code,
        "new_name": new_name,
        "certain": "1",
    }


@given(st.sampled_from(HISTORY.codes()), YEARS)
def test_every_code_there_was_is_a_region_of_today_or_says_why_not(
    code: str, on: dt.date | None
) -> None:
    found = REGIONS.resolve(code, on)

    assert all(
        REGIONS.get(c) for c in (*found.candidates, *filter(None, (found.code, found.within)))
    )
    assert found.how != "unknown"
    assert (found.code is None) == (found.how in {"several", "dissolved"})
    assert bool(found.candidates) == (found.how == "several")


@given(st.sampled_from(HISTORY.codes()), YEARS)
def test_what_was_resolved_once_stays_as_it_is(code: str, on: dt.date | None) -> None:
    found = REGIONS.resolve(code, on)

    for today in (*found.candidates, *filter(None, (found.code, found.within))):
        assert REGIONS.resolve(today).code == today


def test_no_change_leads_back_in_time_or_to_itself() -> None:
    spans = {(r["code"], r["name"], int(r["since"] or 0), int(r["until"])) for r in ROWS}

    loops = [r for r in ROWS if (r["code"], r["name"]) == (r["new_code"], r["new_name"])]
    backwards = [span for span in spans if span[2] > span[3]]

    assert (loops, backwards) == ([], [])


def test_every_successor_is_a_region_of_today_or_a_later_row() -> None:
    known = {r["code"] for r in ROWS}

    lost = [
        r["new_code"]
        for r in ROWS
        if r["new_code"] and r["new_code"] not in known and REGIONS.get(r["new_code"]) is None
    ]

    assert lost == []


def test_two_meanings_of_a_code_never_share_more_than_the_year_of_change() -> None:
    spans: dict[str, set[tuple[int, int]]] = {}
    for r in ROWS:
        spans.setdefault(r["code"], set()).add((int(r["since"] or 0), int(r["until"])))

    for found in spans.values():
        ordered = sorted(found)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ordered))


def test_nearly_every_county_since_identity_numbers_leads_to_one_region() -> None:
    late = {r["code"] for r in ROWS if int(r["until"]) > 1984 and not r["code"].endswith("00")}

    sure = [code for code in late if REGIONS.resolve(code).code is not None]

    assert len(sure) / len(late) > 0.96


@pytest.mark.parametrize(
    ("code", "today"),
    [
        ("110104", "110102"),  # 宣武区 joined 西城区.
        ("330125", "330110"),  # 余杭县, 余杭市 under two codes, 余杭区.
        ("512222", "500154"),  # 开县 of Sichuan, then of Chongqing.
        ("513022", "511722"),
        ("342401", "341500"),  # A county-level city that became its prefecture.
        ("440601", "440600"),  # The districts of a prefecture together.
        ("420600", "420600"),
        ("532331", "532302"),
    ],
)
def test_an_old_code_is_followed_through_every_change(code: str, today: str) -> None:
    assert REGIONS.resolve(code).code == today


def test_a_divided_place_is_left_to_a_person_with_what_is_sure() -> None:
    found = REGIONS.resolve("341400")

    assert (found.code, found.candidates) == (None, ("340100", "340200", "340500"))
    assert (found.within, found.how, found.name, found.until) == (
        "340000",
        "several",
        "巢湖市",
        2011,
    )


def test_a_dissolved_place_without_successor_is_sure_in_its_prefecture_only() -> None:
    found = REGIONS.resolve("640102")

    assert (found.code, found.candidates, found.within, found.how) == (
        None,
        (),
        "640100",
        "dissolved",
    )


@pytest.mark.parametrize("code", ["999999", "000000", "990001", "abcdef", ""])
def test_a_code_of_no_book_is_unknown_and_nothing_is_made_up(code: str) -> None:
    found = HISTORY.resolve(code)

    assert (found.code, found.candidates, found.within, found.how) == (None, (), None, "unknown")


def test_a_code_used_twice_means_what_it_meant_that_year() -> None:
    before, after = dt.date(1986, 7, 1), dt.date(2001, 7, 1)

    assert REGIONS.resolve("440106", before).code == "440103"  # 芳村区, today 荔湾区.
    assert REGIONS.resolve("440106", after).code == "440106"  # 天河区.


def test_in_the_year_of_an_exchange_both_meanings_are_kept() -> None:
    assert REGIONS.resolve("440106", dt.date(1988, 7, 1)).candidates == ("440103", "440106")


def test_an_identity_number_carries_the_code_of_the_years_it_may_be_from() -> None:
    grown_up = REGIONS.resolve_identity("440106", dt.date(1960, 5, 1))
    young = REGIONS.resolve_identity("440106", dt.date(2001, 5, 1))

    assert (grown_up.candidates, young.code) == (("440103", "440106"), "440106")
    assert REGIONS.resolve_identity("512201", dt.date(1985, 5, 1)).code == "500101"


@given(st.text(max_size=20), YEARS)
def test_no_text_in_the_place_of_a_code_makes_it_crash(code: str, on: dt.date | None) -> None:
    found = REGIONS.resolve(code, on)

    assert found.code is None or REGIONS.get(found.code) is not None


def test_a_table_that_goes_in_circles_ends_without_an_answer() -> None:
    circle = [row("990001", "甲县", 1990, "990002", "乙县")]
    circle += [row("990002", "乙县", 1991, "990001", "甲县")]

    assert RegionHistory(load_table(), circle).resolve("990001").code is None


def test_a_name_that_came_back_at_its_code_is_followed_from_the_right_year() -> None:
    first = row("990002", "乙县", 1985, "110101", "东城区")
    again = row("990002", "乙县", 2000, "110102", "西城区") | {"since": "1990"}
    before = row("990001", "甲县", 1990, "990002", "乙县")

    assert RegionHistory(load_table(), [before, first, again]).resolve("990001").code == "110102"


def test_a_number_given_after_the_change_has_the_new_meaning_only() -> None:
    assert REGIONS.resolve_identity("440106", dt.date(1986, 5, 1)).code == "440106"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("襄樊市", "420600"),
        ("湖北襄樊", "420600"),
        ("淮阴市", "320800"),
        ("密云县", "110118"),
        ("浙江省余杭县", "330110"),
        ("北京市宣武区陶然亭", "110102"),
        ("上海闸北", "310106"),
        ("重庆市江北区", "500157"),
        ("江北区", "330205"),
        ("广东省广州市东山区", "440104"),
        ("通县", "110112"),
        ("512222", "500154"),
        ("330125001000", "330110"),
    ],
)
def test_a_place_text_in_the_words_of_then_is_read_as_of_today(text: str, code: str) -> None:
    found = REGIONS.find(text)

    assert found is not None
    assert (found.code, found.candidates) == (code, ())


def test_an_old_name_of_several_places_is_left_to_a_person() -> None:
    found = REGIONS.find("莱芜市")

    assert found is not None
    assert (found.code, found.candidates) == ("370100", ("370116", "370117"))


@pytest.mark.parametrize(
    "text", ["公园", "动力", "红星美凯龙", "先锋村", "北市镇人民政府", "四方集团", "123456"]
)
def test_everyday_words_are_not_read_as_places_that_were(text: str) -> None:
    assert REGIONS.find(text) is None


def test_a_city_named_again_stays_the_city() -> None:
    found = REGIONS.find("安阳市纪律检查委员会安阳市监察委员会")

    assert found is not None
    assert found.code == "410500"


@given(st.sampled_from([r for r in read_table("regions.csv") if r["valid_from"]]))
def test_todays_names_begin_within_the_years_of_the_code_books(region: dict[str, str]) -> None:
    assert 1980 < int(region["valid_from"]) <= 2026
