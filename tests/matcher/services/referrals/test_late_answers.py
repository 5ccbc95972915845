"""A late answer counts while its ground stands: never against consent, hiding, a job, or a newer referral."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import PostingState, Role
from matcher.kinds.referrals import (
    DeclineReason,
    FallThroughReason,
    ReferralState,
    RefusalReason,
)
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    acceptance,
    arrivals,
    employer_answers,
    person_answers,
)
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral

_R = ReferralState
_Change = Callable[[Session, Referral], None]
_Act = Callable[[], object]


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _unit(referral: Referral) -> Actor:
    return Actor(None, Role.EMPLOYER, employer_id=referral.employer_id)


def _own(referral: Referral) -> Actor:
    return Actor(None, Role.GRADUATE, graduate_id=referral.graduate_id)


def _late(session: Session, drive: Drive, before: ReferralState = _R.SENT) -> Referral:
    posting = make_posting(session, drive, headcount=2)
    return make_referral(session, posting, state=_R.EXPIRED, ended_state=before)


def _withdraw(session: Session, referral: Referral) -> None:
    session.execute(
        sa.update(Consent)
        .where(Consent.id == referral.consent_id)
        .values(withdrawn_at=clock.now(), withdrawn_through="paper")
    )


def _hide(session: Session, referral: Referral) -> None:
    session.add(
        HiddenEmployer(
            graduate_id=referral.graduate_id,
            employer_id=referral.employer_id,
            hidden_at=clock.now(),
        )
    )


def _place(session: Session, referral: Referral) -> None:
    person = referral.graduate_id
    posting = make_posting(session, session.get_one(Drive, referral.drive_id))
    make_referral(session, posting, _person(session, person), state=_R.ACCEPTED, seat=False)


def _person(session: Session, graduate_id: int) -> Graduate:
    return session.get_one(Graduate, graduate_id)


def _close(session: Session, referral: Referral) -> None:
    session.get_one(Posting, referral.posting_id).state = PostingState.CLOSED


@pytest.mark.parametrize("change", [_withdraw, _hide, _place, _close])
def test_an_employer_takes_up_nothing_whose_ground_is_gone(
    session: Session, drive: Drive, change: _Change
) -> None:
    late = _late(session, drive)
    change(session, late)
    session.flush()

    acts: list[_Act] = [
        lambda: employer_answers.invite(session, _unit(late), late.id, on=clock.today()),
        lambda: employer_answers.offer(session, _unit(late), late.id),
    ]
    for answer in acts:
        with pytest.raises(RuleBrokenError) as refused, session.begin_nested():
            answer()
        assert refused.value.code == "referral_late"
    assert late.state is _R.EXPIRED


def test_the_words_are_the_same_whatever_is_gone(session: Session, drive: Drive) -> None:
    said = set()
    for change in (_withdraw, _hide, _place, _close):
        late = _late(session, drive)
        change(session, late)
        session.flush()
        with pytest.raises(RuleBrokenError) as refused, session.begin_nested():
            employer_answers.offer(session, _unit(late), late.id)
        said.add((refused.value.message, str(refused.value.details)))
    assert len(said) == 1


def test_nobody_accepts_late_what_was_referred_anew(session: Session, drive: Drive) -> None:
    late = _late(session, drive, _R.OFFERED)
    posting = session.get_one(Posting, late.posting_id)
    make_referral(session, posting, _person(session, late.graduate_id))

    acts: list[_Act] = [
        lambda: acceptance.accept(session, _own(late), late.id),
        lambda: person_answers.decline(
            session, _own(late), late.id, reason=DeclineReason.OTHER, words="晚了"
        ),
    ]
    for answer in acts:
        with pytest.raises(RuleBrokenError) as refused, session.begin_nested():
            answer()
        assert refused.value.code == "referral_late"


def test_a_late_no_needs_no_ground(session: Session, drive: Drive) -> None:
    declined, refused = _late(session, drive, _R.OFFERED), _late(session, drive)
    for late in (declined, refused):
        _close(session, late)
    session.flush()

    person_answers.decline(
        session, _own(declined), declined.id, reason=DeclineReason.OTHER, words="晚了"
    )
    employer_answers.refuse(session, _unit(refused), refused.id, reason=next(iter(RefusalReason)))

    assert (declined.state, refused.state) == (_R.DECLINED, _R.REFUSED)


def test_nothing_follows_on_the_last_day_of_a_job(
    session: Session, drive: Drive, worker: Actor
) -> None:
    today = clock.today()
    referral = make_referral(
        session,
        make_posting(session, drive),
        make_referable(session, drive),
        state=_R.REPORTED,
        reported_on=today - dt.timedelta(days=9),
    )
    arrivals.end_job(session, worker, referral.id, on=today - dt.timedelta(days=1))

    acts: list[_Act] = [
        lambda: arrivals.confirm_in_post(session, worker, referral.id, on=today),
        lambda: arrivals.fall_through(
            session, worker, referral.id, reason=FallThroughReason.EMPLOYER
        ),
    ]
    for step in acts:
        with pytest.raises(RuleBrokenError) as refused, session.begin_nested():
            step()
        assert refused.value.code == "referral_step_wrong"
    assert referral.state is _R.REPORTED
