"""Lists, copies, the steps and the public page of fairs."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.kinds import EmployerState, PostingState, Role
from matcher.kinds.fair_paperwork import PlanPart
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_paperwork import FairPlanPart
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall
from matcher.models.organisations import Union
from matcher.services.fair_employers.books import read_book
from matcher.services.fair_hall import booths
from matcher.services.fairs import (
    copying,
    duties,
    entering,
    lists,
    overview,
    public,
    safety_plan,
    sessions,
)
from matcher.services.fairs.lists import When
from matcher.services.fairs.overview import StepState
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_hall,
    make_session,
    make_visitor,
)
from tests.factories.postings import make_employer, make_posting
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")


def _world(session: Session, **changes: object) -> tuple[Actor, Fair]:
    union = make_union(session)
    fair = make_fair(
        session,
        make_drive(session, union),
        **({"expected_people": 1500, "first_on": TODAY + dt.timedelta(days=40)} | changes),
    )
    return make_actor(session, Role.FAIR_ORGANISER, union=union), fair


def test_fairs_to_come_stand_before_those_past_and_each_by_its_day(session: Session) -> None:
    by, soon = _world(session)
    drive = session.get_one(Drive, soon.drive_id)
    later, past, long_past, today = (
        make_fair(session, drive, first_on=TODAY + dt.timedelta(days=n)) for n in (60, -3, -30, 0)
    )
    elsewhere = make_fair(session)

    found = lists.list_fairs(session, by)

    assert [row.fair.id for row in found.rows] == [
        one.id for one in (today, soon, later, past, long_past)
    ]
    assert elsewhere.id not in [row.fair.id for row in found.rows]
    for when, wanted in (
        (When.TODAY, [today.id]),
        (When.COMING, [soon.id, later.id]),
        (When.PAST, [past.id, long_past.id]),
    ):
        some = lists.list_fairs(session, by, when=when)
        assert [row.fair.id for row in some.rows] == wanted


def test_a_union_below_reads_a_fair_and_does_not_change_it(session: Session) -> None:
    _, fair = _world(session)
    county = make_union(session, session.get_one(Union, fair.union_id))
    below = make_actor(session, Role.FAIR_ORGANISER, union=county)

    assert [row.fair.id for row in lists.list_fairs(session, below).rows] == [fair.id]
    with pytest.raises(NotFoundError):
        entering.edit_fair(session, below, fair.public_id, entering.facts_of(fair))


def test_a_copy_has_place_sessions_booths_and_plan_and_nobody(session: Session) -> None:
    by, fair = _world(session)
    make_session(session, fair, approved_number=1500)
    make_session(session, fair, begins_minute=800, ends_minute=900, approved_number=400)
    booth = make_booth(session, make_hall(session, fair), make_fair_employer(session, fair))
    safety_plan.write_part(
        session, by, fair.public_id, PlanPart.FIRE, text="甲", who="乙", is_done=True
    )
    make_visitor(session, fair)
    first_on = fair.first_on + dt.timedelta(days=30)

    made = copying.copy_fair(session, by, fair.public_id, first_on=first_on, title="下一场")

    held = sessions.sessions_of(session, made.id)
    assert [(one.held_on, one.approved_number) for one in held] == [
        (first_on, None),
        (first_on, 400),
    ]
    copied = session.scalars(sa.select(Booth).where(Booth.fair_id == made.id)).one()
    assert (copied.label, copied.fair_employer_id) == (booth.label, None)
    part = session.scalars(sa.select(FairPlanPart).where(FairPlanPart.fair_id == made.id)).one()
    assert (part.text, part.is_done) == ("甲", False)
    count = sa.select(sa.func.count(FairEmployer.id)).where(FairEmployer.fair_id == made.id)
    assert session.scalar(count) == 0
    assert made.token != fair.token
    assert session.scalar(sa.select(sa.func.count(FairHall.id))) == 2


def test_the_steps_of_a_fair_name_one_that_is_next(session: Session) -> None:
    _, fair = _world(session)

    def states() -> dict[str, StepState]:
        counts = overview.counts_of(session, fair)
        steps = overview.steps_of(fair, counts, duties.duties_of(session, fair))
        return {one.code: one.state for one in steps}

    begun = states()
    make_session(session, fair)
    then = states()

    assert [code for code, state in begun.items() if state is StepState.NEXT] == ["sessions"]
    assert [code for code, state in then.items() if state is StepState.NEXT] == ["plan"]
    assert list(begun)[-1] == "report"


def _shown(session: Session) -> tuple[Fair, FairEmployer]:
    _, fair = _world(session, state=FairState.ANNOUNCED)
    drive = session.get_one(Drive, fair.drive_id)
    employer = make_employer(session, industry="39")
    place = make_fair_employer(session, fair, employer)
    for state in (PostingState.PUBLISHED, PostingState.CLOSED):
        make_fair_posting(session, place, make_posting(session, drive, employer, state=state))
    return fair, place


def test_the_public_page_shows_accepted_employers_and_published_posts_alone(
    session: Session,
) -> None:
    fair, place = _shown(session)
    for state in FairEmployerState:
        if state is not FairEmployerState.ACCEPTED:
            make_fair_employer(session, fair, state=state)

    found = public.read_public(session, fair)

    assert (found.n_employers, found.n_postings) == (1, 1)
    assert [trade.code for trade in found.trades] == ["C"]
    assert place.fair_id == fair.id


def test_who_was_stopped_after_being_confirmed_is_shown_nowhere(session: Session) -> None:
    fair, place = _shown(session)
    fair.state = FairState.ANNOUNCED
    booth = make_booth(session, make_hall(session, fair), place)
    assert booths.find_booth(session, booth.public_id).label == booth.label
    before = public.fingerprint(session, fair)

    session.get_one(Employer, place.employer_id).state = EmployerState.SUSPENDED
    session.flush()

    assert public.fingerprint(session, fair) != before
    assert public.read_public(session, fair).n_employers == 0
    assert overview.counts_of(session, fair).n_postings == 0
    assert [one.holder for one in public.read_floor(session, fair).booths] == [None]
    assert read_book(session, fair).n_employers == 0
    with pytest.raises(NotFoundError):
        booths.find_booth(session, booth.public_id)


def test_page_booklet_booth_and_counts_agree_on_the_posts_shown(session: Session) -> None:
    fair, place = _shown(session)
    drive, employer = (
        session.get_one(Drive, fair.drive_id),
        session.get_one(Employer, place.employer_id),
    )
    early = make_posting(session, drive, employer, closes_on=fair.first_on - dt.timedelta(days=1))
    make_fair_posting(session, place, early)

    assert public.read_public(session, fair).n_postings == 1
    assert read_book(session, fair).n_posts == 1
    assert len(booths.posts_of(session, place.id)) == 1
    assert overview.counts_of(session, fair).n_postings == 1


def test_the_public_floor_names_nobody_who_is_not_accepted(session: Session) -> None:
    fair, place = _shown(session)
    hall = make_hall(session, fair)
    make_booth(session, hall, place)
    left = make_employer(session, industry="I")
    make_booth(
        session, hall, make_fair_employer(session, fair, left, state=FairEmployerState.WITHDRAWN)
    )

    floor = public.read_floor(session, fair)

    assert [one.holder.fair_employer_id if one.holder else None for one in floor.booths] == [
        place.id,
        None,
    ]
    assert [one.code for one in floor.trades] == ["C"]


def test_a_fair_in_preparation_has_no_public_page(session: Session) -> None:
    _, fair = _world(session)

    with pytest.raises(NotFoundError):
        public.find_public(session, fair.token)


def test_the_fingerprint_changes_with_whatever_the_page_shows(session: Session) -> None:
    fair, place = _shown(session)
    hall = make_hall(session, fair)
    held = make_session(session, fair)
    seen = [public.fingerprint(session, fair)]

    def note() -> None:
        session.flush()
        seen.append(public.fingerprint(session, fair))

    fair.about = "带好简历"
    note()
    held.name = "早场"
    note()
    make_booth(session, hall, place)
    note()
    place.state = FairEmployerState.WITHDRAWN
    note()
    hall.name = "二号厅"
    note()

    assert len(set(seen)) == len(seen)
    assert public.fingerprint(session, fair) == seen[-1]


def test_nobody_comes_in_or_registers_and_the_page_stays_the_same(session: Session) -> None:
    fair, _ = _shown(session)
    held = make_session(session, fair)
    before = public.fingerprint(session, fair)

    make_visitor(session, fair)
    held.n_entered = held.n_inside = 3
    session.flush()

    assert public.fingerprint(session, fair) == before
