"""From acceptance to the job and its end (报到、在岗、未能报到、离职)."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.referrals import FallThroughReason, HoldEnd, ReferralState
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import after_steps, locks, offering_again, seat_holds, stepping
from matcher.services.referrals.sight import get_referral, require_party
from matcher.services.rows import expect_version

_R = ReferralState


def _past(on: dt.date, field: str, *, since: dt.date | None = None) -> None:
    if on > clock.today() or (since is not None and on < since):
        message = "日期应在今天或以前，且不早于上一步。"
        raise InvalidInputError("referral_input", message, fields={field: message})


def _expect_there(referral: Referral) -> None:
    """Raise if the job ended: nothing follows on its last day."""
    if referral.left_on is not None:
        raise stepping.wrong_step(referral)


def report_for_work(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    on: dt.date,
    expected_version: int | None = None,
) -> Referral:
    """Record that the person reported for work (报到) on a day."""
    require_party(by)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    stepping.expect_state(referral, _R.ACCEPTED)
    _past(on, "on")
    referral.reported_on = on
    stepping.step(session, by, referral, _R.REPORTED, facts={"on": on.isoformat()})
    after_steps.after_reported(session, by, referral)
    session.flush()
    return referral


def confirm_in_post(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    on: dt.date,
    expected_version: int | None = None,
) -> Referral:
    """Record that the person is in post (在岗) from a day on."""
    require_party(by)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    stepping.expect_state(referral, _R.REPORTED)
    _expect_there(referral)
    _past(on, "on", since=referral.reported_on)
    referral.in_post_on = on
    stepping.step(session, by, referral, _R.IN_POST, facts={"on": on.isoformat()})
    after_steps.after_in_post(session, by, referral)
    session.flush()
    return referral


def fall_through(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    reason: FallThroughReason,
    expected_version: int | None = None,
) -> Referral:
    """Record that the job came to nothing (未能报到): the seat is free, what the acceptance ended goes on first.

    The case is due today. What can go on no more (posting closed, consent withdrawn) stays ended.
    """
    require_party(by)
    seen = get_referral(session, by, referral_id)
    locks.lock_graduates(session, [seen.graduate_id])
    ended = offering_again.ended_by(seen)
    postings = {seen.posting_id, *locks.postings_of(session, ended)}
    locks.lock_seats(session, posting_ids=postings, graduate_ids=[seen.graduate_id])
    referral, *_ = locks.lock_referrals(session, Referral.id == seen.id)
    again = locks.lock_referrals(session, ended)
    expect_version(referral, expected_version)
    _expect_there(referral)
    referral.fall_through_reason = reason
    stepping.step(session, by, referral, _R.FELL_THROUGH, facts={"reason": reason.value})
    seat_holds.end_hold(session, by, referral, HoldEnd.FELL_THROUGH)
    # Before the others: the placement of a job that never began keeps nobody from another.
    after_steps.after_fell_through(session, by, referral)
    for other in again:
        if offering_again.refusal_of(session, other) is None:
            offering_again.take_up(session, by, other)
    session.flush()
    return referral


def end_job(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    on: dt.date,
    expected_version: int | None = None,
) -> Referral:
    """Record the last day of a job (离职); the seat is free again and the person can be referred anew."""
    require_party(by)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    stepping.expect_state(referral, _R.REPORTED, _R.IN_POST)
    _expect_there(referral)
    _past(on, "on", since=referral.reported_on)
    referral.left_on, referral.decide_by_on = on, None
    stepping.note(
        session,
        by,
        referral,
        before=referral.state,
        facts={"left_on": on.isoformat()},
        action="referral.left",
    )
    seat_holds.end_hold(session, by, referral, HoldEnd.LEFT)
    after_steps.after_left(session, by, referral)
    session.flush()
    return referral
