"""What case and file could not take at once is done at night: ends of today, first days to come, files in approval."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.casework import CaseClosing
from matcher.kinds.households import FileState, WorkStatus
from matcher.kinds.placements import (
    DoubtReason,
    EvidenceMethod,
    EvidenceVerdict,
    PlacementEnd,
    RevocationReason,
)
from matcher.kinds.zero_employment import ClaimState
from matcher.models.household_lives import MemberEmployment
from matcher.models.placements import Placement
from matcher.models.tasks import Task
from matcher.services.casework import cases
from matcher.services.hardship.work_history import WorkInput, record_work
from matcher.services.permissions import SYSTEM
from matcher.services.placements import ending, evidence, nightly, reviewing, submitting
from tests.factories.aided import Aided, make_aided
from tests.factories.placements import bring_to_check, facts
from tests.factories.zero_employment import make_work

_DAY = dt.timedelta(days=1)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """Give the clock's hand: the instant in its only place."""
    hand = [dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.CHINA)]
    monkeypatch.setattr(clock, "now", lambda: hand[0].astimezone(dt.UTC))
    return hand


@pytest.fixture
def aided(session: Session, hands: list[dt.datetime]) -> Aided:
    assert hands
    return make_aided(session)


def _end(aided: Aided, placement: Placement, on: dt.date) -> None:
    ending.end(aided.session, aided.clerk, placement.id, on=on, reason=PlacementEnd.QUIT)


def _running(aided: Aided) -> MemberEmployment:
    found = sa.select(MemberEmployment).where(
        MemberEmployment.member_id == aided.member.id, MemberEmployment.to_on.is_(None)
    )
    row = aided.session.scalars(found).one()
    aided.session.refresh(row)
    return row


def _asked_to_look(aided: Aided) -> bool:
    found = sa.select(Task.id).where(
        Task.rule == "placement.household_work", Task.state == TaskState.OPEN
    )
    return aided.session.scalar(found) is not None


def _work_by_hand(aided: Aided, unit: str) -> None:
    """Let the file say that the graduate works, before anything is verified."""
    since = clock.today() - 9 * _DAY
    work = WorkInput(from_on=since, status=WorkStatus.EMPLOYED, unit=unit, evidence="本人")
    record_work(aided.session, aided.clerk, aided.member.id, work)


def test_a_job_that_ends_today_opens_the_household_again_tomorrow(
    aided: Aided, hands: list[dt.datetime]
) -> None:
    placement, last = aided.verified(), clock.today()
    assert aided.claim_state() is ClaimState.ONE_WORKING

    _end(aided, placement, last)
    assert nightly.catch_up(aided.session) == 0
    assert aided.claim_state() is ClaimState.ONE_WORKING

    hands[0] += _DAY
    assert nightly.catch_up(aided.session) == 1
    assert aided.claim_state() is ClaimState.AIDED
    now = _running(aided)
    assert (now.status, now.from_on) == (WorkStatus.UNEMPLOYED, last + _DAY)
    assert nightly.catch_up(aided.session) == 0


def test_who_goes_from_one_job_to_the_next_is_not_without_work_for_a_night(
    aided: Aided, hands: list[dt.datetime]
) -> None:
    first, last = aided.verified(), clock.today()
    _end(aided, first, last)

    hands[0] += _DAY
    aided.verified(facts(started_on=clock.today(), employer_name="固原某软件公司"))
    nightly.catch_up(aided.session)

    assert aided.claim_state() is ClaimState.ONE_WORKING
    now = _running(aided)
    assert (now.unit, now.from_on) == ("固原某软件公司", last + _DAY)
    assert nightly.catch_up(aided.session) == 0


def test_the_end_waits_for_a_file_in_approval_and_its_owner_knows(aided: Aided) -> None:
    placement = aided.verified()
    aided.household.state = FileState.IN_APPROVAL
    aided.session.flush()

    _end(aided, placement, clock.today() - _DAY)
    assert _asked_to_look(aided)
    assert nightly.catch_up(aided.session) == 0

    aided.household.state = FileState.ACTIVE
    aided.session.flush()
    assert nightly.catch_up(aided.session) == 1
    assert aided.claim_state() is ClaimState.AIDED


def test_work_taken_back_waits_for_a_file_in_approval(aided: Aided) -> None:
    placement = aided.verified()
    aided.household.state = FileState.IN_APPROVAL
    aided.session.flush()
    reason = RevocationReason.UNTRUE
    reviewing.revoke(aided.session, aided.checker, placement.id, reason, "单位否认")

    aided.household.state = FileState.ACTIVE
    aided.session.flush()

    assert nightly.catch_up(aided.session) == 1
    assert aided.claim_state() is ClaimState.AIDED
    assert nightly.catch_up(aided.session) == 0


def test_a_job_that_ended_before_its_stretch_began_leaves_no_work(
    aided: Aided, session: Session
) -> None:
    make_work(session, aided.member, from_on=clock.today() - 4 * _DAY)
    placement = aided.verified(facts(started_on=clock.today() - 9 * _DAY))
    assert _running(aided).from_on == clock.today() - 3 * _DAY

    _end(aided, placement, clock.today() - 6 * _DAY)

    assert _running(aided).status is WorkStatus.UNEMPLOYED
    assert aided.claim_state() is ClaimState.AIDED


def test_the_same_job_the_file_knew_of_ends_with_the_placement(aided: Aided) -> None:
    _work_by_hand(aided, unit=str(facts().employer_name))
    placement = aided.verified()
    assert placement.member_employment_id == _running(aided).id

    _end(aided, placement, clock.today() - _DAY)

    assert _running(aided).status is WorkStatus.UNEMPLOYED
    assert aided.claim_state() is ClaimState.AIDED


@pytest.mark.parametrize("is_revoked", [False, True])
def test_other_work_the_file_knew_of_is_for_its_owner_to_look_at(
    aided: Aided, is_revoked: bool
) -> None:
    _work_by_hand(aided, unit="另一家单位")
    placement = aided.verified()
    assert not _asked_to_look(aided)

    if is_revoked:
        reason = RevocationReason.UNTRUE
        reviewing.revoke(aided.session, aided.checker, placement.id, reason, "单位否认")
    else:
        _end(aided, placement, clock.today() - _DAY)

    assert _running(aided).status is WorkStatus.EMPLOYED
    assert _asked_to_look(aided)


def test_a_case_is_closed_on_the_first_day_of_a_job_verified_before(
    aided: Aided, hands: list[dt.datetime]
) -> None:
    placement = aided.verified(facts(started_on=clock.today() + 20 * _DAY))
    assert nightly.catch_up(aided.session) == 0

    hands[0] += 20 * _DAY
    assert nightly.catch_up(aided.session) == 2

    aided.session.refresh(aided.case)
    assert (aided.case.closed_on, aided.case.closing_reason) == (
        clock.today(),
        CaseClosing.EMPLOYED,
    )
    assert (placement.closed_case, aided.claim_state()) == (True, ClaimState.ONE_WORKING)
    assert nightly.catch_up(aided.session) == 0


def test_a_case_that_was_to_stay_open_stays_open(aided: Aided, hands: list[dt.datetime]) -> None:
    session, given = aided.session, facts(started_on=clock.today() + 20 * _DAY)
    placement = bring_to_check(session, aided.clerk, aided.graduate, given)
    [row] = evidence.evidence_of(session, [placement.id])
    good = (EvidenceVerdict.GOOD, EvidenceMethod.ORIGINAL)
    reviewing.judge(session, aided.checker, placement.id, row.public_id, *good)
    reviewing.verify(session, aided.checker, placement.id, close_case=False)

    hands[0] += 20 * _DAY
    nightly.catch_up(session)

    session.refresh(aided.case)
    assert aided.case.closed_on is None


def test_the_last_check_says_whether_the_case_is_closed(
    aided: Aided, hands: list[dt.datetime]
) -> None:
    session = aided.session
    placement = aided.verified(facts(started_on=clock.today() + 20 * _DAY))
    reviewing.doubt(session, aided.checker, placement.id, DoubtReason.EMPLOYER, "再核一次")
    submitting.submit(session, aided.clerk, placement.id, words="单位更正")
    reviewing.verify(session, aided.checker, placement.id, close_case=False)

    hands[0] += 20 * _DAY
    nightly.catch_up(session)

    session.refresh(aided.case)
    assert aided.case.closed_on is None


def test_a_case_opened_after_the_check_is_not_closed_by_it(
    aided: Aided, hands: list[dt.datetime]
) -> None:
    session = aided.session
    aided.verified(facts(started_on=clock.today() + 20 * _DAY))
    cases.close_case(session, SYSTEM, aided.case.id, CaseClosing.NO_WISH)
    again = cases.open_case(session, SYSTEM, aided.graduate.id)

    hands[0] += 20 * _DAY
    nightly.catch_up(session)

    assert again.closed_on is None
