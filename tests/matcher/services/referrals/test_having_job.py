"""Who has a job is referred nowhere else until it ended; then also to the same posting again."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.placements import PlacementEnd, PlacementState, RevocationReason
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    acceptance,
    employer_answers,
    going_on,
    offering_again,
    previews,
    proposing,
    sending,
)
from matcher.services.referrals.proposing import Pair
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral

_R = ReferralState
_Act = Callable[[Session, Actor, Posting, Graduate], object]


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _propose(session: Session, by: Actor, posting: Posting, person: Graduate) -> object:
    return proposing.propose(session, by, posting_id=posting.id, graduate_id=person.id)


def _send(session: Session, by: Actor, posting: Posting, person: Graduate) -> object:
    proposed = make_referral(session, posting, person, state=_R.PROPOSED)
    return sending.agree(session, by, proposed.id)


def _accept(session: Session, by: Actor, posting: Posting, person: Graduate) -> object:
    offered = make_referral(session, posting, person, state=_R.OFFERED, seat=True)
    return acceptance.accept(session, by, offered.id)


def _take_up(session: Session, by: Actor, posting: Posting, person: Graduate) -> object:
    ended = make_referral(session, posting, person, state=_R.WITHDRAWN)
    return offering_again.offer_again(session, by, ended.id)


@pytest.mark.parametrize("act", [_propose, _send, _accept, _take_up])
def test_a_job_recorded_outside_referrals_is_a_job(
    session: Session, drive: Drive, worker: Actor, act: _Act
) -> None:
    person, posting = make_referable(session, drive), make_posting(session, drive)
    make_placement(session, person)

    with pytest.raises(RuleBrokenError) as refused:
        act(session, worker, posting, person)

    assert refused.value.code == "referral_placed"


@pytest.mark.parametrize("act", [_propose, _send, _accept, _take_up])
@pytest.mark.parametrize(
    "over",
    [
        {"is_outcome": False},
        {"ended_on": clock.today(), "end_reason": PlacementEnd.QUIT},
        {"state": PlacementState.REVOKED, "revocation_reason": RevocationReason.NOT_BEGUN},
    ],
)
def test_an_internship_or_a_job_that_is_over_keeps_nobody_from_another(
    session: Session, drive: Drive, worker: Actor, act: _Act, over: dict[str, object]
) -> None:
    person, posting = make_referable(session, drive), make_posting(session, drive)
    make_placement(session, person, **over)

    assert act(session, worker, posting, person) is not None


def test_a_late_answer_about_somebody_with_a_job_comes_to_nothing(
    session: Session, drive: Drive
) -> None:
    late = make_referral(session, make_posting(session, drive), state=_R.EXPIRED)
    make_placement(session, session.get_one(Graduate, late.graduate_id))
    by = Actor(None, Role.EMPLOYER, employer_id=late.employer_id)

    with pytest.raises(RuleBrokenError) as refused:
        employer_answers.invite(session, by, late.id, on=clock.today())

    assert refused.value.code == "referral_late"


def _left(session: Session, drive: Drive) -> tuple[Posting, Graduate, Referral]:
    person, posting = make_referable(session, drive), make_posting(session, drive, headcount=2)
    left = make_referral(
        session, posting, person, state=_R.IN_POST, seat=False, left_on=clock.today()
    )
    return posting, person, left


def test_who_left_can_be_referred_to_the_same_posting_again(
    session: Session, drive: Drive, worker: Actor
) -> None:
    posting, person, left = _left(session, drive)
    pair = (posting.public_id, person.public_id)

    (seen,) = previews.preview_pairs(session, worker, [pair])
    (made,) = proposing.propose_many(session, worker, [Pair(posting.id, person.id)])

    assert seen.refusal is None
    assert made.refusal is None
    assert made.referral_id != left.id
    with pytest.raises(RuleBrokenError) as refused:
        _propose(session, worker, posting, person)
    assert refused.value.code == "referral_live_already"


def test_a_job_somebody_left_is_no_twin_of_what_is_taken_up_again(
    session: Session, drive: Drive
) -> None:
    posting, person, _ = _left(session, drive)
    ended = make_referral(session, posting, person, state=_R.WITHDRAWN)

    assert not going_on.has_twin(session, ended)
