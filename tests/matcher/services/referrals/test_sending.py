"""A referral leaves for the employer under the person's live consent for this very employer, and no other."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import Channel, ConsentPurpose, PostingState, Role
from matcher.kinds.casework import ServiceKind
from matcher.kinds.referrals import DisclosurePart, ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduate_cases import ServiceAct
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services import consent_acts
from matcher.services.permissions import Actor
from matcher.services.referrals import sending, sight
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_consent, make_referable, make_referral

_R = ReferralState


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


@pytest.fixture
def proposed(session: Session, drive: Drive) -> Referral:
    person = make_referable(session, drive)
    return make_referral(session, make_posting(session, drive), person, state=_R.PROPOSED)


def _own(referral: Referral) -> Actor:
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=referral.graduate_id)


def _employer(session: Session, referral: Referral) -> Actor:
    account = make_actor(session, Role.EMPLOYER, employer=make_employer(session))
    return Actor(account.account_id, Role.EMPLOYER, employer_id=referral.employer_id)


def test_who_agrees_is_sent_with_what_they_chose_to_show(
    session: Session, proposed: Referral
) -> None:
    shown = [DisclosurePart.SCHOOL, DisclosurePart.NAME]

    sending.agree(session, _own(proposed), proposed.id, disclosed=shown)

    consent = session.get_one(Consent, proposed.consent_id or 0)
    assert proposed.state is _R.SENT
    assert proposed.disclosed == ["name", "school"]
    assert (consent.purpose, consent.employer_id, consent.given_through) == (
        ConsentPurpose.DISCLOSURE,
        proposed.employer_id,
        Channel.SELF,
    )


@pytest.mark.parametrize(
    ("on_paper", "through"), [(True, Channel.PAPER), (False, Channel.ON_BEHALF)]
)
def test_staff_enter_the_consent_a_person_signed_or_said(
    session: Session, proposed: Referral, worker: Actor, on_paper: bool, through: Channel
) -> None:
    sending.agree(session, worker, proposed.id, on_paper=on_paper)

    assert session.get_one(Consent, proposed.consent_id or 0).given_through is through


def test_nothing_is_sent_without_a_consent_for_this_employer(
    session: Session, proposed: Referral, worker: Actor
) -> None:
    graduate = session.get_one(Graduate, proposed.graduate_id)
    make_consent(session, graduate, ConsentPurpose.DISCLOSURE)
    make_consent(session, graduate, ConsentPurpose.DISCLOSURE, make_employer(session).id)

    with pytest.raises(RuleBrokenError) as refused:
        sending.send(session, worker, proposed.id)

    assert (refused.value.code, proposed.sent_at) == ("referral_no_disclosure", None)


def test_a_consent_that_was_withdrawn_sends_nothing(
    session: Session, drive: Drive, proposed: Referral, worker: Actor
) -> None:
    sending.agree(session, worker, proposed.id)
    second = make_referral(
        session,
        make_posting(session, drive, employer_id=proposed.employer_id),
        session.get_one(Graduate, proposed.graduate_id),
        state=_R.PROPOSED,
    )
    consent_acts.withdraw_consent(
        session,
        worker,
        proposed.graduate_id,
        ConsentPurpose.DISCLOSURE,
        employer_id=proposed.employer_id,
    )

    with pytest.raises(RuleBrokenError):
        sending.send(session, worker, second.id)


def test_a_second_referral_to_the_same_employer_shows_what_was_chosen_before(
    session: Session, drive: Drive, proposed: Referral, worker: Actor
) -> None:
    sending.agree(session, worker, proposed.id, disclosed=[DisclosurePart.NAME])
    second = make_referral(
        session,
        make_posting(session, drive, employer_id=proposed.employer_id),
        session.get_one(Graduate, proposed.graduate_id),
        state=_R.PROPOSED,
    )

    sending.send(session, worker, second.id)

    assert (second.state, second.disclosed) == (_R.SENT, ["name"])


def test_an_employer_sees_nothing_before_it_is_sent(
    session: Session, proposed: Referral, worker: Actor
) -> None:
    employer = _employer(session, proposed)
    with pytest.raises(NotFoundError):
        sight.get_referral(session, employer, proposed.id)

    sending.agree(session, worker, proposed.id)

    assert sight.get_referral(session, employer, proposed.id) is proposed


def test_sending_is_a_recommendation_of_the_case_credited_to_who_sent(
    session: Session, proposed: Referral, worker: Actor
) -> None:
    case = make_case(session, session.get_one(Graduate, proposed.graduate_id))

    sending.agree(session, worker, proposed.id)

    act = session.scalars(sa.select(ServiceAct).where(ServiceAct.case_id == case.id)).one()
    assert (act.kind, act.credited_to_id) == (ServiceKind.RECOMMENDATION, worker.account_id)
    assert proposed.case_id == case.id


def test_a_recommendation_the_person_agreed_to_is_credited_to_who_proposed(
    session: Session, proposed: Referral, worker: Actor
) -> None:
    case = make_case(session, session.get_one(Graduate, proposed.graduate_id))
    proposed.proposed_by_id = worker.account_id

    sending.agree(session, _own(proposed), proposed.id)

    act = session.scalars(sa.select(ServiceAct).where(ServiceAct.case_id == case.id)).one()
    assert act.credited_to_id == worker.account_id


def test_what_changed_since_the_proposal_stops_the_sending(
    session: Session, drive: Drive, worker: Actor
) -> None:
    closed, hidden, placed = (
        make_referral(session, make_posting(session, drive), state=_R.PROPOSED) for _ in range(3)
    )
    session.get_one(Posting, closed.posting_id).state = PostingState.CLOSED
    session.add(
        HiddenEmployer(
            graduate_id=hidden.graduate_id, employer_id=hidden.employer_id, hidden_at=clock.now()
        )
    )
    graduate = session.get_one(Graduate, placed.graduate_id)
    make_referral(session, make_posting(session, drive), graduate, state=_R.ACCEPTED)
    codes = []

    for one in (closed, hidden, placed):
        with pytest.raises(RuleBrokenError) as refused:
            sending.agree(session, worker, one.id)
        codes.append(refused.value.code)

    assert codes == ["referral_posting_closed", "referral_hidden", "referral_settled"]


def test_sent_twice_is_told_so(session: Session, proposed: Referral, worker: Actor) -> None:
    sending.agree(session, worker, proposed.id)

    with pytest.raises(RuleBrokenError) as refused:
        sending.agree(session, worker, proposed.id)

    assert refused.value.code == "referral_step_wrong"
