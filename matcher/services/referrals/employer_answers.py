"""An employer's answers to referrals (单位答复): interview, offer, refusal, later; by itself or recorded by staff.

Whoever is paired with a person (结对) does not choose them for an employer. An offer holds a seat that admits the
person; an employer that still has a seat by its own count but none for this person is told nothing of it: the offer
stands, and the union has the task to find a seat today.
"""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.referrals import HoldEnd, ReferralState, RefusalReason
from matcher.models.referrals import Referral
from matcher.services.casework import pairings
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor
from matcher.services.referrals import after_steps, offer_count, seat_holds, stepping
from matcher.services.referrals.answer_days import answer_by, furthest_decision
from matcher.services.referrals.sight import require_employer

_R = ReferralState
NOTE_COLUMN = "referral.refusal_note"


def _begin(
    session: Session,
    by: Actor,
    referral_id: int,
    expected_version: int | None,
    *,
    all_seats: bool = False,
    ends: bool = False,
) -> Referral:
    """Return a referral for the employer's answer, locked; who is paired with the person stands back."""
    require_employer(by)
    referral = stepping.begin(
        session, by, referral_id, expected_version=expected_version, all_seats=all_seats
    )
    chooses = by.employer_id is not None
    if chooses and pairings.may_not_select(
        session, referral.graduate_id, referral.employer_id, by.account_id
    ):
        raise RuleBrokenError(
            "referral_stand_back",
            "按回避要求，这位人员请由单位其他人员登录后办理，或请工会代为登记。",
        )
    stepping.wake(session, by, referral, ends=ends)
    return referral


def _answered(referral: Referral) -> None:
    """Note the employer's first answer."""
    referral.employer_answered_at = referral.employer_answered_at or clock.now()


def invite(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    on: dt.date,
    note: str | None = None,
    expected_version: int | None = None,
) -> Referral:
    """Agree an interview for a day, or move it to another; a new day asks for attendance anew.

    The same day and words said again (a double click) are no change: the person is not told twice.

    Parameters
    ----------
    note : hour, place and whom to ask for, as the person reads it
    """
    referral = _begin(session, by, referral_id, expected_version)
    stepping.expect_state(referral, _R.SENT, _R.INTERVIEW, _R.ON_HOLD)
    if on < clock.today():
        message = "面试日期应是今天或以后。"
        raise InvalidInputError("referral_input", message, fields={"on": message})
    words = (note or "").strip() or None
    before = (referral.interview_on, referral.interview_words, referral.has_attended)
    is_same = referral.state is _R.INTERVIEW and before == (on, words, None)
    referral.interview_on, referral.interview_words, referral.has_attended = on, words, None
    _answered(referral)
    facts = {"on": on.isoformat()} | ({"same": True} if is_same else {})
    if referral.state is _R.INTERVIEW:
        referral.decide_by_on = answer_by(session, referral, _R.INTERVIEW)
        stepping.note(
            session, by, referral, before=_R.INTERVIEW, facts=facts, action="referral.moved"
        )
    else:
        stepping.step(session, by, referral, _R.INTERVIEW, facts=facts)
    after_steps.after_invited(session, by, referral)
    session.flush()
    return referral


def note_attendance(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    attended: bool,
    expected_version: int | None = None,
) -> Referral:
    """Say whether the person came to the interview (到场 / 未到); what follows is decided apart.

    An answer that was quicker than the list of the day keeps nobody from saying so afterwards.
    """
    referral = _begin(session, by, referral_id, expected_version)
    if referral.interview_on is None or referral.state in (_R.PROPOSED, _R.SENT):
        stepping.expect_state(referral, _R.INTERVIEW)
    if referral.interview_on is not None and referral.interview_on > clock.today():
        raise RuleBrokenError("interview_not_yet", "还没到面试日期，不能登记到场情况。")
    referral.has_attended = attended
    stepping.note(
        session,
        by,
        referral,
        before=referral.state,
        facts={"attended": attended},
        action="referral.attendance",
    )
    after_steps.after_attendance(session, by, referral)
    session.flush()
    return referral


def offer(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    reports_on: dt.date | None = None,
    expected_version: int | None = None,
) -> Referral:
    """Offer the job: the seat held for the person, else a free one that admits them.

    Raises
    ------
    RuleBrokenError
        As many are offered or filled as there are seats.
    """
    referral = _begin(session, by, referral_id, expected_version, all_seats=True)
    stepping.expect_state(referral, _R.SENT, _R.INTERVIEW, _R.ON_HOLD)
    if reports_on is not None and reports_on < clock.today():
        message = "报到日期应是今天或以后。"
        raise InvalidInputError("referral_input", message, fields={"reports_on": message})
    _check_count(session, referral)
    referral.reports_on = reports_on
    _answered(referral)
    facts = {"reports_on": reports_on.isoformat() if reports_on else None}
    stepping.step(session, by, referral, _R.OFFERED, facts=facts)
    until_on = referral.decide_by_on
    seat = seat_holds.settle_seat(session, referral, until_on=until_on) or seat_holds.take_seat(
        session, by, referral, until_on=until_on
    )
    if seat is None and by.employer_id is None:
        raise RuleBrokenError(
            "seat_none_to_offer", "没有这位毕业生可以用的空席位，请先调整席位再登记录用。"
        )
    after_steps.after_offered(session, by, referral)
    session.flush()
    return referral


def _check_count(session: Session, referral: Referral) -> None:
    """Refuse an offer beyond the number of seats: a count the employer knows, whatever their classes."""
    seats = offer_count.wanted_by(session, referral.posting_id)
    promised = offer_count.promised_to(session, referral.posting_id, besides=referral.id)
    if promised >= seats:
        raise RuleBrokenError(
            "offers_too_many",
            "这个岗位的名额都已发出录用，不能再发。请等本人答复，或先增加名额。",
            seats=seats,
            promised=promised,
        )


def refuse(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    reason: RefusalReason,
    words: str | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> Referral:
    """Refuse a person with a reason; the seat is free again.

    Parameters
    ----------
    words : what the person reads
    note : what only the caseworker reads
    """
    referral = _begin(session, by, referral_id, expected_version, ends=True)
    if reason is RefusalReason.OTHER and not (words or note or "").strip():
        message = "原因选“其他”时请写明情况。"
        raise InvalidInputError("referral_input", message, fields={"words": message})
    referral.refusal_reason = reason
    referral.refusal_words = (words or "").strip() or None
    referral.refusal_note_cipher = seal(session, note, NOTE_COLUMN)
    _answered(referral)
    stepping.step(session, by, referral, _R.REFUSED, facts={"reason": reason.value})
    seat_holds.end_hold(session, by, referral, HoldEnd.REFUSED)
    after_steps.after_refused(session, by, referral)
    session.flush()
    return referral


def hold(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    decide_on: dt.date,
    expected_version: int | None = None,
) -> Referral:
    """Put a decision off to a day (暂缓), within the time the rule allows."""
    referral = _begin(session, by, referral_id, expected_version)
    stepping.expect_state(referral, _R.SENT, _R.INTERVIEW)
    furthest = furthest_decision(session, referral)
    if not clock.today() < decide_on <= furthest:
        message = "请选明天或以后、不超过暂缓期限的日期。"
        raise InvalidInputError(
            "referral_input", message, fields={"decide_on": message}, furthest=furthest
        )
    _answered(referral)
    stepping.step(
        session,
        by,
        referral,
        _R.ON_HOLD,
        facts={"decide_on": decide_on.isoformat()},
        decide_by_on=decide_on,
    )
    after_steps.after_put_off(session, by, referral)
    session.flush()
    return referral


def resume(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> Referral:
    """Take up a referral that was put off, where it stood."""
    referral = _begin(session, by, referral_id, expected_version)
    stepping.expect_state(referral, _R.ON_HOLD)
    stepping.step(session, by, referral, referral.held_state or _R.SENT)
    after_steps.after_put_off(session, by, referral)
    session.flush()
    return referral
