"""How each rule of seats and referrals is broken by hand, past the use cases."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.follow_ups import SeatSurveyState
from matcher.kinds.referrals import ReferralState
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from tests.factories.follow_ups import make_survey
from tests.factories.people import make_household, make_member
from tests.factories.referrals import make_referral
from tests.factories.zero_employment import make_family_rows

_R = ReferralState


def write(session: Session, words: str, **values: object) -> None:
    """Write past the use cases."""
    session.execute(sa.text(words), values)


def without(session: Session, *indexes: str) -> None:
    """Take away the indexes that would refuse what is to be broken."""
    for index in indexes:
        write(session, f"DROP INDEX {index}")


def _two_holds(session: Session, referral: Referral) -> None:
    without(session, "uq_seat_hold_live_seat", "uq_seat_hold_live_referral")
    write(
        session,
        "INSERT INTO seat_hold (seat_id, referral_id, graduate_id, from_at) "
        "SELECT seat_id, referral_id, graduate_id, from_at FROM seat_hold",
    )


def _seat_left(session: Session, referral: Referral) -> None:
    write(session, "UPDATE seat SET state = 'open'")


def _job_forgotten(session: Session, referral: Referral) -> None:
    write(session, "UPDATE referral SET state = 'offered', decide_by_on = '2030-01-01'")


def _other_person(session: Session, referral: Referral) -> None:
    other = make_referral(session, state=_R.SENT)
    write(session, "UPDATE seat_hold SET graduate_id = :other", other=other.graduate_id)


def _two_jobs(session: Session, referral: Referral) -> None:
    without(session, "uq_referral_settled_graduate")
    other = make_referral(session, state=_R.ACCEPTED)
    write(
        session,
        "UPDATE referral SET graduate_id = :one WHERE id = :other",
        one=referral.graduate_id,
        other=other.id,
    )


def _still_waiting(session: Session, referral: Referral) -> None:
    other = make_referral(session, state=_R.SENT)
    write(
        session,
        "UPDATE referral SET graduate_id = :one WHERE id = :other",
        one=referral.graduate_id,
        other=other.id,
    )


def _no_consent(session: Session, referral: Referral) -> None:
    write(session, "UPDATE referral SET consent_id = NULL")


def _no_end(session: Session, referral: Referral) -> None:
    make_referral(session, state=_R.WITHDRAWN)
    write(session, "UPDATE referral SET ended_at = NULL")


def _other_step(session: Session, referral: Referral) -> None:
    write(session, "UPDATE referral_step SET after = 'sent'")


def _no_last_day(session: Session, referral: Referral) -> None:
    make_referral(session, state=_R.SENT)
    write(session, "UPDATE referral SET decide_by_on = NULL")


def _ended_silently(session: Session, referral: Referral) -> None:
    make_referral(session, state=_R.EXPIRED, ended_at=clock.now())


def _filled_by_nobody(session: Session, referral: Referral) -> None:
    write(session, "UPDATE referral SET left_on = '2026-01-01' WHERE id = :one", one=referral.id)


def _seat_unaccounted(session: Session, referral: Referral) -> None:
    survey = make_survey(session, session.get_one(Posting, referral.posting_id))
    survey.state, survey.answered_at = SeatSurveyState.ANSWERED, clock.now()
    session.flush()


def _by_law(session: Session, referral: Referral) -> None:
    household = make_household(session)
    make_family_rows(session, household, make_member(session, household))


REFERRAL_BREAKS: dict[str, Callable[[Session, Referral], None]] = {
    "a seat has at most one live hold": _two_holds,
    "a seat is open if and only if nobody holds it": _seat_left,
    "a filled seat is held by a settled referral, a kept one by a pending one": _job_forgotten,
    "a hold is of the person and the posting of its referral": _other_person,
    "no more people are settled than there are filled seats": _seat_left,
    "a person has at most one settled referral": _two_jobs,
    "who is settled waits for no other answer": _still_waiting,
    "what was sent rests on a consent": _no_consent,
    "an ended referral says when": _no_end,
    "a referral's last step is its state": _other_step,
    "a live referral that waits for an answer has a last day": _no_last_day,
    "silence opens a task": _ended_silently,
    "no answer is a refusal by law": _by_law,
    "a filled seat is of exactly one settled person": _filled_by_nobody,
    "what an employer said of its seats accounts for each": _seat_unaccounted,
}
