"""Telling an employer of somebody's status: after hiring, for one claim agreed to, and not a day longer."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, HardshipTier, Role
from matcher.kinds.employer_side import StatedStatus, SubsidyClaim
from matcher.kinds.referrals import ReferralState
from matcher.kinds.zero_employment import ClaimSource, ClaimState, RecognitionBasis
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.people_rights import Disclosure
from matcher.models.referrals import Referral
from matcher.models.status_statements import StatusConsent, StatusStatement
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.consent_acts import withdraw_consent
from matcher.services.consents import current_text
from matcher.services.referrals import status_disclosures, status_statements
from matcher.services.referrals.status_disclosures import ClaimWish
from tests.factories.accounts import make_actor
from tests.factories.employer_side import STATES, EmployerSide, make_employer_side
from tests.factories.postings import make_employer

_R = ReferralState
_INSURANCE = ClaimWish(SubsidyClaim.SOCIAL_INSURANCE)


@pytest.fixture
def side(session: Session) -> EmployerSide:
    return make_employer_side(session)


def _hired(side: EmployerSide) -> Referral:
    return side.referrals[STATES.index(_R.IN_POST)]


def _agree(session: Session, side: EmployerSide, wish: ClaimWish = _INSURANCE) -> StatusConsent:
    text = current_text(session, ConsentPurpose.HARDSHIP_DISCLOSURE, clock.today())
    return status_disclosures.agree(
        session, side.caseworker, _hired(side).id, wish, text_id=text.id, on_paper=True
    )


def _make(session: Session, side: EmployerSide, agreed: StatusConsent) -> StatusStatement:
    says = StatedStatus.HARDSHIP_FILE
    return status_disclosures.make_statement(session, side.caseworker, agreed.id, says)


def test_a_statement_is_made_under_consent_to_the_claim_and_is_read_by_its_employer(
    session: Session, side: EmployerSide
) -> None:
    made = _make(session, side, _agree(session, side))

    told = status_statements.statements_for(session, side.agent, _hired(side).id)
    read = status_statements.read_statement(session, side.agent, made.public_id)

    assert [one.public_id for one in told] == [made.public_id]
    assert (read.says, read.claim) == (StatedStatus.HARDSHIP_FILE, SubsidyClaim.SOCIAL_INSURANCE)
    disclosure = session.scalars(sa.select(Disclosure)).one()
    assert disclosure.recipient == side.employer.name
    assert (disclosure.consent_kind, disclosure.subject_kind) == ("status_consent", "graduate")
    assert "困难" not in disclosure.purpose


def test_who_does_not_work_there_is_not_told_of(session: Session, side: EmployerSide) -> None:
    text = current_text(session, ConsentPurpose.HARDSHIP_DISCLOSURE, clock.today())
    for state in STATES:
        if state in (_R.REPORTED, _R.IN_POST):
            continue
        referral = side.referrals[STATES.index(state)]
        with pytest.raises(RuleBrokenError) as refused:
            status_disclosures.agree(
                session, side.caseworker, referral.id, _INSURANCE, text_id=text.id
            )
        assert refused.value.code == "statement_not_hired"


def test_after_leaving_nothing_new_is_stated(session: Session, side: EmployerSide) -> None:
    agreed = _agree(session, side)
    _hired(side).left_on = clock.today()
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        _make(session, side, agreed)

    assert refused.value.code == "statement_not_hired"


def test_consent_to_one_claim_is_none_to_another(session: Session, side: EmployerSide) -> None:
    first = _agree(session, side)
    second = _agree(session, side, ClaimWish(SubsidyClaim.LOCAL, "吸纳就业一次性补贴"))

    assert first.id != second.id
    assert first.consent_id == second.consent_id
    _make(session, side, first)
    assert len(status_statements.statements_for(session, side.agent, _hired(side).id)) == 1


def test_a_claim_the_kind_does_not_name_needs_its_own_name(
    session: Session, side: EmployerSide
) -> None:
    with pytest.raises(InvalidInputError):
        _agree(session, side, ClaimWish(SubsidyClaim.OTHER))


def test_given_twice_is_given_once_and_stated_once(session: Session, side: EmployerSide) -> None:
    agreed = _agree(session, side)
    assert _agree(session, side).id == agreed.id

    _make(session, side, agreed)
    with pytest.raises(RuleBrokenError) as refused:
        _make(session, side, agreed)

    assert refused.value.code == "statement_made"


def test_the_claim_taken_back_closes_the_statement(session: Session, side: EmployerSide) -> None:
    agreed = _agree(session, side)
    made = _make(session, side, agreed)

    status_disclosures.take_back(session, side.caseworker, agreed.id)

    assert status_statements.statements_for(session, side.agent, _hired(side).id) == []
    with pytest.raises(NotFoundError):
        status_statements.read_statement(session, side.agent, made.public_id)
    with pytest.raises(RuleBrokenError):
        _make(session, side, agreed)


def test_the_consent_for_the_employer_taken_back_closes_it_too(
    session: Session, side: EmployerSide
) -> None:
    agreed = _agree(session, side)
    made = _make(session, side, agreed)

    withdraw_consent(
        session,
        side.caseworker,
        _hired(side).graduate_id,
        ConsentPurpose.HARDSHIP_DISCLOSURE,
        employer_id=side.employer.id,
    )

    with pytest.raises(NotFoundError):
        status_statements.read_statement(session, side.agent, made.public_id)
    assert [
        one.is_live
        for one in status_statements.claims_of(session, side.caseworker, _hired(side).id)
    ] == [False]
    again = _agree(session, side)
    assert again.id != agreed.id


def test_what_the_files_do_not_say_is_not_stated(session: Session, side: EmployerSide) -> None:
    agreed = _agree(session, side)
    household = _household(session, side)
    household.tier = HardshipTier.NONE
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        _make(session, side, agreed)

    assert refused.value.code == "statement_not_true"


def _household(session: Session, side: EmployerSide) -> Household:
    graduate = session.get_one(Graduate, _hired(side).graduate_id)
    assert graduate.household_id is not None
    return session.get_one(Household, graduate.household_id)


@pytest.mark.parametrize(("days", "is_stated"), [(30, True), (-1, False)])
def test_a_family_without_work_is_stated_if_it_was_recognised_when_work_began(
    session: Session, side: EmployerSide, days: int, is_stated: bool
) -> None:
    """By this very job it is none any more."""
    began = _hired(side).reported_on
    assert began is not None
    session.add(
        ZeroEmploymentClaim(
            household_id=_household(session, side).id,
            union_id=side.union.id,
            source=next(iter(ClaimSource)),
            basis=next(iter(RecognitionBasis)),
            state=ClaimState.ONE_WORKING,
            entered_at=clock.now(),
            recognised_on=began - dt.timedelta(days=days),
            working_since_on=began,
            created_at=clock.now(),
        )
    )
    session.flush()
    agreed, says = _agree(session, side), StatedStatus.ZERO_EMPLOYMENT

    if is_stated:
        made = status_disclosures.make_statement(session, side.caseworker, agreed.id, says)
        assert made.held_on == began
        return
    with pytest.raises(RuleBrokenError):
        status_disclosures.make_statement(session, side.caseworker, agreed.id, says)


def test_neither_another_employer_nor_the_employer_itself_makes_or_reads_one(
    session: Session, side: EmployerSide
) -> None:
    agreed = _agree(session, side)
    made = _make(session, side, agreed)
    stranger = make_actor(session, Role.EMPLOYER, employer=make_employer(session, side.union))

    with pytest.raises(NotFoundError):
        status_statements.read_statement(session, stranger, made.public_id)
    with pytest.raises(NotAllowedError):
        status_disclosures.make_statement(
            session, side.agent, agreed.id, StatedStatus.HARDSHIP_FILE
        )
    with pytest.raises(NotAllowedError):
        status_statements.claims_of(session, side.agent, _hired(side).id)
