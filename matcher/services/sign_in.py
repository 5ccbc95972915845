"""Signing in (登录): checking a password, counting failures, locking, opening a session.

Checking a password only reads (hashing must not hold the write lock); what came of it is noted in a
short transaction of its own, because a refused sign-in must count although its answer is an error.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.models.accounts import Account, SignInSession
from matcher.services import audit, passwords, sign_in_sessions
from matcher.services.permissions import Actor

FREE_ATTEMPTS = 5
"""Wrong passwords or codes before an account locks (GB/T 22239-2019 8.1.4.1 asks for a limit)."""

_LONGEST_LOCK = dt.timedelta(hours=1)
"""Locks double from one minute up to this: an outsider can delay a colleague, not shut one out."""

_STAFF_LIFE = dt.timedelta(hours=12)
"""One working day."""

_PHONE_LIFE = dt.timedelta(days=14)
"""Graduates sign in on their own phone; every code costs a message."""


@dataclass(frozen=True)
class PasswordCheck:
    """What a name and a password came to; `account_id` None for an unknown name."""

    account_id: int | None
    matches: bool
    locked_until: dt.datetime | None
    needs_code: bool
    new_hash: str | None
    """Set if the kept hash was made with older costs."""


def check_password(session: Session, login: str, password: str) -> PasswordCheck:
    """Compare a name and a password with what is kept; reads only, takes the time of one hash."""
    account = session.scalar(
        sa.select(Account).where(Account.login == login.strip().lower(), Account.is_active)
    )
    kept = account.password_hash if account else None
    locked = account.locked_until if account else None
    if locked is not None and locked > clock.now():
        kept = None
    else:
        locked = None
    matches = passwords.password_matches(kept, password)
    new_hash = None
    if matches and kept is not None and passwords.is_outdated(kept):
        new_hash = passwords.hash_password(password)
    return PasswordCheck(
        account_id=account.id if account else None,
        matches=matches,
        locked_until=locked,
        needs_code=account is not None and account.totp_cipher is not None,
        new_hash=new_hash,
    )


def note_failure(session: Session, account_id: int) -> dt.datetime | None:
    """Count a wrong password or code; returns the end of the lock if the account is locked now."""
    account = session.get_one(Account, account_id, with_for_update=True)
    account.failed_attempts += 1
    over = account.failed_attempts - FREE_ATTEMPTS
    if over >= 0:
        minutes = dt.timedelta(minutes=2 ** min(over, 10))
        account.locked_until = clock.now() + min(minutes, _LONGEST_LOCK)
        audit.record(
            session,
            Actor(account_id=account_id, role=None),
            "account.locked",
            subject=("account", account_id),
            attempts=account.failed_attempts,
        )
    session.flush()
    return account.locked_until


def lock_of(session: Session, account_id: int) -> dt.datetime | None:
    """Return the end of an account's lock if it is locked now."""
    until = session.scalar(sa.select(Account.locked_until).where(Account.id == account_id))
    return until if until is not None and until > clock.now() else None


def open_session(session: Session, account_id: int, *, new_hash: str | None = None) -> str:
    """Sign an account in and return the token for its cookie; clears the count of failures.

    Raises
    ------
    RuleBrokenError
        The account is closed, or was locked meanwhile.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    now = clock.now()
    if not account.is_active or (account.locked_until and account.locked_until > now):
        raise RuleBrokenError("account_locked", "这个账号现在不能登录，请联系管理员。")
    account.failed_attempts = 0
    account.locked_until = None
    if new_hash is not None:
        account.password_hash = new_hash
    membership = sign_in_sessions.live_memberships(session, account_id)
    life = _PHONE_LIFE if account.login.startswith(sign_in_sessions.PHONE_LOGIN) else _STAFF_LIFE
    token = secrets.token_urlsafe(32)
    opened = SignInSession(
        token_hash=sign_in_sessions.token_hash(token),
        account_id=account_id,
        membership_id=membership[0].id if membership else None,
        created_at=now,
        seen_at=now,
        expires_at=now + life,
    )
    session.add(opened)
    session.flush()
    audit.record(
        session,
        Actor(account_id=account_id, role=membership[0].role if membership else None),
        "session.opened",
        subject=("sign_in_session", opened.id),
    )
    return token
