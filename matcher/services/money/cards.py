"""Named cards of those who are paid (本人银行卡): copied closed onto a line, shown in full for a typed reason only."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, NotFoundError
from matcher.identity import mask_card
from matcher.models.households import HouseholdMember
from matcher.models.money import PaymentLine, PaymentList
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.reveals import require_reason
from matcher.services.rows import first_or_missing

_SHORTEST, _LONGEST = 12, 19
_PURPOSE, _OF_MEMBER = "payment_line.card", "household_member.card"


@dataclass(frozen=True)
class Card:
    """A card as a line keeps it."""

    cipher: bytes
    masked: str | None
    bank_name: str | None


def card_of(session: Session, member: HouseholdMember | None) -> Card | None:
    """Return a member's own card closed for a payment line; None if none is stored."""
    if member is None or member.card_cipher is None:
        return None
    ring = ring_of(session)
    number = ring.decrypt(member.card_cipher, _OF_MEMBER)
    return Card(ring.encrypt(number, _PURPOSE), member.card_masked, member.bank_name)


def typed_card(session: Session, number: str, bank_name: str | None) -> Card:
    """Return a card as somebody typed it, closed for a payment line.

    Raises
    ------
    InvalidInputError
        It has not the digits of a card.
    """
    digits = re.sub(r"[\s-]", "", number)
    if not (digits.isascii() and digits.isdigit() and _SHORTEST <= len(digits) <= _LONGEST):
        words = "银行卡号应是 12 至 19 位数字。"
        raise InvalidInputError("line_input", words, fields={"card": words})
    cipher = ring_of(session).encrypt(digits, _PURPOSE)
    return Card(cipher, mask_card(digits), (bank_name or "").strip() or None)


def full_number(session: Session, line: PaymentLine) -> str:
    """Return a line's card in full, for use cases that allowed and logged it; empty if there is none."""
    return ring_of(session).decrypt(line.card_cipher, _PURPOSE) if line.card_cipher else ""


def reveal_card(session: Session, by: Actor, list_id: int, public_id: str, *, reason: str) -> str:
    """Return a line's card in full and write down who saw it and why."""
    require(by, Permission.VIEW_MONEY)
    require(by, Permission.REVEAL_NUMBER)
    require_reason(reason)
    found = (
        sa.select(PaymentLine)
        .join(PaymentList, PaymentList.id == PaymentLine.list_id)
        .where(
            PaymentLine.list_id == list_id,
            PaymentLine.public_id == public_id,
            PaymentList.union_id.in_(scope_of(by).unions()),
        )
    )
    line = first_or_missing(session, found, lock=False)
    if line.card_cipher is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(
        session,
        by,
        "number.revealed",
        subject=("payment_line", line.id),
        field="card",
        reason=reason.strip(),
    )
    return full_number(session, line)
