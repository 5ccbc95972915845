"""Factories of referrals and holds: plain rows in any state, no use case in between."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Channel, ConsentPurpose, SeatState
from matcher.kinds.referrals import (
    PENDING,
    DeclineReason,
    DisclosurePart,
    ReferralState,
    ReferralVia,
    RefusalReason,
    WithdrawalReason,
)
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.services import consents
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting

_R = ReferralState


def make_consent(
    session: Session,
    graduate: Graduate,
    purpose: ConsentPurpose,
    employer_id: int | None = None,
    **changes: object,
) -> Consent:
    """Insert a live consent on paper to the wording in force; the texts are seeded if they are not there."""
    consents.seed_consent_texts(session)
    text = consents.current_text(session, purpose, clock.today())
    fields: dict[str, object] = {
        "graduate_id": graduate.id,
        "purpose": purpose,
        "employer_id": employer_id,
        "text_id": text.id,
        "given_at": clock.now(),
        "given_through": Channel.PAPER,
    }
    consent = Consent(**(fields | changes))
    session.add(consent)
    session.flush()
    return consent


def make_referable(
    session: Session, drive: Drive, graduate: Graduate | None = None, **changes: object
) -> Graduate:
    """Insert a graduate of the drive's union who takes part in it and agreed to the service."""
    graduate = graduate or make_graduate(session, session.get_one(Union, drive.union_id), **changes)  # type: ignore[arg-type]  # by name
    make_entry(session, drive, graduate)
    make_consent(session, graduate, ConsentPurpose.SERVICE)
    return graduate


def make_referral(
    session: Session,
    posting: Posting | None = None,
    graduate: Graduate | None = None,
    *,
    state: ReferralState = ReferralState.SENT,
    seat: Seat | bool | None = None,
    **changes: object,
) -> Referral:
    """Insert a referral in any state, with its first step and what the state asks for.

    Parameters
    ----------
    graduate : one who takes part in the posting's drive; a new one if None
    seat : the seat held for it, True for the first open one of the posting; settled referrals take one unless
        told False
    """
    posting = posting or make_posting(session)
    drive = session.get_one(Drive, posting.drive_id)
    graduate = graduate or make_referable(session, drive)
    referral = Referral(**(_fields(session, posting, graduate, state) | changes))
    session.add(referral)
    session.flush()
    step = ReferralStep(
        referral_id=referral.id,
        before=None,
        after=state,
        at=referral.proposed_at,
        via=ReferralVia.STAFF,
        facts={},
    )
    session.add(step)
    if seat is None:
        seat = state in (_R.ACCEPTED, _R.REPORTED, _R.IN_POST)
    if seat is True:
        seat = _open_seat(session, posting)
    if isinstance(seat, Seat):
        make_hold(session, referral, seat)
    session.flush()
    return referral


def _fields(
    session: Session, posting: Posting, graduate: Graduate, state: ReferralState
) -> dict[str, object]:
    now, today = clock.now(), clock.today()
    fields: dict[str, object] = {
        "drive_id": posting.drive_id,
        "posting_id": posting.id,
        "employer_id": posting.employer_id,
        "graduate_id": graduate.id,
        "union_id": graduate.union_id,
        "state": state,
        "asked_at": now,
        "proposed_at": now,
        "reasons": {"source": "by_hand", "why": "no_run"},
    }
    if state in PENDING:
        fields["decide_by_on"] = today + dt.timedelta(days=7)
    if state is not _R.PROPOSED:
        fields |= _sent(session, posting, graduate)
    if state in (_R.ACCEPTED, _R.REPORTED, _R.IN_POST, _R.OFFERED, _R.FELL_THROUGH):
        fields["employer_answered_at"] = now
    if not state.is_live:
        fields |= {"ended_at": now, "ended_state": _R.SENT}
    return fields | _of_state(state, today)


def _sent(session: Session, posting: Posting, graduate: Graduate) -> dict[str, object]:
    found = sa.select(Consent.id).where(
        Consent.graduate_id == graduate.id,
        Consent.purpose == ConsentPurpose.DISCLOSURE,
        Consent.employer_id == posting.employer_id,
        Consent.withdrawn_at.is_(None),
    )
    consent_id = session.scalar(found)
    if consent_id is None:
        consent_id = make_consent(
            session, graduate, ConsentPurpose.DISCLOSURE, posting.employer_id
        ).id
    shown = [part.value for part in DisclosurePart if part is not DisclosurePart.RESUME]
    return {"sent_at": clock.now(), "consent_id": consent_id, "disclosed": shown}


def _of_state(state: ReferralState, today: dt.date) -> dict[str, object]:
    """Return what single states ask for."""
    return {
        _R.ON_HOLD: {"held_state": _R.SENT},
        _R.INTERVIEW: {"interview_on": today},
        _R.REFUSED: {"refusal_reason": RefusalReason.SKILL},
        _R.DECLINED: {"decline_reason": DeclineReason.PLACE},
        _R.WITHDRAWN: {"withdrawal_reason": WithdrawalReason.OTHER},
        _R.REPORTED: {"reported_on": today},
        _R.IN_POST: {"reported_on": today, "in_post_on": today},
    }.get(state, {})


def _open_seat(session: Session, posting: Posting) -> Seat:
    found = sa.select(Seat).where(Seat.posting_id == posting.id, Seat.state == SeatState.OPEN)
    return session.scalars(found.order_by(Seat.number).limit(1)).one()


def make_hold(
    session: Session, referral: Referral, seat: Seat, *, until_on: dt.date | None = None
) -> SeatHold:
    """Hold a seat for a referral, the seat's state as the referral's asks."""
    pending = referral.state in PENDING
    hold = SeatHold(
        seat_id=seat.id,
        referral_id=referral.id,
        graduate_id=referral.graduate_id,
        from_at=clock.now(),
        until_on=(until_on or clock.today() + dt.timedelta(days=10)) if pending else None,
    )
    if referral.state is ReferralState.OFFERED:
        seat.state = SeatState.OFFERED
    else:
        seat.state = SeatState.HELD if pending else SeatState.FILLED
    session.add(hold)
    session.flush()
    return hold
