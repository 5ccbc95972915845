"""Each question of the simulator finds what breaks its rule, and nothing where no rule is broken."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from seeds.simulator import invariants
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral

_R = ReferralState


def _told(session: Session, referral: Referral) -> set[str]:
    session.flush()
    near = invariants.broken_at(session, referral.posting_id, referral.graduate_id)
    anywhere = {one.rule for one in invariants.broken_anywhere(session)}
    assert {one.rule for one in near} <= anywhere
    return anywhere


def _write(session: Session, words: str, **values: object) -> None:
    session.execute(sa.text(words), values)


def _without(session: Session, *indexes: str) -> None:
    for index in indexes:
        _write(session, f"DROP INDEX {index}")


def _two_holds(session: Session, referral: Referral) -> None:
    _without(session, "uq_seat_hold_live_seat", "uq_seat_hold_live_referral")
    _write(
        session,
        "INSERT INTO seat_hold (seat_id, referral_id, graduate_id, from_at) "
        "SELECT seat_id, referral_id, graduate_id, from_at FROM seat_hold",
    )


def _seat_left(session: Session, referral: Referral) -> None:
    _write(session, "UPDATE seat SET state = 'open'")


def _job_forgotten(session: Session, referral: Referral) -> None:
    _write(session, "UPDATE referral SET state = 'offered', decide_by_on = '2030-01-01'")


def _other_person(session: Session, referral: Referral) -> None:
    other = make_referral(session, state=_R.SENT)
    _write(session, "UPDATE seat_hold SET graduate_id = :other", other=other.graduate_id)


def _two_jobs(session: Session, referral: Referral) -> None:
    _without(session, "uq_referral_settled_graduate")
    other = make_referral(session, state=_R.ACCEPTED)
    _write(
        session,
        "UPDATE referral SET graduate_id = :one WHERE id = :other",
        one=referral.graduate_id,
        other=other.id,
    )


def _still_waiting(session: Session, referral: Referral) -> None:
    other = make_referral(session, state=_R.SENT)
    _write(
        session,
        "UPDATE referral SET graduate_id = :one WHERE id = :other",
        one=referral.graduate_id,
        other=other.id,
    )


def _no_consent(session: Session, referral: Referral) -> None:
    _write(session, "UPDATE referral SET consent_id = NULL")


def _no_end(session: Session, referral: Referral) -> None:
    make_referral(session, state=_R.WITHDRAWN)
    _write(session, "UPDATE referral SET ended_at = NULL")


def _other_step(session: Session, referral: Referral) -> None:
    _write(session, "UPDATE referral_step SET after = 'sent'")


def _no_last_day(session: Session, referral: Referral) -> None:
    make_referral(session, state=_R.SENT)
    _write(session, "UPDATE referral SET decide_by_on = NULL")


def _two_placements(session: Session, referral: Referral) -> None:
    _without(session, "uq_placement_live_graduate")
    first, second = make_placement(session), make_placement(session)
    _write(
        session,
        "UPDATE placement SET graduate_id = :one WHERE id = :other",
        one=first.graduate_id,
        other=second.id,
    )


def _ended_silently(session: Session, referral: Referral) -> None:
    make_referral(session, state=_R.EXPIRED, ended_at=clock.now())


_BREAKS: dict[str, Callable[[Session, Referral], None]] = {
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
    "nobody has two live placements": _two_placements,
    "silence opens a task": _ended_silently,
}


def test_where_no_rule_is_broken_nothing_is_found(session: Session) -> None:
    settled = make_referral(session, make_posting(session, headcount=2), state=_R.ACCEPTED)
    make_referral(session, state=_R.SENT)
    make_referral(session, state=_R.OFFERED, seat=True)

    assert _told(session, settled) == set()


@pytest.mark.parametrize("rule", _BREAKS)
def test_what_breaks_a_rule_is_found(sqlite_session: Session, rule: str) -> None:
    settled = make_referral(sqlite_session, state=_R.ACCEPTED)

    _BREAKS[rule](sqlite_session, settled)

    assert rule in _told(sqlite_session, settled)


def test_every_question_has_an_example_that_breaks_it() -> None:
    asked = {*invariants.SEAT_RULES, *invariants.PERSON_RULES, "silence opens a task"}

    assert set(_BREAKS) == asked
