"""A correction is a row of the log with a reason; what stood before stays."""

import pytest
from sqlalchemy.orm import Session

from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds.cohorts import CohortActKind, CohortStanding, LeaveReason, StandingBasis
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services.cohorts import correcting, log
from matcher.services.permissions import Actor
from tests.factories.accounts import make_union
from tests.factories.cohorts import fields_of
from tests.matcher.services.cohorts.cohort_drive import (
    CENSUS,
    counted,
    drive,
    leave,
    manager,
    place_of,
    union,
)
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
WORLD = (drive, manager, union)


def test_a_correction_is_a_new_row_that_names_the_one_before(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union)
    wish = place_of(act, standing=CohortStanding.SIGNED, is_earlier_year=True)

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
    act = counted(session, drive, union)
    left = leave(session, manager, act, LeaveReason.DIED)

    made = correcting.correct_place(
        session,
        manager,
        drive.id,
        act.graduate_id,
        place_of(left, is_zero_employment=True),
        words="x",
    )

    assert (made.left_on, made.reason, made.counts_out) == (TODAY, LeaveReason.DIED, True)


def test_a_correction_needs_a_reason_a_change_and_the_newest_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union)
    changed = place_of(act, standing=CohortStanding.SIGNED)

    with pytest.raises(InvalidInputError) as silent:
        correcting.correct_place(session, manager, drive.id, act.graduate_id, changed, words=" ")
    with pytest.raises(InvalidInputError) as same:
        correcting.correct_place(
            session, manager, drive.id, act.graduate_id, place_of(act), words="x"
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
    elsewhere = place_of(act, union_id=make_union(session).id)
    with pytest.raises(NotFoundError):
        correcting.correct_place(session, manager, drive.id, act.graduate_id, elsewhere, words="x")

    assert fields_of(silent.value) == {"words"}
    assert fields_of(same.value) == {"standing"}


def test_two_who_write_at_once_do_not_replace_the_same_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union)
    log.follow(session, manager, act, CohortActKind.CORRECTED, happened_on=CENSUS)

    with pytest.raises(RuleBrokenError) as refused:
        log.follow(session, manager, act, CohortActKind.CORRECTED, happened_on=CENSUS)

    assert refused.value.code == "cohort_changed"
