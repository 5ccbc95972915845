"""Places and place texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.regions import MUNICIPALITIES, load_regions

REGIONS = load_regions()
CODES = sorted(r.code for p in REGIONS.list_regions() for r in [p, *REGIONS.list_regions(p.code)])
COUNTIES = sorted(
    c.code for code in CODES for c in REGIONS.list_regions(code) if c.level == "county"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("北京·海淀区·中关村", "110108"),
        ("上海-奉贤区", "310120"),
        ("广州", "440100"),
        ("山东省滨州市滨城区", "371602"),
        ("滨州渤海", "371600"),
        ("中共郑州市纪律检查委员会", "410100"),
        ("汕头市金平区", "440511"),
        ("中共和平县委组织部", "441624"),
        ("中共和县县委", "340523"),
        ("西安", "610100"),
        ("海南", "460000"),
        ("增城经济技术开发区管理委员会", "440118"),
        ("国家税务总局杭州市余杭区税务局", "330110"),
        ("河南省济源市", "419001"),
        ("济南市市中区", "370103"),
        ("长春朝阳", "220104"),
        ("吉林·吉林", "220200"),
        ("昆山某某电子", "320583"),
        ("想在银川或附近做会计", "640100"),
        ("天河区，广州", "440106"),
        ("内蒙", "150000"),
    ],
)
def test_a_place_text_gives_its_most_specific_region(text: str, code: str) -> None:
    found = REGIONS.find(text)

    assert found is not None
    assert (found.code, found.ambiguous) == (code, False)


@pytest.mark.parametrize(
    "text",
    ["", "中山路88号", "中山大学", "东方航空", "新华书店", "省委台湾工作办公室", "主城区", "省直"],
)
def test_what_is_not_a_place_is_not_read_as_one(text: str) -> None:
    assert REGIONS.find(text) is None


def test_a_name_of_several_provinces_is_left_to_a_person() -> None:
    found = REGIONS.find("朝阳区")

    assert found is not None
    assert (found.code, found.candidates, found.ambiguous) == (None, ("110105", "220104"), True)


def test_a_short_name_two_places_share_in_common_use_is_left_to_a_person() -> None:
    found = REGIONS.find("朝阳")

    assert found is not None
    assert (found.code, "110105" in found.candidates, "211300" in found.candidates) == (
        None,
        True,
        True,
    )


def test_of_several_candidates_in_one_province_the_province_is_certain() -> None:
    found = REGIONS.find("江苏鼓楼")

    assert found is not None
    assert (found.code, found.candidates) == ("320000", ("320106", "320302"))


def test_the_surroundings_of_a_sheet_decide_between_equal_names() -> None:
    found = REGIONS.find("朝阳区", within="110000")

    assert found is not None
    assert found.code == "110105"


def test_a_later_place_elsewhere_does_not_move_the_first() -> None:
    found = REGIONS.find("上海市浦东新区，出差北京市")

    assert found is not None
    assert found.code == "310115"


@given(st.sampled_from(CODES + COUNTIES))
def test_every_region_written_from_the_province_down_is_read_back(code: str) -> None:
    found = REGIONS.find(REGIONS.name_of(code))

    assert found is not None
    assert found.code == code


@given(st.sampled_from(COUNTIES), st.sampled_from(["·", "-", "/", " ", ""]))
def test_province_city_and_county_may_be_joined_by_anything(code: str, separator: str) -> None:
    chain = reversed(REGIONS.ancestors(code))
    regions = filter(None, map(REGIONS.get, chain))

    found = REGIONS.find(separator.join(region.name for region in regions))

    assert found is not None
    assert found.code == code


@given(st.text())
def test_any_text_reads_and_names_only_regions_there_are(text: str) -> None:
    found = REGIONS.find(text)

    if found is not None:
        assert all(REGIONS.get(code) for code in (*found.candidates, *filter(None, [found.code])))


@given(st.sampled_from(CODES + COUNTIES))
def test_every_region_lies_in_its_parents_up_to_a_province(code: str) -> None:
    chain = REGIONS.ancestors(code)

    assert chain[0] == code
    assert REGIONS.province_of(code) == chain[-1] == code[:2] + "0000"
    assert all(REGIONS.contains(outer, code) for outer in chain)


def test_a_municipality_is_its_own_prefecture() -> None:
    assert {REGIONS.city_of(code) for code in ("110108", "110000", "110100", "11")} == {"110000"}
    assert all(REGIONS.province_of(code) == code for code in MUNICIPALITIES)


def test_a_county_under_its_province_is_its_own_prefecture_and_a_province_has_none() -> None:
    assert REGIONS.city_of("419001") == "419001"
    assert REGIONS.city_of("440106") == "440100"
    assert REGIONS.city_of("440000") is None
    assert REGIONS.city_of("999999") is None


def test_codes_are_read_short_and_long() -> None:
    assert [
        getattr(REGIONS.get(c), "code", None) for c in ("44", "4401", "440106", "440106001000")
    ] == [
        "440000",
        "440100",
        "440106",
        "440106",
    ]
    assert REGIONS.get("000000") is None
