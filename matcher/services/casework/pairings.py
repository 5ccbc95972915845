"""Pairing (结对帮扶): a graduate and a partner, after the graduate's consent to just that.

The consent is asked for when pairing and at every reading: once it is withdrawn the partner sees nothing. A partner
sees name, contact and the agreed help (`own_pairings`), and takes no part in selecting that graduate at the own firm
(`may_not_select`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import ConsentPurpose, Role
from matcher.models.accounts import Account, Membership
from matcher.models.consents import Consent
from matcher.models.employers import Employer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.help_requests import Pairing
from matcher.models.organisations import Union
from matcher.policy.deadlines import get_deadline
from matcher.policy.limits import get_limit
from matcher.services import audit, tasks
from matcher.services.casework.cases import get_editable_case, whole_case_in_sight
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, get_in_scope, unique_or

SUBJECT = "pairing"
CONTACT_RULE = "pairing.contact_overdue"


def live_consent() -> sa.ColumnElement[bool]:
    """Return the condition on `Pairing` that the graduate's consent to pairing stands now."""
    return sa.exists().where(
        Consent.graduate_id == Pairing.graduate_id,
        Consent.purpose == ConsentPurpose.PAIRING,
        Consent.withdrawn_at.is_(None),
    )


@dataclass(frozen=True, kw_only=True)
class PairingInput:
    """Who helps, with what, how often; a partner with an account, or a unit that has none."""

    agreed_help: str
    partner_id: int | None = None
    partner_unit: str | None = None
    employer_id: int | None = None
    """The partner's own firm, if it is one of the employers here."""
    rhythm_days: int | None = None


def pair(session: Session, by: Actor, case_id: int, facts: PairingInput) -> Pairing:
    """Pair the graduate of an open case with a partner.

    Raises
    ------
    RuleBrokenError
        No consent stands, the partner has no such role, has too many already, or is paired with the person.
    """
    case = get_editable_case(session, by, case_id)
    _check(facts)
    consent_id = _consent_of(session, case.graduate_id)
    union = session.get_one(Union, case.union_id)
    if facts.partner_id is not None:
        _check_partner(session, by, facts.partner_id)
    if facts.employer_id is not None:
        get_in_scope(session, by, Employer, facts.employer_id)
    _check_load(session, facts, union.region_code)
    today = clock.today()
    rhythm = get_deadline("pairing.rhythm", union.region_code, today).value
    pairing = Pairing(
        union_id=case.union_id,
        graduate_id=case.graduate_id,
        partner_id=facts.partner_id,
        partner_unit=(facts.partner_unit or "").strip() or None,
        employer_id=facts.employer_id,
        consent_id=consent_id,
        agreed_help=facts.agreed_help.strip(),
        rhythm_days=facts.rhythm_days or rhythm,
        started_on=today,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    standing = RuleBrokenError("pairing_exists", "这位毕业生已与该帮扶人（单位）结对。")
    with unique_or(session, standing):
        session.add(pairing)
    _record(session, by, "pairing.started", pairing, consent=consent_id)
    session.flush()
    return pairing


def _check(facts: PairingInput) -> None:
    fields = {}
    if facts.partner_id is None and not (facts.partner_unit or "").strip():
        fields["partner_id"] = "请选择帮扶人，或填写帮扶单位。"
    if not facts.agreed_help.strip():
        fields["agreed_help"] = "请写明约定帮什么；帮扶人看得到这句话。"
    if facts.rhythm_days is not None and facts.rhythm_days < 1:
        fields["rhythm_days"] = "联系间隔至少 1 天。"
    if fields:
        raise InvalidInputError("pairing_input", "结对信息有误，请修改标出的项目。", fields=fields)


def _consent_of(session: Session, graduate_id: int) -> int:
    found = sa.select(Consent.id).where(
        Consent.graduate_id == graduate_id,
        Consent.purpose == ConsentPurpose.PAIRING,
        Consent.withdrawn_at.is_(None),
    )
    consent_id = session.scalar(found)
    if consent_id is None:
        raise RuleBrokenError(
            "pairing_needs_consent", "结对前须有本人对“结对”的同意，请先登记同意。"
        )
    return consent_id


def partners(session: Session, by: Actor) -> list[Account]:
    """Return the accounts that may be a partner: helpers (结对帮扶人) of the actor's part of the tree."""
    held = sa.select(Membership.account_id).where(
        Membership.role == Role.HELPER,
        Membership.ended_on.is_(None),
        Membership.union_id.in_(scope_of(by).unions()),
    )
    found = sa.select(Account).where(Account.is_active, Account.id.in_(held))
    return list(session.scalars(found.order_by(Account.display_name, Account.id)))


def _check_partner(session: Session, by: Actor, partner_id: int) -> None:
    """Refuse an account that is no helper here; lock it, so that two cannot pass its limit at once."""
    if partner_id not in {one.id for one in partners(session, by)}:
        raise RuleBrokenError("partner_not_helper", "帮扶人须先在账号管理中取得“结对帮扶人”角色。")
    session.scalar(sa.select(Account.id).where(Account.id == partner_id).with_for_update())


def _check_load(session: Session, facts: PairingInput, region: str | None) -> None:
    """Refuse one pairing more than the limit of the region allows a person, or a unit."""
    running = sa.select(sa.func.count(Pairing.id)).where(Pairing.ended_on.is_(None))
    if facts.partner_id is not None:
        rule, running = "pairing.per_partner", running.where(Pairing.partner_id == facts.partner_id)
    else:
        unit = (facts.partner_unit or "").strip()
        rule = "pairing.per_unit"
        running = running.where(Pairing.partner_unit == unit, Pairing.partner_id.is_(None))
    limit = get_limit(rule, region, clock.today()).value
    if (session.scalar(running) or 0) >= limit:
        raise RuleBrokenError(
            "partner_full", f"该帮扶人（单位）已结对 {limit} 人，达到上限，请另选。", limit=limit
        )


def pairing_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Pairing` for those whose case a caseworker or supervisor sees whole."""
    require(by, Permission.VIEW_CASES)
    return Pairing.graduate_id.in_(
        sa.select(GraduateCase.graduate_id).where(whole_case_in_sight(by))
    )


def get_pairing(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> Pairing:
    """Return a pairing whose case the actor sees whole."""
    found = sa.select(Pairing).where(Pairing.public_id == public_id, pairing_in_sight(by))
    return first_or_missing(session, found, lock=lock)


def end_pairing(
    session: Session,
    by: Actor,
    public_id: str,
    reason: str,
    *,
    expected_version: int | None = None,
) -> Pairing:
    """End a pairing with a reason; the partner sees it no more from now on."""
    require(by, Permission.EDIT_CASES)
    pairing = get_pairing(session, by, public_id, lock=True)
    expect_version(pairing, expected_version)
    if not reason.strip():
        message = "请写明结束原因。"
        raise InvalidInputError("pairing_input", message, fields={"reason": message})
    if pairing.ended_on is None:
        settle_end(session, by, pairing, reason.strip())
    return pairing


def settle_end(session: Session, by: Actor, pairing: Pairing, reason: str) -> None:
    """End a pairing that runs."""
    require(by, Permission.EDIT_CASES)
    pairing.ended_on, pairing.end_reason = clock.today(), reason
    tasks.drop_task(session, CONTACT_RULE, (SUBJECT, pairing.id))
    _record(session, by, "pairing.ended", pairing)
    session.flush()


def _record(session: Session, by: Actor, action: str, pairing: Pairing, **more: Any) -> None:
    audit.record(
        session, by, action, subject=(SUBJECT, pairing.id), graduate=pairing.graduate_id, **more
    )


def may_not_select(
    session: Session, graduate_id: int, employer_id: int, account_id: int | None = None
) -> bool:
    """Say whether a pairing keeps somebody out of selecting a graduate for an employer (回避).

    Whoever records an employer's choice (interview, offer, refusal) asks this before, for the account that
    chooses. The partner's firm is the one named in the pairing, or one the partner acts for. A pairing that ended
    still counts for `pairing.cooling`. A unit without an account keeps everybody of the firm out: the choice is
    then made together with the union.

    Parameters
    ----------
    account_id : who would choose; None asks whether anybody at the employer would have to stand back
    """
    since = clock.today() - _cooling(session, graduate_id)
    acts_for = sa.exists().where(
        Membership.account_id == Pairing.partner_id, Membership.employer_id == employer_id
    )
    tied = sa.or_(Pairing.employer_id == employer_id, acts_for)
    found = sa.select(Pairing.id).where(
        Pairing.graduate_id == graduate_id,
        tied,
        sa.or_(Pairing.ended_on.is_(None), Pairing.ended_on >= since),
    )
    if account_id is not None:
        found = found.where(sa.or_(Pairing.partner_id == account_id, Pairing.partner_id.is_(None)))
    return session.scalar(found.limit(1)) is not None


def _cooling(session: Session, graduate_id: int) -> dt.timedelta:
    region = session.scalar(
        sa.select(Union.region_code)
        .join(Graduate, Graduate.union_id == Union.id)
        .where(Graduate.id == graduate_id)
    )
    today = clock.today()
    return get_deadline("pairing.cooling", region, today).after(today) - today
