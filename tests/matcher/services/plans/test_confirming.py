"""Confirming proposals: nobody is asked about what is not so any more; silence before it is the staff's own."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Channel, ConsentPurpose, DriveState, PostingState, Role, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral, ReferralStep
from matcher.services.permissions import Actor
from matcher.services.plans import confirming
from matcher.services.referrals import lists
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.plan_rows import make_plan_rows, mark_published
from tests.factories.postings import make_posting
from tests.factories.referrals import make_consent, make_referral
from tests.factories.silent_referrals import hold_of, make_silent, night, open_rules, seat_of

_PROPOSED = ReferralState.PROPOSED


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _publish(session: Session, *referrals: Referral) -> None:
    """Say that a plan proposed some, and that nobody confirmed any."""
    made = make_plan_rows(session, referrals[0].drive_id, n_without=0)
    mark_published(session, made, referrals)


def _served_no_more(session: Session, referral: Referral) -> None:
    consent = session.scalars(
        sa.select(Consent).where(
            Consent.graduate_id == referral.graduate_id, Consent.purpose == ConsentPurpose.SERVICE
        )
    ).one()
    consent.withdrawn_at, consent.withdrawn_through = clock.now(), Channel.PAPER


def _ranked_no_more(session: Session, referral: Referral) -> None:
    make_consent(
        session,
        session.get_one(Graduate, referral.graduate_id),
        ConsentPurpose.RANKING,
        withdrawn_at=clock.now(),
        withdrawn_through=Channel.PAPER,
    )


def _posting_closed(session: Session, referral: Referral) -> None:
    session.get_one(Posting, referral.posting_id).state = PostingState.CLOSED


def _drive_closed(session: Session, referral: Referral) -> None:
    session.get_one(Drive, referral.drive_id).state = DriveState.CLOSED


def _employer_hidden(session: Session, referral: Referral) -> None:
    session.add(
        HiddenEmployer(
            graduate_id=referral.graduate_id,
            employer_id=referral.employer_id,
            hidden_at=clock.now(),
        )
    )


def _job_elsewhere(session: Session, referral: Referral) -> None:
    drive = session.get_one(Drive, referral.drive_id)
    person = session.get_one(Graduate, referral.graduate_id)
    make_referral(session, make_posting(session, drive), person, state=ReferralState.ACCEPTED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_served_no_more, "referral_no_consent"),
        (_ranked_no_more, "plan_ranking_withdrawn"),
        (_posting_closed, "referral_posting_closed"),
        (_drive_closed, "referral_drive_closed"),
        (_employer_hidden, "referral_hidden"),
        (_job_elsewhere, "referral_settled"),
    ],
)
def test_nobody_is_asked_about_a_proposal_that_could_not_be_made_any_more(
    session: Session,
    drive: Drive,
    worker: Actor,
    change: Callable[[Session, Referral], None],
    code: str,
) -> None:
    referral = make_referral(session, make_posting(session, drive), state=_PROPOSED, seat=True)
    _publish(session, referral)
    change(session, referral)
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        confirming.confirm_proposal(session, worker, referral.id)

    assert refused.value.code == code
    assert session.scalars(sa.select(OutboxMessage.id)).all() == []
    (line,) = lists.lines_of(session, worker, [referral.public_id])
    assert line.is_unconfirmed


def test_silence_about_a_proposal_nobody_confirmed_is_the_staffs_and_the_seat_stays(
    session: Session, drive: Drive
) -> None:
    plain, kept = (make_silent(session, drive, _PROPOSED, kept=kept) for kept in (False, True))
    asked = make_silent(session, drive, _PROPOSED)
    _publish(session, plain, kept)

    night(session)
    night(session)

    assert open_rules(session, plain) == open_rules(session, kept) == ["plan.unconfirmed"]
    assert open_rules(session, asked) == ["referral.consent_due"]
    assert seat_of(session, plain).state is seat_of(session, kept).state is SeatState.HELD
    assert seat_of(session, asked).state is SeatState.OPEN
    noted = sa.select(ReferralStep.referral_id, ReferralStep.facts).order_by(ReferralStep.id)
    told = {
        row.referral_id: row.facts["silence"]
        for row in session.execute(noted)
        if "silence" in row.facts
    }
    assert told == {
        plain.id: "plan.unconfirmed",
        kept.id: "plan.unconfirmed",
        asked.id: "referral.consent_due",
    }


def test_confirming_ends_the_task_and_the_days_of_the_person_begin(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = make_silent(session, drive, _PROPOSED)
    _publish(session, referral)
    night(session)

    confirming.confirm_proposal(session, worker, referral.id)
    night(session)

    assert open_rules(session, referral) == []
    assert referral.decide_by_on is not None
    assert referral.decide_by_on > clock.today()
    assert hold_of(session, referral).ended_at is None
    (line,) = lists.lines_of(session, worker, [referral.public_id])
    assert not line.is_unconfirmed
