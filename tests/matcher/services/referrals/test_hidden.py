"""Hiding from named employers: by name, taken back at any time, pending referrals are withdrawn."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, EmployerState, Role, SeatState
from matcher.kinds.referrals import ReferralState, WithdrawalReason
from matcher.models.consents import Consent
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Seat
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import hidden
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referral

_R = ReferralState


@pytest.fixture
def referral(session: Session) -> Referral:
    return make_referral(session, state=_R.OFFERED, seat=True)


@pytest.fixture
def employer(session: Session, referral: Referral) -> Employer:
    return session.get_one(Employer, referral.employer_id)


@pytest.fixture
def person(session: Session, referral: Referral) -> Actor:
    graduate = session.get_one(Graduate, referral.graduate_id)
    return make_actor(session, Role.GRADUATE, graduate=graduate)


def _hidden(session: Session) -> list[int]:
    return list(session.scalars(sa.select(HiddenEmployer.employer_id)))


def test_hiding_withdraws_what_is_pending_there_and_frees_its_seat(
    session: Session, referral: Referral, employer: Employer, person: Actor
) -> None:
    elsewhere = make_referral(
        session, make_posting(session), session.get_one(Graduate, referral.graduate_id)
    )
    assert hidden.choice(session, person, referral.graduate_id, employer.public_id).withdrawn

    assert hidden.hide(session, person, referral.graduate_id, employer.public_id) == 1

    assert (referral.state, referral.withdrawal_reason) == (_R.WITHDRAWN, WithdrawalReason.CONSENT)
    assert elsewhere.state is _R.SENT
    seats = session.scalars(sa.select(Seat.state).where(Seat.posting_id == referral.posting_id))
    assert set(seats) == {SeatState.OPEN}
    assert _hidden(session) == [employer.id]
    live = sa.select(Consent.id).where(
        Consent.purpose == ConsentPurpose.DISCLOSURE,
        Consent.employer_id == employer.id,
        Consent.withdrawn_at.is_(None),
    )
    assert session.scalar(live) is None


def test_hiding_twice_changes_nothing_and_can_be_taken_back(
    session: Session, referral: Referral, employer: Employer, person: Actor
) -> None:
    hidden.hide(session, person, referral.graduate_id, employer.public_id)
    assert hidden.hide(session, person, referral.graduate_id, employer.public_id) == 0
    assert [one.name for one in hidden.list_hidden(session, person, referral.graduate_id)] == [
        employer.name
    ]

    assert hidden.unhide(session, person, referral.graduate_id, employer.public_id)

    assert _hidden(session) == []
    assert not hidden.unhide(session, person, referral.graduate_id, employer.public_id)


def test_a_job_already_accepted_is_not_ended_by_hiding(session: Session) -> None:
    referral = make_referral(session, state=_R.ACCEPTED)
    graduate = session.get_one(Graduate, referral.graduate_id)
    person = make_actor(session, Role.GRADUATE, graduate=graduate)
    employer = session.get_one(Employer, referral.employer_id)

    with pytest.raises(RuleBrokenError) as caught:
        hidden.hide(session, person, graduate.id, employer.public_id)

    assert caught.value.code == "hidden_settled"
    assert referral.state is _R.ACCEPTED


def test_staff_of_the_union_hide_at_the_persons_word_and_others_cannot(
    session: Session, referral: Referral, employer: Employer
) -> None:
    union = session.get_one(Union, referral.union_id)
    clerk = make_actor(session, Role.CASEWORKER, union=union)
    strangers = (
        make_actor(session, Role.CASEWORKER),
        make_actor(session, Role.GRADUATE, graduate=make_graduate(session)),
    )
    for stranger in strangers:
        with pytest.raises(NotFoundError):
            hidden.hide(session, stranger, referral.graduate_id, employer.public_id)
        with pytest.raises(NotFoundError):
            hidden.list_hidden(session, stranger, referral.graduate_id)

    assert hidden.hide(session, clerk, referral.graduate_id, employer.public_id) == 1


def test_a_search_finds_verified_employers_by_two_letters_or_more(
    session: Session, referral: Referral, person: Actor
) -> None:
    make_employer(session, name="滨州渤海数据服务有限公司")
    make_employer(session, name="渤海未核有限公司", state=EmployerState.PENDING)

    def found(name: str) -> list[str]:
        return [
            one.name for one in hidden.search_employers(session, person, referral.graduate_id, name)
        ]

    assert found("渤海") == ["滨州渤海数据服务有限公司"]
    assert found("渤") == found("%%") == found("__") == []
