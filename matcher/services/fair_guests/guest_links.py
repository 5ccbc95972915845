"""The link of a visitor (参会链接): answer, ticket and route without an account, for whoever got it by message or page.

Its token is the visitor's public number and a keyed hash of it: nothing to store, nothing to guess, and organisers,
who read the number in their own addresses, cannot make it. It ends when the visitor's data are forgotten.

A phone in the hall is known by a token of its own, which opens queues and nothing else: a ticket's code, which every
booth reads, makes that one, and must never lead to the visitor's page.
"""

import hmac

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of, settings_of
from matcher.errors import NotFoundError
from matcher.keys import KeyRing
from matcher.models.fair_visitors import FairVisitor

_PURPOSE = "fair_visitor.link"
_HALL_PURPOSE = "fair_visitor.hall"
_ID_LENGTH = 18
_MAC_LENGTH = 24
"""Hex characters kept of the hash: 96 bits, which nobody tries."""


def token_of(session: Session, visitor: FairVisitor) -> str:
    """Return the token of a visitor's link; always the same one."""
    return visitor.public_id + _mac(ring_of(session), visitor.public_id, _PURPOSE)


def address_of(session: Session, visitor: FairVisitor) -> str:
    """Return the whole address a visitor's link is opened at."""
    return f"{settings_of(session).address}/v/{token_of(session, visitor)}"


def hall_token_of(session: Session, visitor: FairVisitor) -> str:
    """Return the token a phone in the hall is known by; it opens no page of the visitor."""
    return visitor.public_id + _mac(ring_of(session), visitor.public_id, _HALL_PURPOSE)


def look(session: Session, token: str, *, lock: bool = False) -> FairVisitor:
    """Return the visitor of a link's token; one answer for every token that is of no use.

    Raises
    ------
    NotFoundError
        Made up, cut short, of a phone in the hall, or of somebody whose data were forgotten.
    """
    return _visitor(session, token, _PURPOSE, lock=lock)


def look_in_hall(session: Session, token: str) -> FairVisitor:
    """Return the visitor of a phone in the hall.

    Raises
    ------
    NotFoundError
        As of a link.
    """
    return _visitor(session, token, _HALL_PURPOSE)


def _visitor(session: Session, token: str, purpose: str, *, lock: bool = False) -> FairVisitor:
    public_id = _whose(ring_of(session), token, purpose)
    if public_id is not None:
        found = sa.select(FairVisitor).where(
            FairVisitor.public_id == public_id, FairVisitor.forgotten_at.is_(None)
        )
        if lock:
            found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
        visitor = session.scalar(found)
        if visitor is not None:
            return visitor
    raise NotFoundError(
        "visit_link_unusable", "这个链接不能用了：可能地址没有复制全，或者信息已按期删除。"
    )


def whose_link(ring: KeyRing, token: str) -> str | None:
    """Return whose public number a link's token holds, None if we did not make it; nothing is looked up."""
    return _whose(ring, token, _PURPOSE)


def whose_phone(ring: KeyRing, token: str) -> str | None:
    """Return whose public number the token of a phone in the hall holds, None if we did not make it."""
    return _whose(ring, token, _HALL_PURPOSE)


def _whose(ring: KeyRing, token: str, purpose: str) -> str | None:
    public_id, mac = token[:_ID_LENGTH], token[_ID_LENGTH:]
    good = hmac.compare_digest(mac.encode(), _mac(ring, public_id, purpose).encode())
    return public_id if good else None


def _mac(ring: KeyRing, public_id: str, purpose: str) -> str:
    return ring.blind_index(public_id, purpose)[:_MAC_LENGTH]
