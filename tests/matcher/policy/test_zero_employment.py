"""The state of a household is derived from its members, and says what is missing when it cannot be told."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.policy.zero_employment import (
    Definition,
    Member,
    derive,
    get_definition,
    load_definitions,
)

ON = dt.date(2026, 11, 22)
NATIONAL = get_definition("640104", ON)
MAN = Member(1, dt.date(1985, 3, 1), "unemployed", "male", None, True, True, True, "urban", True)


def test_all_of_working_age_out_of_work_is_yes() -> None:
    told = derive([MAN], NATIONAL, ON)

    assert (told.result, told.reason, told.basis) == ("yes", "all_without_work", "official")


def test_one_who_works_makes_it_no_whatever_else_is_unknown() -> None:
    told = derive([MAN, Member(2, dt.date(1986, 1, 1), "flexible", "female"),
                   Member(3, None, "unknown")], NATIONAL, ON)  # fmt: skip

    assert (told.result, told.reason, told.ask) == ("no", "somebody_works", ())


@pytest.mark.parametrize("status", ["student", "service", "retired", "internal_retirement"])
def test_students_servicemen_and_the_retired_are_not_counted(status: str) -> None:
    other = Member(2, dt.date(2004, 1, 1), status, "male")

    assert derive([MAN, other], NATIONAL, ON).result == "yes"
    alone = derive([other], NATIONAL, ON)
    assert (alone.result, alone.reason) == ("no", "nobody_counted")


@pytest.mark.parametrize(
    ("changes", "part", "reason"),
    [
        ({"birth_on": dt.date(2011, 1, 1)}, "not_counted", "under_age"),
        ({"birth_on": dt.date(1960, 1, 1)}, "not_counted", "over_age"),
        ({"birth_on": dt.date(1960, 1, 1), "work_status": "employed"}, "not_counted", "over_age"),
        ({"is_able": False}, "not_counted", "not_able"),
        ({"is_willing": False}, "not_counted", "not_willing"),
        ({"work_status": "laid_off"}, "without_work", "laid_off"),
        ({"work_status": "sick_leave"}, "working", "sick_leave"),
        ({"work_status": "sick_leave", "is_able": False}, "not_counted", "not_able"),
    ],
)
def test_what_a_member_means(changes: dict[str, object], part: str, reason: str) -> None:
    (line,) = derive([replace(MAN, **changes)], NATIONAL, ON).lines

    assert (line.part, line.reason) == (part, reason)


@pytest.mark.parametrize(
    ("changes", "ask"),
    [
        ({"birth_on": None}, ("birth_on",)),
        ({"work_status": "unknown"}, ("work_status",)),
        ({"work_status": "child"}, ("work_status",)),
        ({"is_able": None, "is_willing": None}, ("is_able", "is_willing")),
        ({"sex": "female", "birth_on": dt.date(1973, 6, 1)}, ("original_age",)),
        ({"sex": None, "birth_on": dt.date(1970, 6, 1)}, ("sex",)),
    ],
)
def test_what_is_missing_is_asked_for(changes: dict[str, object], ask: tuple[str, ...]) -> None:
    told = derive([replace(MAN, **changes)], NATIONAL, ON)

    assert (told.result, told.ask) == ("unknown", ask)


def test_a_household_without_members_cannot_be_told() -> None:
    assert derive([], NATIONAL, ON).ask == ("members",)


def test_registration_counts_where_the_region_asks_for_it() -> None:
    xian = get_definition("610102", ON)
    unregistered = replace(MAN, is_registered=False)

    assert derive([unregistered], NATIONAL, ON).result == "yes"
    assert derive([unregistered], xian, ON).ask == ("registration",)
    assert derive([MAN], xian, ON).result == "yes"


@pytest.mark.parametrize(("income", "result"), [(True, "no"), (False, "yes"), (None, "unknown")])
def test_business_income_stands_against_it_where_the_region_says_so(
    income: bool | None, result: str
) -> None:
    zhengzhou = get_definition("410102", ON)

    assert derive([MAN], zhengzhou, ON, has_business_income=income).result == result


@pytest.mark.parametrize(
    ("kinds", "basis"),
    [
        (("urban", "rural"), "official"),
        (("rural", "urban"), "union_own"),
        ((None, "rural"), "union_own"),
        ((None, None), None),
    ],
)
def test_a_family_outside_the_urban_definition_gets_the_unions_own_flag(
    kinds: tuple[str | None, str | None], basis: str | None
) -> None:
    second = replace(MAN, member_id=2, hukou=kinds[1], is_holder=False)

    told = derive([replace(MAN, hukou=kinds[0]), second], NATIONAL, ON)

    assert (told.result, told.basis) == ("yes", basis)
    assert told.ask == (() if basis else ("hukou",))


def test_mixed_registration_without_the_holders_is_asked_for() -> None:
    two = [replace(MAN, is_holder=False), replace(MAN, hukou="rural", is_holder=False)]

    assert derive(two, NATIONAL, ON).basis is None


def test_where_registration_does_not_matter_everybody_is_official() -> None:
    anywhere = replace(NATIONAL, urban_only=False)

    assert derive([replace(MAN, hukou="rural")], anywhere, ON).basis == "official"


def test_sick_leave_counts_as_without_work_where_the_region_says_so() -> None:
    region = replace(NATIONAL, sick_leave_counts=True)

    assert derive([replace(MAN, work_status="sick_leave")], region, ON).result == "yes"


def test_every_definition_has_a_source_and_grade_and_none_holds_before_its_day() -> None:
    assert all(one.source and one.grade in set("ABCU") for one in load_definitions())
    with pytest.raises(LookupError):
        get_definition("640104", dt.date(2007, 12, 31))


_PEOPLE = st.builds(
    Member,
    member_id=st.integers(1, 9),
    birth_on=st.none() | st.dates(dt.date(1950, 1, 1), dt.date(2026, 1, 1)),
    work_status=st.sampled_from(
        [
            "employed",
            "flexible",
            "laid_off",
            "unemployed",
            "sick_leave",
            "retired",
            "student",
            "service",
            "child",
            "unknown",
        ]
    ),
    sex=st.sampled_from([None, "male", "female"]),
    original_age=st.sampled_from([None, 50, 55]),
    is_able=st.sampled_from([None, True, False]),
    is_willing=st.sampled_from([None, True, False]),
    is_registered=st.booleans(),
    hukou=st.sampled_from([None, "urban", "rural", "converted"]),
)


@given(st.lists(_PEOPLE, max_size=5), st.sampled_from(load_definitions()))
def test_yes_means_that_nobody_works_and_nothing_is_missing(
    members: list[Member], definition: Definition
) -> None:
    told = derive(members, definition, ON, has_business_income=False)
    parts = [line.part for line in told.lines]

    assert (told.result == "no") == ("working" in parts or set(parts) == {"not_counted"})
    if told.result == "yes":
        assert set(parts) <= {"without_work", "not_counted"}
        assert "without_work" in parts
    if told.result == "unknown":
        assert told.ask
