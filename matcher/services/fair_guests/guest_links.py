"""The link of a visitor (参会链接): answer, ticket and route without an account, for whoever got it by message or page.

Its token is the visitor's public number and a keyed hash of it: nothing to store, nothing to guess, and organisers,
who read the number in their own addresses, cannot make it. It ends when the visitor's data are forgotten.
"""

import hmac

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of, settings_of
from matcher.errors import NotFoundError
from matcher.models.fair_visitors import FairVisitor

_PURPOSE = "fair_visitor.link"
_ID_LENGTH = 18
_MAC_LENGTH = 24
"""Hex characters kept of the hash: 96 bits, which nobody tries."""


def token_of(session: Session, visitor: FairVisitor) -> str:
    """Return the token of a visitor's link; always the same one."""
    return visitor.public_id + _mac(session, visitor.public_id)


def address_of(session: Session, visitor: FairVisitor) -> str:
    """Return the whole address a visitor's link is opened at."""
    return f"{settings_of(session).address}/v/{token_of(session, visitor)}"


def look(session: Session, token: str, *, lock: bool = False) -> FairVisitor:
    """Return the visitor of a token; one answer for every token that is of no use.

    Raises
    ------
    NotFoundError
        Made up, cut short, or of somebody whose data were forgotten.
    """
    public_id = token[:_ID_LENGTH]
    if hmac.compare_digest(token[_ID_LENGTH:].encode(), _mac(session, public_id).encode()):
        found = sa.select(FairVisitor).where(
            FairVisitor.public_id == public_id, FairVisitor.forgotten_at.is_(None)
        )
        if lock:
            found = found.with_for_update().execution_options(populate_existing=True)
        visitor = session.scalar(found)
        if visitor is not None:
            return visitor
    raise NotFoundError(
        "visit_link_unusable", "这个链接不能用了：可能地址没有复制全，或者信息已按期删除。"
    )


def _mac(session: Session, public_id: str) -> str:
    return ring_of(session).blind_index(public_id, _PURPOSE)[:_MAC_LENGTH]
