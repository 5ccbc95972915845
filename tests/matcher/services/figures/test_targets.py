"""Rules of the targets: whole people decide, lists are as long as figures, denominators say who counts and who left."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.cohorts import CohortStanding, LeaveReason
from matcher.services.figures import branches, target_pages, years
from matcher.services.figures.counting import count_figures
from matcher.services.figures.missing import list_missing
from matcher.services.figures.moments import Moment, end_of, moment_of
from matcher.services.figures.shapes import Figure
from matcher.services.figures.targets import BY_NAME, TARGETS, Target, read_targets
from matcher.services.figures.who_counts import read_who_counts
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.targets import (
    DAY,
    Town,
    count_in,
    fill_town,
    make_town,
    make_year_before,
    place,
    serve,
    take_census,
)


@pytest.fixture
def town(session: Session) -> Town:
    """Give the town with its people."""
    made = make_town(session)
    fill_town(session, made)
    return made


def _moment(session: Session, town: Town, as_of: dt.date | None = None) -> Moment:
    return moment_of(session, town.drive, as_of)


def _target(percent: int, done: int, base: int) -> Target:
    figure = Figure("x", 0)
    return Target(
        BY_NAME["placed"],
        percent,
        "",
        replace(figure, value=done),
        replace(figure, value=base),
        figure,
        None,
    )


@pytest.mark.parametrize(
    ("percent", "done", "base", "short"),
    [
        (60, 3, 5, 0),
        (60, 2, 5, 1),
        (60, 4, 7, 1),
        (60, 5, 7, 0),
        (100, 199, 200, 1),
        (100, 0, 0, 0),
        (60, 599, 1000, 1),
    ],
)
def test_a_target_is_reached_by_whole_people_and_never_by_rounding(
    percent: int, done: int, base: int, short: int
) -> None:
    target = _target(percent, done, base)

    assert target.short_by == short
    assert target.is_reached == (short == 0 and base > 0)


def test_the_targets_count_what_was_served_and_placed_after_a_service(
    session: Session, town: Town
) -> None:
    found = read_targets(session, town.manager, town.drive.id, town.city.id, _moment(session, town))

    counts = {one.codes.name: (one.n_done, one.n_base, one.missing.value) for one in found}
    assert counts == {
        "coverage": (9, 14, 5),
        "placed": (6, 14, 8),
        "zero_employment": (1, 2, 1),
    }
    assert [one.done.reported for one in found] == [None, 1, 0]


def test_only_targets_the_drive_has_set_are_read(session: Session, town: Town) -> None:
    town.drive.targets = {"placed": {"percent": 50, "source": "本市"}}

    found = read_targets(session, town.manager, town.drive.id, town.city.id, _moment(session, town))

    assert [(one.codes.name, one.percent, one.source) for one in found] == [("placed", 50, "本市")]


@pytest.mark.parametrize("codes", TARGETS, ids=lambda one: one.key)
def test_who_is_missing_is_as_many_as_the_figure_at_every_union_and_day(
    session: Session, town: Town, codes: object
) -> None:
    target = next(one for one in TARGETS if one is codes)
    for union in (town.city, *town.counties):
        for as_of in (None, town.drive.opens_on + 6 * DAY):
            moment = _moment(session, town, as_of)
            asked = (session, town.manager, town.drive.id, union.id, moment)

            listed = list_missing(*asked, target, limit=100)
            figure = count_figures(*asked, codes=(target.missing,)).values[target.missing]

            assert (listed.total, len(listed.people)) == (figure.value, figure.value)


def test_the_missing_of_the_children_are_the_missing_of_the_whole(
    session: Session, town: Town
) -> None:
    asked = (session, town.manager, town.drive.id, town.city.id, _moment(session, town))
    codes = BY_NAME["placed"]

    parts = [
        list_missing(*asked, codes, child_union_id=one.id, limit=100).total for one in town.counties
    ]

    assert parts == [5, 3]
    assert list_missing(*asked, codes, limit=100).total == sum(parts)


def test_beside_a_missing_person_stands_the_newest_service_and_who_answers(
    session: Session, town: Town
) -> None:
    serve(session, town.caseworker, town.people[7], clock.today())
    asked = (session, town.manager, town.drive.id, town.city.id, _moment(session, town))

    found = list_missing(*asked, BY_NAME["placed"], limit=100)

    by_person = {one.row.graduate_id: one for one in found.people}
    served, untouched = by_person[town.people[7].id], by_person[town.people[9].id]
    assert served.act is not None
    assert served.act.happened_on == clock.today()
    assert served.case is not None
    assert untouched.act is None
    assert untouched.row.is_earlier
    assert by_person[town.people[5].id].placement is not None


def test_who_counts_says_who_joined_and_who_left_for_which_reason(
    session: Session, town: Town
) -> None:
    drive, first = town.drive, town.counties[0]
    count_in(session, drive, first, since=drive.opens_on + 3 * DAY)
    count_in(session, drive, first, left=(drive.opens_on + 4 * DAY, LeaveReason.NO_WISH, False))
    asked = (session, town.manager, drive.id, town.city.id, _moment(session, town))

    found = read_who_counts(*asked)

    assert found is not None
    assert (found.counted_on, found.n_joined) == (drive.opens_on, 1)
    assert [(one.reason, one.counts_out, one.n) for one in found.left] == [
        (LeaveReason.DUPLICATE, True, 1),
        (LeaveReason.NO_WISH, False, 1),
    ]
    values = count_figures(*asked, codes=("left_out", "left_counted")).values
    assert found.n_left == sum(one.value or 0 for one in values.values())


def test_before_the_day_nobody_has_left_and_before_the_census_nobody_counts(
    session: Session, town: Town
) -> None:
    def told(moment: Moment) -> object:
        return read_who_counts(session, town.manager, town.drive.id, town.city.id, moment)

    start = town.drive.opens_on
    day_after = told(Moment(start, start + DAY, end_of(start + DAY)))

    assert day_after is not None
    assert getattr(day_after, "left") == ()  # noqa: B009 - object of the helper
    assert told(Moment(start, start, end_of(start - DAY))) is None


def test_districts_stand_in_the_order_of_codes_with_the_unions_own_first(
    session: Session, town: Town
) -> None:
    count_in(session, town.drive, town.city)
    make_union(session, town.city)
    page = target_pages.read_target_page(session, town.manager, town.drive.id)

    found = target_pages.count_children(session, town.manager, page, BY_NAME["placed"])

    assert [(one.union.id, one.is_own) for one in found] == [
        (town.city.id, True),
        *((one.id, False) for one in town.counties),
    ]


def test_weeks_add_up_to_todays_figure_and_last_years_stand_beside(
    session: Session, town: Town
) -> None:
    before = make_year_before(session, town)
    old = count_in(session, before, town.counties[0])
    serve(session, town.caseworker, old, before.opens_on)
    place(session, old, before.opens_on + 8 * DAY)
    page = target_pages.read_target_page(session, town.manager, town.drive.id)

    weeks, last = target_pages.count_weeks(session, town.manager, page, BY_NAME["placed"])

    assert weeks[-1].n == page.values["helped"].value
    assert weeks[-1].until_on == clock.today()
    assert [one.n for one in weeks] == sorted(one.n for one in weeks)
    assert (last[0], last[1], last[-1]) == (0, 1, 1)


def test_last_year_is_read_at_the_same_day_of_its_course(session: Session, town: Town) -> None:
    before = make_year_before(session, town)
    early, late = (count_in(session, before, town.counties[0]) for _ in range(2))
    for person, day in ((early, 20), (late, 40)):
        serve(session, town.caseworker, person, before.opens_on)
        place(session, person, before.opens_on + day * DAY)

    page = target_pages.read_target_page(session, town.manager, town.drive.id)

    assert page.before is not None
    assert page.before.values["helped"].value == 1
    assert page.before.values["need_help"].value == 2


def test_over_the_years_each_drive_of_the_union_stands_at_its_end(
    session: Session, town: Town
) -> None:
    before = make_year_before(session, town)
    late = count_in(session, before, town.counties[0])
    serve(session, town.caseworker, late, before.opens_on)
    place(session, late, before.closes_on)
    elsewhere = make_drive(session, make_union(session), opens_on=before.opens_on)
    take_census(session, elsewhere)
    moment = _moment(session, town)

    found = years.figure_over_years(
        session, town.manager, town.drive.id, town.city.id, moment, "helped_rate"
    )

    assert [(one.drive.id, one.is_present) for one in found] == [
        (before.id, False),
        (town.drive.id, True),
    ]
    assert [(one.figure.numerator, one.figure.denominator) for one in found] == [(1, 1), (6, 14)]


def test_a_county_reads_its_own_part_and_nobody_elses(session: Session, town: Town) -> None:
    first, second = town.counties
    worker = make_actor(session, Role.CASEWORKER, union=first)

    page = target_pages.read_target_page(session, worker, town.drive.id)

    assert page.union_id == first.id
    assert page.branch.above == ()
    assert page.values["need_help"].value == 10
    for other in (second, town.city, make_union(session)):
        with pytest.raises(NotFoundError):
            target_pages.read_target_page(session, worker, town.drive.id, other.id)


def test_a_union_above_a_countys_drive_reads_it_from_the_countys_union(
    session: Session, town: Town
) -> None:
    own = make_drive(session, town.counties[0])

    found = branches.find_branch(session, town.manager, own)

    assert found.union.id == town.counties[0].id
    assert found.above == ()


def test_who_may_not_see_figures_reads_none(session: Session, town: Town) -> None:
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=town.city)

    with pytest.raises(NotAllowedError):
        target_pages.read_target_page(session, organiser, town.drive.id)
    with pytest.raises(NotAllowedError):
        branches.find_present_drive(session, organiser)


def test_who_signed_or_studies_on_needs_no_help_and_stays_in_the_whole(
    session: Session, town: Town
) -> None:
    count_in(session, town.drive, town.counties[1], standing=CohortStanding.UNKNOWN)
    page = target_pages.read_target_page(session, town.manager, town.drive.id)

    values = {code: page.values[code].value for code in ("graduates", "signed", "study")}

    assert values == {"graduates": 17, "signed": 1, "study": 1}
    assert page.values["need_help"].value == 15
