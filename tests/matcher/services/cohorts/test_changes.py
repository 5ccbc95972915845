"""After the census everything is a row of the log: coming, leaving, coming back, correcting."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import HardshipTier, Role
from matcher.kinds.cohorts import CohortActKind, CohortStanding, LeaveReason, StandingBasis
from matcher.models.cohorts import CohortAct, CohortHouseholdAct
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services import drive_entries
from matcher.services.cohorts import correcting, history, joining, lists, log
from matcher.services.cohorts.correcting import CorrectedPlace
from matcher.services.cohorts.lists import CohortView
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import make_census, make_cohort_act
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household

TODAY = clock.today()
CENSUS = TODAY - dt.timedelta(days=20)


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def manager(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=union)


@pytest.fixture
def drive(session: Session, union: Union) -> Drive:
    made = make_drive(session, union, opens_on=CENSUS, census_on=CENSUS)
    make_census(session, made, counted_on=CENSUS)
    return made


def _graduate(session: Session, union: Union, **household: object) -> Graduate:
    home = make_household(session, union, **household)  # type: ignore[arg-type] # by name
    return make_graduate(session, union, household=home)


def _counted(session: Session, drive: Drive, union: Union, **changes: object) -> CohortAct:
    person = _graduate(session, union)
    long_ago = clock.now() - dt.timedelta(days=30)
    make_entry(session, drive, person, entered_at=long_ago)
    days = {"since_on": CENSUS, "happened_on": CENSUS}
    return make_cohort_act(session, drive, person, **(days | changes))


def _newest(session: Session, drive: Drive, graduate_id: int) -> CohortAct:
    found = log.find_newest(session, drive.id, graduate_id)
    assert found is not None
    return found


def _counts(session: Session, drive: Drive, on: dt.date) -> set[int]:
    found = sa.select(CohortAct.graduate_id).where(
        CohortAct.id.in_(log.newest_ids(drive.id)), log.counts_on(on)
    )
    return set(session.scalars(found))


def _leave(
    session: Session, by: Actor, act: CohortAct, reason: LeaveReason, **given: dt.date
) -> CohortAct:
    drive_entries.leave_drive(
        session, by, act.drive_id, act.graduate_id, reason=reason, words="本人来电", **given
    )
    found = log.find_newest(session, act.drive_id, act.graduate_id)
    assert found is not None
    return found


def test_whoever_enters_later_counts_from_that_day_with_the_household(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    late = _graduate(session, union, tier=HardshipTier.DEEP)
    without = make_graduate(session, union)

    drive_entries.enter_graduates(session, manager, drive.id, [late.id, without.id])

    act = _newest(session, drive, late.id)
    assert (act.kind, act.since_on, act.tier) == (CohortActKind.JOINED, TODAY, HardshipTier.DEEP)
    assert log.find_newest(session, drive.id, without.id) is None
    homes = session.scalars(sa.select(CohortHouseholdAct.household_id)).all()
    assert homes == [late.household_id]


def test_whose_file_comes_in_force_later_is_counted_the_night_after_and_once(
    session: Session, drive: Drive, union: Union
) -> None:
    person = make_graduate(session, union)
    make_entry(session, drive, person)
    n_before = joining.catch_up(session)
    person.household_id = make_household(session, union).id
    session.flush()

    n_first, n_second = joining.catch_up(session), joining.catch_up(session)

    assert (n_before, n_first, n_second) == (0, 1, 0)


@pytest.mark.parametrize(
    ("reason", "counts_out", "left_on"),
    [
        (LeaveReason.NO_WISH, False, TODAY),
        (LeaveReason.OUT_OF_REACH, False, TODAY),
        (LeaveReason.FILE_EXITED, False, TODAY),
        (LeaveReason.OTHER, False, TODAY),
        (LeaveReason.DIED, True, TODAY),
        (LeaveReason.MOVED, True, TODAY),
        (LeaveReason.MISTAKE, True, CENSUS),
        (LeaveReason.DUPLICATE, True, CENSUS),
    ],
)
def test_who_leaves_stays_in_the_denominator_unless_the_reason_takes_out_of_it(
    session: Session,
    manager: Actor,
    drive: Drive,
    union: Union,
    reason: LeaveReason,
    counts_out: bool,
    left_on: dt.date,
) -> None:
    act = _counted(session, drive, union)

    left = _leave(session, manager, act, reason)

    assert (left.kind, left.counts_out, left.left_on) == (CohortActKind.LEFT, counts_out, left_on)
    assert (act.graduate_id in _counts(session, drive, TODAY)) is not counts_out
    before = CENSUS <= TODAY - dt.timedelta(days=1) < left_on
    assert (act.graduate_id in _counts(session, drive, TODAY - dt.timedelta(days=1))) is (
        before or not counts_out
    )


def test_leaving_twice_writes_one_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)

    first = _leave(session, manager, act, LeaveReason.NO_WISH)
    second = _leave(session, manager, act, LeaveReason.MOVED)

    assert first.id == second.id


def test_a_day_of_leaving_lies_between_entering_and_today(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)

    for day in (TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=40)):
        with pytest.raises(InvalidInputError):
            _leave(session, manager, act, LeaveReason.MOVED, left_on=day)
    left = _leave(session, manager, act, LeaveReason.MOVED, left_on=TODAY - dt.timedelta(days=3))

    assert left.left_on == TODAY - dt.timedelta(days=3)


def test_who_comes_back_counts_again_as_before_and_the_leaving_stays_on_record(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union, standing=CohortStanding.SEEKING)
    left = _leave(session, manager, act, LeaveReason.MOVED)

    drive_entries.enter_graduates(session, manager, drive.id, [act.graduate_id])

    back = _newest(session, drive, act.graduate_id)
    assert (back.kind, back.replaces_id) == (CohortActKind.RETURNED, left.id)
    assert (back.left_on, back.reason, back.counts_out) == (None, None, False)
    assert (back.since_on, back.standing) == (CENSUS, CohortStanding.SEEKING)
    assert session.scalar(sa.select(sa.func.count(CohortAct.id))) == 3


def test_what_was_known_before_a_row_does_not_change(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union, entered_at=clock.now() - dt.timedelta(days=19))
    instant = clock.now() - dt.timedelta(days=1)
    known = sa.select(CohortAct.id).where(CohortAct.id.in_(log.newest_ids(drive.id, instant)))

    before = session.scalars(known).all()
    _leave(session, manager, act, LeaveReason.MISTAKE)

    assert session.scalars(known).all() == before == [act.id]


def _place(act: CohortAct, **changes: object) -> CorrectedPlace:
    stands = {name: getattr(act, name) for name in CorrectedPlace.__dataclass_fields__}
    return CorrectedPlace(**(stands | changes))


def test_a_correction_is_a_new_row_that_names_the_one_before(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)
    wish = _place(act, standing=CohortStanding.SIGNED, is_earlier_year=True)

    made = correcting.correct_place(
        session, manager, drive.id, act.graduate_id, wish, words="看了协议", expected_act_id=act.id
    )

    assert (made.kind, made.replaces_id) == (CohortActKind.CORRECTED, act.id)
    assert (made.standing, made.standing_basis) == (
        CohortStanding.SIGNED,
        StandingBasis.CORRECTION,
    )
    assert made.is_earlier_year
    assert made.since_on == made.happened_on == CENSUS
    assert session.get_one(CohortAct, act.id).standing is CohortStanding.UNKNOWN


def test_a_correction_after_leaving_does_not_bring_back(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)
    left = _leave(session, manager, act, LeaveReason.DIED)

    made = correcting.correct_place(
        session,
        manager,
        drive.id,
        act.graduate_id,
        _place(left, is_zero_employment=True),
        words="x",
    )

    assert (made.left_on, made.reason, made.counts_out) == (TODAY, LeaveReason.DIED, True)


def test_a_correction_needs_a_reason_a_change_and_the_newest_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)
    changed = _place(act, standing=CohortStanding.SIGNED)

    with pytest.raises(InvalidInputError) as silent:
        correcting.correct_place(session, manager, drive.id, act.graduate_id, changed, words=" ")
    with pytest.raises(InvalidInputError) as same:
        correcting.correct_place(
            session, manager, drive.id, act.graduate_id, _place(act), words="x"
        )
    with pytest.raises(ConflictError):
        correcting.correct_place(
            session,
            manager,
            drive.id,
            act.graduate_id,
            changed,
            words="x",
            expected_act_id=act.id + 9,
        )
    elsewhere = _place(act, union_id=make_union(session).id)
    with pytest.raises(NotFoundError):
        correcting.correct_place(session, manager, drive.id, act.graduate_id, elsewhere, words="x")

    assert silent.value.details["fields"].keys() == {"words"}
    assert same.value.details["fields"].keys() == {"standing"}


def test_two_who_write_at_once_do_not_replace_the_same_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)
    log.follow(session, manager, act, CohortActKind.CORRECTED, happened_on=CENSUS)

    with pytest.raises(RuleBrokenError) as refused:
        log.follow(session, manager, act, CohortActKind.CORRECTED, happened_on=CENSUS)

    assert refused.value.code == "cohort_changed"


def test_each_view_lists_as_many_as_it_counts(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    stays = _counted(session, drive, union, is_earlier_year=True)
    _counted(session, drive, union, standing=CohortStanding.SIGNED)
    out = _counted(session, drive, union)
    _leave(session, manager, out, LeaveReason.DIED)
    make_entry(session, drive, make_graduate(session, union))
    late = _graduate(session, union)
    drive_entries.enter_graduates(session, manager, drive.id, [late.id])
    correcting.correct_place(
        session,
        manager,
        drive.id,
        stays.graduate_id,
        _place(stays, is_zero_employment=True),
        words="x",
    )

    pages = {view: lists.list_cohort(session, manager, drive.id, view=view) for view in CohortView}

    assert {view: len(page.rows) for view, page in pages.items()} == pages[CohortView.LEFT].counts
    assert {view.value: page.total for view, page in pages.items()} == {
        "counted": 3,
        "need": 2,
        "earlier": 1,
        "joined": 1,
        "left": 1,
        "corrected": 1,
        "outside": 1,
    }


def test_a_union_sees_its_own_people_and_an_outsider_none(
    session: Session, drive: Drive, union: Union
) -> None:
    county = make_union(session, union)
    mine, theirs = _counted(session, drive, county), _counted(session, drive, union)
    officer = make_actor(session, Role.CASEWORKER, union=county)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)

    page = lists.list_cohort(session, officer, drive.id)

    assert [row.act.graduate_id for row in page.rows if row.act] == [mine.graduate_id]
    other = session.get_one(Graduate, theirs.graduate_id).public_id
    with pytest.raises(NotFoundError):
        history.read_history(session, officer, drive.id, other)
    with pytest.raises(NotAllowedError):
        lists.list_cohort(session, organiser, drive.id)
    with pytest.raises(NotFoundError):
        lists.list_cohort(session, make_actor(session, Role.CASEWORKER), drive.id)


def test_the_history_opens_the_words_of_each_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = _counted(session, drive, union)
    left = _leave(session, manager, act, LeaveReason.NO_WISH)
    public_id = session.get_one(Graduate, act.graduate_id).public_id

    found = history.read_history(session, manager, drive.id, public_id)

    assert [one.id for one in found.acts] == [left.id, act.id]
    assert found.words == {left.id: "本人来电"}
    assert left.words_cipher is not None
    assert "本人来电".encode() not in left.words_cipher
