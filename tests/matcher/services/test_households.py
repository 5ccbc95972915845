"""What a file says of tier and zero-employment: set while it is open, and told to ranking."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role
from matcher.models.ranking_runs import RankingChange
from matcher.services.hardship import changes, files, states
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.files import close_rows, holder, open_draft
from tests.factories.people import make_graduate, make_household, make_id_number


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def test_after_a_file_is_closed_its_people_may_stand_in_another(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    first = open_draft(session, worker, holder(id_number=number))

    close_rows(session, first)
    second = open_draft(session, worker, holder(id_number=number))

    assert second.id != first.id


def test_a_closed_file_does_not_change(session: Session, worker: Actor) -> None:
    file = open_draft(session, worker)
    close_rows(session, file)

    with pytest.raises(RuleBrokenError) as refused:
        states.set_tier(session, worker, file.id, HardshipTier.RELATIVE)

    assert refused.value.code == "file_closed"


@pytest.mark.parametrize("act", ["tier", "zero", "withdraw"])
def test_what_changes_priority_is_told_to_ranking_and_to_the_history(
    session: Session, worker: Actor, act: str
) -> None:
    household = open_draft(session, worker)
    graduate = make_graduate(session, None, household=household, union_id=worker.union_id)
    make_entry(session, make_drive(session), graduate)

    if act == "tier":
        states.set_tier(session, worker, household.id, HardshipTier.DEEP)
    elif act == "zero":
        since = dt.date(2026, 2, 1)
        states.set_zero_employment(session, worker, household.id, since=since)
    else:
        files.withdraw_draft(session, worker, household.id, reason="本人不申请")

    told = session.execute(sa.select(RankingChange.side, RankingChange.subject_id)).all()
    assert [tuple(change) for change in told] == [("graduate", graduate.id)]
    newest = changes.list_changes(session, household)[0][0]
    field = {"tier": "tier", "zero": "is_zero_employment", "withdraw": "state"}[act]
    assert field in [one["field"] for one in newest.fields]


def test_the_zero_employment_flag_has_a_day_that_is_not_to_come(
    session: Session, worker: Actor
) -> None:
    file = open_draft(session, worker)
    since = dt.date(2026, 2, 1)

    flagged = states.set_zero_employment(session, worker, file.id, since=since)
    with pytest.raises(RuleBrokenError):
        states.set_zero_employment(session, worker, file.id, since=dt.date(2999, 1, 1))
    state = (flagged.is_zero_employment, flagged.zero_employment_on)
    states.set_zero_employment(session, worker, file.id, since=None)

    assert state == (True, since)
    assert (flagged.is_zero_employment, flagged.zero_employment_on) == (False, None)


def test_households_are_seen_by_their_union_and_by_who_may_see_hardship(
    session: Session, worker: Actor
) -> None:
    household = make_household(session, None, union_id=worker.union_id)
    stranger = make_actor(session, Role.CASEWORKER)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))

    assert get_whole(session, worker, household.id) is household
    with pytest.raises(NotFoundError):
        get_whole(session, stranger, household.id)
    with pytest.raises(NotAllowedError):
        get_whole(session, organiser, household.id)
