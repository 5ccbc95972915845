"""Tokens of the JSON API (接口令牌): each bound to one role at one place, kept as a hash, revocable."""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError
from matcher.models.accounts import Account, ApiToken, Membership
from matcher.services import audit, sign_in_sessions
from matcher.services.permissions import GRANTS, Actor, Permission, require
from matcher.services.sign_in_sessions import SignedIn

LIFE = dt.timedelta(days=180)
"""Half a year, so that a forgotten token ends by itself."""


def find_bearer(session: Session, token: str) -> SignedIn | None:
    """Return who bears a token, or None if it is unknown, expired, revoked or its role has ended.

    A role that may not use the interface (any more) has no tokens, whatever was issued to it.
    """
    row = session.execute(
        sa.select(ApiToken, Membership, Account)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            ApiToken.token_hash == sign_in_sessions.token_hash(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
            sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today()),
            Account.is_active,
        )
    ).one_or_none()
    if row is None:
        return None
    _, membership, account = row
    if Permission.USE_API not in GRANTS[membership.role]:
        return None
    return sign_in_sessions.bearer_of(session, account, membership)


def issue_token(session: Session, by: Actor, name: str, *, membership_id: int) -> str:
    """Make a token for one's own role and return it; it is shown this once."""
    require(by, Permission.USE_API)
    membership = session.get(Membership, membership_id)
    if membership is None or membership.account_id != by.account_id or membership.role != by.role:
        raise NotFoundError("membership_not_found", "没有这个身份，可能已经停用。")
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = ApiToken(
        token_hash=sign_in_sessions.token_hash(token),
        membership_id=membership.id,
        name=name,
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(row)
    session.flush()
    audit.record(session, by, "api_token.issued", subject=("api_token", row.id))
    return token


def list_tokens(session: Session, by: Actor) -> list[ApiToken]:
    """Return one's own live tokens, the newest first."""
    found = (
        sa.select(ApiToken)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .where(
            Membership.account_id == by.account_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
        )
    )
    return list(session.scalars(found.order_by(ApiToken.id.desc())))


def revoke_token(session: Session, by: Actor, token_id: int) -> None:
    """End one of one's own tokens; ending it twice changes nothing."""
    if by.account_id is None:
        raise NotAllowedError("not_signed_in", "请先登录。")
    row = session.scalar(
        sa.select(ApiToken)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .where(ApiToken.id == token_id, Membership.account_id == by.account_id)
        .with_for_update()
    )
    if row is None:
        raise NotFoundError("api_token_not_found", "没有这个接口令牌。")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        audit.record(session, by, "api_token.revoked", subject=("api_token", row.id))
        session.flush()
