"""Accounts (账号) and memberships (角色): making them, ending them, passwords, second factors, language.

An administrator sees the accounts that hold a role in a union of the own scope. Hashes come from the
caller: hashing must not hold the write lock.
"""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.services import audit, passwords, sign_in_sessions
from matcher.services.permissions import SYSTEM, Actor, Permission, require, scope_of
from matcher.services.rows import unique_or

_OWN_PLACE = (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER)
UNION_ROLES = tuple(role for role in Role if role not in _OWN_PLACE)
"""Roles held at a union."""

_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class AccountLine:
    """One account as the list shows it."""

    id: int
    public_id: str
    login: str
    display_name: str
    is_active: bool
    is_locked: bool
    has_totp: bool
    roles: tuple[Role, ...]


def new_password() -> str:
    """Return a random password to hand over: 15 characters, no letters that look alike."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    parts = ("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(3))
    return "-".join(parts)


def create_account(
    session: Session, by: Actor, login: str, *, display_name: str, password_hash: str | None
) -> Account:
    """Make an account without a role.

    Raises
    ------
    InvalidInputError
        The sign-in name is taken.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    login = login.strip().lower()
    if session.scalar(sa.select(Account.id).where(Account.login == login)) is not None:
        raise InvalidInputError(
            "login_taken", "登录名已有人用。", fields={"login": "登录名已有人用，换一个。"}
        )
    account = Account(
        login=login,
        display_name=display_name.strip(),
        password_hash=password_hash,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    audit.record(session, by, "account.created", subject=("account", account.id))
    return account


def add_membership(
    session: Session,
    by: Actor,
    account_id: int,
    *,
    role: Role,
    union_id: int | None = None,
    employer_id: int | None = None,
) -> Membership:
    """Give an account a role at a union, or an employer's agent (经办人) the employer's role.

    Raises
    ------
    NotFoundError
        The union lies outside the actor's scope.
    RuleBrokenError
        The role does not belong to that kind of place.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    at_union = role in UNION_ROLES
    if at_union != (union_id is not None) or (role is Role.EMPLOYER) != (employer_id is not None):
        raise RuleBrokenError("role_place", "这个角色不能设在这里。", role=str(role))
    if union_id is not None and not scope_of(by).admits(session, union_id):
        raise NotFoundError("not_found", "没有这个工会，或不在您的管辖范围内。")
    if employer_id is not None and by is not SYSTEM:
        raise NotAllowedError("employer_agent", "单位账号由审核通过后自动开通。")
    held = _held(
        session, account_id, role=role, union_id=union_id, employer_id=employer_id
    ) or Membership(account_id=account_id, role=role, union_id=union_id, employer_id=employer_id)
    session.add(held)
    held.ended_on = None
    session.flush()
    audit.record(
        session, by, "membership.added", subject=("account", account_id), membership=held.id
    )
    return held


def _held(
    session: Session, account_id: int, *, role: Role, union_id: int | None, employer_id: int | None
) -> Membership | None:
    """Return the membership an account has or had with this role at this place."""
    return session.scalar(
        sa.select(Membership)
        .where(
            Membership.account_id == account_id,
            Membership.role == role,
            Membership.union_id == union_id if union_id else Membership.union_id.is_(None),
            Membership.employer_id == employer_id
            if employer_id
            else Membership.employer_id.is_(None),
        )
        .with_for_update()
    )


def link_graduate(session: Session, by: Actor, graduate_id: int) -> Membership:
    """Join a phone account to the record it has just registered for itself.

    Only a record made by the same request may be given: a phone is not an identity, so an imported
    record is joined by a caseworker.
    """
    require(by, Permission.EDIT_OWN_PROFILE)
    if by.account_id is None or by.graduate_id is not None:
        raise RuleBrokenError("graduate_linked", "这个账号已有自己的资料。")
    row = Membership(account_id=by.account_id, role=Role.GRADUATE, graduate_id=graduate_id)
    with unique_or(session, RuleBrokenError("graduate_linked", "这个账号已有自己的资料。")):
        session.add(row)
    audit.record(session, by, "membership.added", subject=("graduate", graduate_id))
    return row


def end_membership(session: Session, by: Actor, membership_id: int) -> None:
    """End a role from today on; who uses it now loses it with the next page."""
    require(by, Permission.MANAGE_ACCOUNTS)
    row = session.get(Membership, membership_id, with_for_update=True)
    if row is None or row.union_id is None or not scope_of(by).admits(session, row.union_id):
        raise NotFoundError("membership_not_found", "没有这个身份，可能已经停用。")
    row.ended_on = clock.today()
    session.flush()
    audit.record(session, by, "membership.ended", subject=("membership", row.id))


def list_accounts(session: Session, by: Actor) -> list[AccountLine]:
    """Return the accounts with a live role in the actor's scope, by sign-in name."""
    require(by, Permission.MANAGE_ACCOUNTS)
    live = sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today())
    found = (
        sa.select(Account, Membership.role)
        .outerjoin(Membership, sa.and_(Membership.account_id == Account.id, live))
        .where(Account.login.not_like(f"{sign_in_sessions.PHONE_LOGIN}%"))
        .order_by(Account.login, Account.id, Membership.id)
    )
    if by is not SYSTEM:
        found = found.where(Membership.union_id.in_(scope_of(by).unions()))
    roles: dict[Account, list[Role]] = {}
    for account, role in session.execute(found).all():
        held = roles.setdefault(account, [])
        if role and role not in held:
            held.append(role)
    return [_line(account, held) for account, held in roles.items()]


def _line(account: Account, roles: list[Role]) -> AccountLine:
    return AccountLine(
        id=account.id,
        public_id=account.public_id,
        login=account.login,
        display_name=account.display_name,
        is_active=account.is_active,
        is_locked=account.locked_until is not None and account.locked_until > clock.now(),
        has_totp=account.totp_cipher is not None,
        roles=tuple(roles),
    )


def find_account(session: Session, by: Actor, login: str) -> Account:
    """Return the account of a sign-in name, for the command line; raises NotFoundError."""
    require(by, Permission.MANAGE_ACCOUNTS)
    account = session.scalar(sa.select(Account).where(Account.login == login.strip().lower()))
    if account is None or not _sees(session, by, account.id):
        raise NotFoundError("account_not_found", "没有这个账号。")
    return account


def get_account(session: Session, by: Actor, public_id: str) -> Account:
    """Return an account of the actor's scope, locked for a change."""
    require(by, Permission.MANAGE_ACCOUNTS)
    account = session.scalar(
        sa.select(Account).where(Account.public_id == public_id).with_for_update()
    )
    if account is None or not _sees(session, by, account.id):
        raise NotFoundError("account_not_found", "没有这个账号。")
    return account


def _sees(session: Session, by: Actor, account_id: int) -> bool:
    """Say whether every role of an account lies in the actor's scope: half a colleague is no colleague."""
    if by is SYSTEM:
        return True
    inside = scope_of(by).unions()
    held = session.scalars(
        sa.select(Membership.union_id.in_(inside)).where(Membership.account_id == account_id)
    ).all()
    return bool(held) and all(held)


def reset_password(session: Session, by: Actor, account: Account, *, password_hash: str) -> None:
    """Give an account a new password, unlock it and sign it out everywhere."""
    require(by, Permission.MANAGE_ACCOUNTS)
    account.password_hash = password_hash
    account.failed_attempts, account.locked_until = 0, None
    sign_in_sessions.revoke_all(session, account.id)
    session.flush()
    audit.record(session, by, "account.password_reset", subject=("account", account.id))


def clear_second_factor(session: Session, by: Actor, account: Account) -> None:
    """Take the second factor off an account whose phone is lost, and sign it out everywhere."""
    require(by, Permission.MANAGE_ACCOUNTS)
    account.totp_cipher, account.totp_last_step = None, None
    sign_in_sessions.revoke_all(session, account.id)
    session.flush()
    audit.record(session, by, "account.totp_cleared", subject=("account", account.id))


def set_active(session: Session, by: Actor, account: Account, *, is_active: bool) -> None:
    """Close an account (signed out everywhere) or open it again; one's own stays open."""
    require(by, Permission.MANAGE_ACCOUNTS)
    if account.id == by.account_id:
        raise RuleBrokenError("own_account", "不能停用自己的账号。")
    account.is_active = is_active
    if not is_active:
        sign_in_sessions.revoke_all(session, account.id)
    session.flush()
    action = "account.opened" if is_active else "account.closed"
    audit.record(session, by, action, subject=("account", account.id))


def check_new_password(session: Session, by: Actor, old: str, *, new: str) -> str:
    """Check a change of one's own password and return the hash to keep; reads only, takes two hashes.

    Raises
    ------
    InvalidInputError
        The present password is wrong, or the new one is not good enough.
    """
    account = session.get_one(Account, by.account_id)
    if not passwords.password_matches(account.password_hash, old):
        raise InvalidInputError(
            "password_wrong", "现在的密码不对。", fields={"old_password": "现在的密码不对。"}
        )
    problem = passwords.password_problem(new, account.login)
    if problem is not None:
        raise InvalidInputError("password_weak", problem, fields={"new_password": problem})
    return passwords.hash_password(new)


def change_password(
    session: Session, by: Actor, password_hash: str, *, keep_session_id: int
) -> None:
    """Change one's own password; every other browser is signed out."""
    account = session.get_one(Account, by.account_id, with_for_update=True)
    account.password_hash = password_hash
    sign_in_sessions.revoke_all(session, account.id, keep=keep_session_id)
    session.flush()
    audit.record(session, by, "account.password_changed", subject=("account", account.id))


def set_language(session: Session, by: Actor, language: str) -> None:
    """Read in another language from now on: zh or en."""
    if language not in _LANGUAGES:
        raise InvalidInputError("language", "没有这种语言。", fields={"language": "没有这种语言。"})
    session.execute(sa.update(Account).where(Account.id == by.account_id).values(language=language))


def hash_of_new_password(password: str, login: str) -> str:
    """Return the hash of a password somebody else sets; raises InvalidInputError if it is weak."""
    problem = passwords.password_problem(password, login)
    if problem is not None:
        raise InvalidInputError("password_weak", problem, fields={"password": problem})
    return passwords.hash_password(password)
