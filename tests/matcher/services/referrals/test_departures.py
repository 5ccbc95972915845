"""A referral whose ground is gone is taken back with its reason; one that stands is left alone."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, EmployerState, PostingState, Role, SeatState
from matcher.kinds.cohorts import LeaveReason
from matcher.kinds.referrals import HoldEnd, ReferralState, WithdrawalReason
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.jobs import Job
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services import consent_acts, drive_entries, employer_checks, postings
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import departures
from matcher.services.referrals.looks import DEPARTURES_JOB
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral

_R = ReferralState
_DAY = dt.timedelta(days=1)


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def sent(session: Session, drive: Drive) -> Referral:
    return make_referral(session, make_posting(session, drive), seat=True)


def _look(session: Session) -> dict[int, WithdrawalReason]:
    """Take back what is due, as the job does, and return what was."""
    due = departures.due(session, SYSTEM)
    return {one: why for one, why in due if departures.take_back(session, SYSTEM, one, why)}


def _close(session: Session, referral: Referral) -> None:
    session.get_one(Posting, referral.posting_id).state = PostingState.CLOSED


def _suspend(session: Session, referral: Referral) -> None:
    session.get_one(Employer, referral.employer_id).state = EmployerState.SUSPENDED


def _lapse(session: Session, referral: Referral) -> None:
    session.get_one(Employer, referral.employer_id).recheck_due_on = clock.today() - 30 * _DAY


def _withdraw(session: Session, referral: Referral, purpose: ConsentPurpose) -> None:
    channel = sa.literal("self")
    session.execute(
        sa.update(Consent)
        .where(Consent.graduate_id == referral.graduate_id, Consent.purpose == purpose)
        .values(withdrawn_at=clock.now(), withdrawn_through=channel)
    )


def _leave(session: Session, referral: Referral) -> None:
    session.execute(
        sa.update(DriveEntry)
        .where(DriveEntry.graduate_id == referral.graduate_id)
        .values(left_at=clock.now())
    )


def _place(session: Session, referral: Referral) -> None:
    elsewhere = make_posting(session, session.get_one(Drive, referral.drive_id))
    other = make_referral(session, elsewhere)
    other.graduate_id, other.state = referral.graduate_id, _R.IN_POST


def _place_otherwise(session: Session, referral: Referral) -> None:
    make_placement(session, session.get_one(Graduate, referral.graduate_id))


_GONE: list[tuple[Callable[[Session, Referral], None], WithdrawalReason]] = [
    (_close, WithdrawalReason.POSTING),
    (_suspend, WithdrawalReason.EMPLOYER),
    (_lapse, WithdrawalReason.EMPLOYER),
    (lambda s, r: _withdraw(s, r, ConsentPurpose.DISCLOSURE), WithdrawalReason.CONSENT),
    (lambda s, r: _withdraw(s, r, ConsentPurpose.SERVICE), WithdrawalReason.CONSENT),
    (_leave, WithdrawalReason.LEFT),
    (_place, WithdrawalReason.PLACED),
    (_place_otherwise, WithdrawalReason.PLACED),
]


@pytest.mark.parametrize(("go", "reason"), _GONE)
def test_what_lost_its_ground_is_taken_back_once_with_why(
    session: Session,
    drive: Drive,
    sent: Referral,
    go: Callable[[Session, Referral], None],
    reason: WithdrawalReason,
) -> None:
    standing = make_referral(session, make_posting(session, drive))
    go(session, sent)
    session.flush()

    assert _look(session) == {sent.id: reason}
    assert _look(session) == {}

    assert (sent.state, sent.withdrawal_reason) == (_R.WITHDRAWN, reason)
    hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == sent.id)).one()
    assert hold.ended_as is HoldEnd.WITHDRAWN
    assert session.get_one(Seat, hold.seat_id).state is SeatState.OPEN
    assert standing.state is _R.SENT


def test_a_check_that_lapsed_yesterday_and_a_posting_past_its_day_leave_what_was_sent(
    session: Session, drive: Drive, sent: Referral
) -> None:
    yesterday = clock.today() - _DAY
    session.get_one(Employer, sent.employer_id).recheck_due_on = yesterday
    posting = session.get_one(Posting, sent.posting_id)
    posting.closes_on = yesterday
    proposed = make_referral(session, posting, state=_R.PROPOSED)

    assert _look(session) == {proposed.id: WithdrawalReason.POSTING}


def test_who_is_recorded_as_still_looking_keeps_the_referral(
    session: Session, sent: Referral
) -> None:
    make_placement(session, session.get_one(Graduate, sent.graduate_id), is_outcome=False)

    assert _look(session) == {}


def test_a_new_consent_in_between_keeps_the_referral(session: Session, sent: Referral) -> None:
    [live] = session.scalars(
        sa.select(Consent).where(
            Consent.graduate_id == sent.graduate_id, Consent.purpose == ConsentPurpose.DISCLOSURE
        )
    )
    live.withdrawn_at = clock.now()
    session.flush()
    due = departures.due(session, SYSTEM)
    live.withdrawn_at = None
    session.flush()

    assert [departures.take_back(session, SYSTEM, *one) for one in due] == [False]


def _asked(session: Session) -> list[dict[str, int]]:
    found = sa.select(Job.arguments).where(Job.name == DEPARTURES_JOB)
    return list(session.scalars(found.order_by(Job.id)))


def _staff(session: Session, drive: Drive, role: Role) -> Actor:
    account = make_actor(session, role)
    return Actor(account.account_id, role, union_id=drive.union_id)


def test_use_cases_that_take_the_ground_away_ask_for_the_look(
    session: Session, drive: Drive, sent: Referral
) -> None:
    manager = _staff(session, drive, Role.DRIVE_MANAGER)
    worker = _staff(session, drive, Role.CASEWORKER)
    disclosure = ConsentPurpose.DISCLOSURE

    consent_acts.withdraw_consent(
        session, worker, sent.graduate_id, disclosure, employer_id=sent.employer_id
    )
    drive_entries.leave_drive(
        session, worker, drive.id, sent.graduate_id, reason=LeaveReason.NO_WISH
    )
    postings.close_posting(session, manager, sent.posting_id, reason="招满")
    employer_checks.suspend_employer(session, manager, sent.employer_id, "虚假招聘")

    assert _asked(session) == [
        {"graduate_id": sent.graduate_id},
        {"posting_id": sent.posting_id},
        {"employer_id": sent.employer_id},
    ]


def test_nothing_is_asked_for_where_nothing_waits(session: Session, drive: Drive) -> None:
    posting = make_posting(session, drive)
    make_referral(session, posting, state=_R.REFUSED)

    postings.close_posting(
        session, _staff(session, drive, Role.DRIVE_MANAGER), posting.id, reason="招满"
    )

    assert _asked(session) == []
