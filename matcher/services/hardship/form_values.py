"""What a hardship file says, in the fields and the order of the national form (全国系统录入用).

Values are plain: whoever calls this seals them at once, or shows them to somebody whose reveal is in the trail.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.kinds.household_facts import IncomeKind
from matcher.models.household_facts import HouseholdCause, HouseholdIncome
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.policy.national_form import load_form
from matcher.services import sealing
from matcher.services.hardship.people import members_of
from matcher.vocabulary.regions import load_regions

Line = dict[str, Any]
"""Part, number of the member (0 outside members), code of the field, value in words."""


def _line(part: str, code: str, value: object, number: int = 0) -> Line:
    return {"part": part, "number": number, "code": code, "value": _words(value)}


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(getattr(value, "label", value))


def form_values(session: Session, household: Household) -> list[Line]:
    """Return the fields of the form that this product holds, in the form's order, empty ones too."""
    members = [one for one in members_of(session, household.id) if one.left_on is None]
    holder = next((one for one in members if one.is_holder), None)
    lines = _head(session, household, holder, len(members))
    others = [one for one in members if one is not holder]
    for number, member in enumerate(others, start=1):
        lines += _member(session, member, number)
    lines += _causes(session, household)
    lines.append(_line("relief", "approved_on", household.approved_on))
    card = sealing.open_sealed(session, holder, "card") if holder else None
    lines.append(_line("bank", "bank_name", holder.bank_name if holder else None))
    lines.append(_line("bank", "bank_card", card))
    return lines


def _head(
    session: Session, household: Household, holder: HouseholdMember | None, n_members: int
) -> list[Line]:
    values: dict[str, object] = {
        "file_number": household.file_number,
        "tier": household.tier,
        **(_of_holder(session, holder) if holder else {}),
        "housing": household.housing,
        "floor_area": household.floor_area_m2,
        "address": sealing.open_sealed(session, household, "address"),
        "unit_name": household.unit_name,
        "unit_kind": household.unit_nature,
        "unit_state": household.unit_condition,
        "industry": household.industry,
        "postal_code": household.postcode,
        "other_contact": _opened(session, household.contact_cipher, "household.contact"),
        "is_single_parent": household.is_single_parent,
        **_incomes(session, household, holder, n_members),
        "n_members": n_members,
        "region": _region(household.hukou_region_code or household.region_code),
        "self_help": household.has_self_help,
        "is_zero_employment": household.is_zero_employment,
    }
    order = {field.code: position for position, field in enumerate(load_form())}
    return [_line("head", code, values[code]) for code in sorted(values, key=order.__getitem__)]


def _of_holder(session: Session, holder: HouseholdMember) -> dict[str, object]:
    return {
        "holder_name": holder.name,
        "ethnicity": holder.ethnicity,
        "sex": holder.sex,
        "political_status": holder.politics,
        "model_worker": holder.model_worker,
        "working_since": holder.work_since_on,
        "insurance": holder.medical_insurance,
        "id_number": sealing.open_sealed(session, holder, "id_number"),
        "birth_on": holder.birth_on,
        "health": holder.health,
        "illness": _illness(session, holder),
        "work_status": holder.work_status,
        "phone": sealing.open_sealed(session, holder, "phone"),
        "marital": holder.marital,
        "hukou": holder.hukou,
    }


def _member(session: Session, member: HouseholdMember, number: int) -> list[Line]:
    schooling = session.scalar(
        sa.select(MemberSchooling)
        .where(MemberSchooling.member_id == member.id, MemberSchooling.ended_on.is_(None))
        .order_by(MemberSchooling.id.desc())
    )
    work = session.scalar(
        sa.select(MemberEmployment).where(
            MemberEmployment.member_id == member.id, MemberEmployment.to_on.is_(None)
        )
    )
    unit = schooling.school if schooling else work.unit if work else None
    values: dict[str, object] = {
        "member_name": member.name,
        "member_relation": member.relation,
        "member_ethnicity": member.ethnicity,
        "member_id_number": sealing.open_sealed(session, member, "id_number"),
        "member_birth_on": member.birth_on,
        "member_sex": member.sex,
        "member_health": member.health,
        "member_illness": _illness(session, member),
        "member_marital": member.marital,
        "member_hukou": member.hukou,
        "member_phone": sealing.open_sealed(session, member, "phone"),
        "member_work_status": member.work_status,
        "member_school_level": schooling.level if schooling else member.education,
        "member_entered_on": schooling.entered_on if schooling else None,
        "member_unit_or_school": unit,
    }
    return [_line("member", code, value, number) for code, value in values.items()]


def _causes(session: Session, household: Household) -> list[Line]:
    found = sa.select(HouseholdCause).where(HouseholdCause.household_id == household.id)
    causes = list(session.scalars(found.order_by(HouseholdCause.position)))
    main = next((one.cause for one in causes if one.position == 0), None)
    others = "、".join(_words(one.cause) for one in causes if one.position > 0)
    return [_line("cause", "main_cause", main), _line("cause", "other_causes", others)]


def _incomes(
    session: Session, household: Household, holder: HouseholdMember | None, n_members: int
) -> dict[str, object]:
    """Return the incomes of the newest year recorded, without the union's own aid."""
    found = sa.select(HouseholdIncome).where(HouseholdIncome.household_id == household.id)
    rows = [row for row in session.scalars(found) if row.kind is not IncomeKind.UNION_AID]
    year = max((row.year for row in rows), default=None)
    newest = [row for row in rows if row.year == year]
    whole = sum(row.amount_fen for row in newest)
    wages = [row for row in newest if row.kind is IncomeKind.WAGE]
    own = sum(row.amount_fen for row in wages if holder and row.member_id == holder.id)
    if not newest:
        return {}
    return {
        "holder_monthly_income": _yuan(own // 12),
        "other_yearly_income": _yuan(whole - sum(row.amount_fen for row in wages)),
        "yearly_income": _yuan(whole),
        "monthly_per_head": _yuan(whole // 12 // max(1, n_members)),
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _region(code: str | None) -> str | None:
    if code is None:
        return None
    found = load_regions().get(code)
    return f"{found.name}（{code}）" if found is not None else code


def _illness(session: Session, member: HouseholdMember) -> str | None:
    return _opened(session, member.illness_cipher, "household_member.illness")


def _opened(session: Session, cipher: bytes | None, column: str) -> str | None:
    return ring_of(session).decrypt(cipher, column) if cipher else None
