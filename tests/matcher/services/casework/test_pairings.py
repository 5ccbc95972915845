"""Pairing stands on the graduate's consent; the partner sees name, contact and agreed help only."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, Role
from matcher.kinds.casework import ContactChannel
from matcher.models.accounts import Membership
from matcher.models.audit import AuditEntry
from matcher.models.graduate_cases import GraduateCase
from matcher.models.help_requests import Pairing
from matcher.models.organisations import Union
from matcher.policy.limits import get_limit
from matcher.services import consent_acts, consents
from matcher.services.casework import own_pairings, pairings
from matcher.services.casework.pairings import PairingInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer


@pytest.fixture
def union(session: Session) -> Union:
    consents.seed_consent_texts(session)
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def partner(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.HELPER, union=union)


def _case(session: Session, worker: Actor, *, agrees: bool = True) -> GraduateCase:
    graduate = make_graduate(session, union_id=worker.union_id)
    case = make_case(session, graduate, owner_id=worker.account_id)
    if agrees:
        text = consents.current_text(session, ConsentPurpose.PAIRING, clock.today())
        consent_acts.give_consent(
            session, worker, graduate.id, ConsentPurpose.PAIRING, text_id=text.id
        )
    return case


def _pair(session: Session, worker: Actor, case: GraduateCase, **changes: object) -> Pairing:
    fields: dict[str, object] = {"agreed_help": "每月改一次简历"}
    return pairings.pair(session, worker, case.id, PairingInput(**(fields | changes)))  # type: ignore[arg-type]  # by name


def test_nobody_is_paired_without_consent(session: Session, worker: Actor, partner: Actor) -> None:
    case = _case(session, worker, agrees=False)

    with pytest.raises(RuleBrokenError) as refused:
        _pair(session, worker, case, partner_id=partner.account_id)
    assert refused.value.code == "pairing_needs_consent"


def test_the_partner_sees_nothing_from_the_withdrawal_on(
    session: Session, worker: Actor, partner: Actor
) -> None:
    case = _case(session, worker)
    pairing = _pair(session, worker, case, partner_id=partner.account_id)
    assert len(own_pairings.own_pairings(session, partner)) == 1

    consent_acts.withdraw_consent(session, worker, case.graduate_id, ConsentPurpose.PAIRING)

    assert own_pairings.own_pairings(session, partner) == []
    for act in (
        lambda: own_pairings.reveal_own_phone(session, partner, pairing.public_id),
        lambda: own_pairings.record_contact(
            session,
            partner,
            pairing.public_id,
            happened_on=clock.today(),
            channel=ContactChannel.PHONE,
        ),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_what_the_partner_reads_has_no_field_of_family_case_or_tier() -> None:
    fields = {field.name for field in dataclasses.fields(own_pairings.OwnPairing)}

    assert fields == {
        "public_id",
        "name",
        "phone_masked",
        "agreed_help",
        "rhythm_days",
        "last_contact_on",
        "next_on",
    }


def test_a_partner_sees_own_pairings_only_and_each_phone_is_logged(
    session: Session, worker: Actor, partner: Actor, union: Union
) -> None:
    other = make_actor(session, Role.HELPER, union=union)
    pairing = _pair(session, worker, _case(session, worker), partner_id=partner.account_id)

    assert own_pairings.own_pairings(session, other) == []
    with pytest.raises(NotFoundError):
        own_pairings.reveal_own_phone(session, other, pairing.public_id)
    assert own_pairings.reveal_own_phone(session, partner, pairing.public_id).startswith("139")
    session.commit()
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert "number.revealed" in actions


def test_a_partner_is_paired_with_no_more_than_the_limit_of_the_data(
    session: Session, worker: Actor, partner: Actor
) -> None:
    limit = get_limit("pairing.per_partner", "640104", clock.today()).value
    for _ in range(limit):
        _pair(session, worker, _case(session, worker), partner_id=partner.account_id)

    with pytest.raises(RuleBrokenError) as refused:
        _pair(session, worker, _case(session, worker), partner_id=partner.account_id)
    assert refused.value.code == "partner_full"


def test_the_same_two_are_paired_once_and_a_unit_may_stand_for_a_person(
    session: Session, worker: Actor, partner: Actor
) -> None:
    case = _case(session, worker)
    _pair(session, worker, case, partner_id=partner.account_id)
    with pytest.raises(RuleBrokenError) as refused:
        _pair(session, worker, case, partner_id=partner.account_id)
    assert refused.value.code == "pairing_exists"

    unit = _pair(session, worker, case, partner_unit="某供电公司")
    assert unit.partner_id is None
    with pytest.raises(InvalidInputError):
        _pair(session, worker, case)


def test_only_a_helper_of_the_district_is_a_partner(session: Session, worker: Actor) -> None:
    stranger = make_actor(session, Role.HELPER)

    with pytest.raises(RuleBrokenError) as refused:
        _pair(session, worker, _case(session, worker), partner_id=stranger.account_id)
    assert refused.value.code == "partner_not_helper"


def test_a_partner_is_kept_out_of_the_selection_at_the_own_firm(
    session: Session, worker: Actor, partner: Actor, union: Union
) -> None:
    firm, acted_for, elsewhere = (make_employer(session, union) for _ in range(3))
    session.add(
        Membership(account_id=partner.account_id, role=Role.EMPLOYER, employer_id=acted_for.id)
    )
    case = _case(session, worker)
    pairing = _pair(session, worker, case, partner_id=partner.account_id, employer_id=firm.id)

    def barred(employer_id: int, account_id: int | None = None) -> bool:
        return pairings.may_not_select(session, case.graduate_id, employer_id, account_id)

    assert [barred(one.id) for one in (firm, acted_for, elsewhere)] == [True, True, False]
    assert barred(firm.id, partner.account_id)
    assert not barred(firm.id, worker.account_id)

    pairings.end_pairing(session, worker, pairing.public_id, "换人")
    assert barred(firm.id, partner.account_id)  # for the time the data say
    pairing.ended_on = clock.today() - dt.timedelta(days=800)
    session.flush()
    assert not barred(firm.id, partner.account_id)


def test_a_contact_moves_the_next_day_on_and_a_partner_without_account_tells_the_caseworker(
    session: Session, worker: Actor, partner: Actor
) -> None:
    case = _case(session, worker)
    own = _pair(session, worker, case, partner_id=partner.account_id, rhythm_days=14)
    unit = _pair(session, worker, case, partner_unit="某供电公司")
    facts = {"happened_on": clock.today(), "channel": ContactChannel.PHONE}

    own_pairings.record_contact(session, partner, own.public_id, note="约了周五", **facts)  # type: ignore[arg-type]  # by name
    own_pairings.record_contact_of(session, worker, unit.public_id, **facts)  # type: ignore[arg-type]  # by name

    assert own_pairings.next_contact_on(own) == clock.today() + dt.timedelta(days=14)
    ((_, note),) = own_pairings.contacts_of(session, worker, own.public_id)
    assert note == "约了周五"
    with pytest.raises(NotFoundError):
        own_pairings.record_contact(session, partner, unit.public_id, **facts)  # type: ignore[arg-type]  # by name
