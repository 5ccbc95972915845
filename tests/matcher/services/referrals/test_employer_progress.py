"""An employer's figures: totals, answering times, and when pledged seats that were filled are told."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import DriveState, SeatClass
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.models.postings import Posting
from matcher.models.referrals import ReferralStep
from matcher.services.referrals import employer_progress
from tests.factories.drives import make_drive
from tests.factories.employer_side import EmployerSide, make_employer_side
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral

_R = ReferralState


@pytest.fixture
def side(session: Session) -> EmployerSide:
    return make_employer_side(session)


def _of(
    session: Session, side: EmployerSide, posting: Posting
) -> employer_progress.PostingProgress:
    rows = employer_progress.progress(session, side.agent)
    return next(row for row in rows if row.posting_id == posting.id)


def test_seats_promised_published_and_filled_are_totals(
    session: Session, side: EmployerSide
) -> None:
    row = _of(session, side, side.posting)

    assert (row.promised, row.published, row.filled, row.waiting) == (4, 10, 3, 3)


def test_the_answering_time_is_the_median_of_first_answers(
    session: Session, side: EmployerSide
) -> None:
    other = side.other_posting
    for taken in (1, 2, 9):
        sent = clock.now() - dt.timedelta(days=taken)
        make_referral(session, other, sent_at=sent, employer_answered_at=clock.now())
    make_referral(session, other, sent_at=clock.now() - dt.timedelta(days=30))

    assert _of(session, side, other).answering_days == 2.0


def test_who_has_left_fills_no_seat(session: Session, side: EmployerSide) -> None:
    side.referrals[8].left_on = clock.today()
    session.flush()

    assert _of(session, side, side.posting).filled == 2


def _closed(
    session: Session, side: EmployerSide, *, kept: int, plain: int
) -> employer_progress.DriveProgress:
    """Close a drive with people who began on pledged and on other seats; return its sums."""
    drive = make_drive(session, side.union, neutral_name="秋季毕业生就业服务")
    posting = make_posting(
        session, drive, side.employer, headcount=12, reserved={SeatClass.HARDSHIP: 6}
    )
    seats = [*posting.seats[:kept], *posting.seats[6 : 6 + plain]]
    for seat in seats:
        referral = make_referral(session, posting, state=_R.REPORTED, seat=seat)
        session.add(
            ReferralStep(
                referral_id=referral.id,
                before=_R.ACCEPTED,
                after=_R.REPORTED,
                at=clock.now(),
                via=ReferralVia.EMPLOYER,
                facts={},
            )
        )
    session.flush()
    drive.state, drive.lottery_revealed_at = DriveState.CLOSED, clock.now()
    session.flush()
    rows = employer_progress.progress(session, side.agent)
    sums = employer_progress.drive_progress(session, side.agent, rows)
    return next(one for one in sums if one.drive_id == drive.id)


@pytest.mark.parametrize(
    ("kept", "plain", "told"), [(3, 1, 3), (4, 2, 4), (2, 3, None), (0, 3, None), (3, 0, None)]
)
def test_pledged_seats_filled_are_told_after_the_end_from_three_on_and_never_of_everybody(
    session: Session, side: EmployerSide, kept: int, plain: int, told: int | None
) -> None:
    assert _closed(session, side, kept=kept, plain=plain).promised_filled == told


def test_while_a_drive_goes_on_nothing_of_pledged_seats_filled_is_told(
    session: Session, side: EmployerSide
) -> None:
    rows = employer_progress.progress(session, side.agent)

    sums = employer_progress.drive_progress(session, side.agent, rows)

    assert [one.promised_filled for one in sums] == [None]


def test_what_is_recorded_after_the_end_changes_nothing_of_it(
    session: Session, side: EmployerSide
) -> None:
    """Else the difference would say of one person on which seat they were."""
    before = _closed(session, side, kept=3, plain=1)
    rows = employer_progress.progress(session, side.agent)
    posting = session.get_one(Posting, rows[-1].posting_id)
    for one in rows:
        if one.drive_id == before.drive_id:
            posting = session.get_one(Posting, one.posting_id)
    late = make_referral(session, posting, state=_R.REPORTED, seat=posting.seats[5])
    session.add(
        ReferralStep(
            referral_id=late.id,
            before=_R.ACCEPTED,
            after=_R.REPORTED,
            at=clock.now() + dt.timedelta(seconds=5),
            via=ReferralVia.EMPLOYER,
            facts={},
        )
    )
    session.flush()

    sums = employer_progress.drive_progress(
        session, side.agent, employer_progress.progress(session, side.agent)
    )

    assert next(one for one in sums if one.drive_id == before.drive_id).promised_filled == 3
