"""Lists of whom a drive counts have as many rows as they say, for who may see them."""

import pytest
from sqlalchemy.orm import Session

from matcher.errors import (
    NotAllowedError,
    NotFoundError,
)
from matcher.kinds import Role
from matcher.kinds.cohorts import CohortStanding, LeaveReason
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services import drive_entries
from matcher.services.cohorts import correcting, history, lists
from matcher.services.cohorts.lists import CohortView
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate
from tests.matcher.services.cohorts.cohort_drive import (
    counted,
    drive,
    leave,
    make_hardship_graduate,
    manager,
    place_of,
    union,
)

WORLD = (drive, manager, union)


def test_each_view_lists_as_many_as_it_counts(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    stays = counted(session, drive, union, is_earlier_year=True)
    counted(session, drive, union, standing=CohortStanding.SIGNED)
    out = counted(session, drive, union)
    leave(session, manager, out, LeaveReason.DIED)
    make_entry(session, drive, make_graduate(session, union))
    late = make_hardship_graduate(session, union)
    drive_entries.enter_graduates(session, manager, drive.id, [late.id])
    correcting.correct_place(
        session,
        manager,
        drive.id,
        stays.graduate_id,
        place_of(stays, is_zero_employment=True),
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
    mine, theirs = counted(session, drive, county), counted(session, drive, union)
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
    act = counted(session, drive, union)
    left = leave(session, manager, act, LeaveReason.NO_WISH)
    public_id = session.get_one(Graduate, act.graduate_id).public_id

    found = history.read_history(session, manager, drive.id, public_id)

    assert [one.id for one in found.acts] == [left.id, act.id]
    assert found.words == {left.id: "本人来电"}
    assert left.words_cipher is not None
    assert "本人来电".encode() not in left.words_cipher
