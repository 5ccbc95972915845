"""Training providers (培训机构): who offers courses, by which licence, and where their links go."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import mask_phone, normalise_phone, phone_problem
from matcher.models.organisations import UnionClosure
from matcher.models.training import TrainingProvider
from matcher.services import audit
from matcher.services.permissions import SYSTEM, Actor, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found, unique_or
from matcher.services.training.messages import MAIL, PHONE
from matcher.services.training.sight import require_staff

SUBJECT = "training_provider"


@dataclass(frozen=True, kw_only=True)
class ProviderInput:
    """What is kept of a provider; an empty telephone or mail leaves the one that is there."""

    name: str
    licence_number: str | None = None
    licence_valid_to: dt.date | None = None
    region_code: str | None = None
    address: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_mail: str | None = None


def providers_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `TrainingProvider` for those of the district and of the unions above."""
    require_staff(by)
    inside = TrainingProvider.union_id.in_(scope_of(by).unions())
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == by.union_id)
    return inside if by is SYSTEM else sa.or_(inside, TrainingProvider.union_id.in_(above))


def list_providers(session: Session, by: Actor) -> list[TrainingProvider]:
    """Return the providers a course may be of, by name."""
    found = sa.select(TrainingProvider).where(providers_in_sight(by))
    return list(session.scalars(found.order_by(TrainingProvider.name, TrainingProvider.id)))


def get_provider(session: Session, by: Actor, provider_id: int) -> TrainingProvider:
    """Return a provider in sight."""
    found = sa.select(TrainingProvider).where(
        TrainingProvider.id == provider_id, providers_in_sight(by)
    )
    return first_or_missing(session, found, lock=False)


def find_provider(session: Session, by: Actor, public_id: str) -> TrainingProvider:
    """Return a provider in sight by its public number."""
    found = sa.select(TrainingProvider).where(
        TrainingProvider.public_id == public_id, providers_in_sight(by)
    )
    return first_or_missing(session, found, lock=False)


def add_provider(session: Session, by: Actor, facts: ProviderInput) -> TrainingProvider:
    """Add a provider to the own union."""
    require_staff(by)
    if by.union_id is None:
        raise not_found()
    row = TrainingProvider(
        union_id=by.union_id,
        name=facts.name.strip(),
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    known = RuleBrokenError("provider_known", "本会已有同名的培训机构，请从列表中选择。")
    _fill(session, row, facts)
    with unique_or(session, known):
        session.add(row)
    audit.record(session, by, "provider.added", subject=(SUBJECT, row.id))
    session.flush()
    return row


def change_provider(
    session: Session,
    by: Actor,
    provider_id: int,
    facts: ProviderInput,
    *,
    expected_version: int | None = None,
) -> TrainingProvider:
    """Change a provider of the own district."""
    require_staff(by)
    inside = TrainingProvider.union_id.in_(scope_of(by).unions())
    found = sa.select(TrainingProvider).where(TrainingProvider.id == provider_id, inside)
    row = first_or_missing(session, found, lock=True)
    expect_version(row, expected_version)
    known = RuleBrokenError("provider_known", "本会已有同名的培训机构，请从列表中选择。")
    with unique_or(session, known):
        _fill(session, row, facts)
    audit.record(session, by, "provider.changed", subject=(SUBJECT, row.id))
    session.flush()
    return row


def _fill(session: Session, row: TrainingProvider, facts: ProviderInput) -> None:
    fields = {}
    if not facts.name.strip():
        fields["name"] = "请填机构名称。"
    if facts.contact_phone and phone_problem(normalise_phone(facts.contact_phone)):
        fields["contact_phone"] = "电话号码不正确，请填手机号或带区号的座机。"
    if facts.contact_mail and "@" not in facts.contact_mail:
        fields["contact_mail"] = "邮箱地址不正确。"
    if fields:
        raise InvalidInputError("provider_input", "机构信息有误，请修改标出的项目。", fields=fields)
    ring = ring_of(session)
    row.name, row.address = facts.name.strip(), facts.address
    row.licence_number, row.licence_valid_to = facts.licence_number, facts.licence_valid_to
    row.region_code, row.contact_name = facts.region_code, facts.contact_name
    if facts.contact_phone:
        number = normalise_phone(facts.contact_phone)
        row.contact_phone_cipher = ring.encrypt(number, PHONE)
        row.contact_phone_masked = mask_phone(number)
    if facts.contact_mail:
        row.contact_mail_cipher = ring.encrypt(facts.contact_mail.strip(), MAIL)
