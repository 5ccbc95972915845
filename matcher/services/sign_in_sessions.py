"""Sign-in sessions (登录会话): who is signed in, in which role; listing, switching and ending them.

A session is a random token in a cookie and its hash here, so it can be listed and revoked, and a copy
of the database signs nobody in.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds import DriveState, Role
from matcher.models.accounts import Account, Membership, SignInSession
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union, UnionClosure
from matcher.services import audit
from matcher.services.permissions import Actor

_STAFF_IDLE = dt.timedelta(hours=2)
"""Shared office computers: a lunch break survives, an evening does not."""

_SEEN_EVERY = dt.timedelta(minutes=5)
"""How stale `seen_at` may be, so that reading pages does not write."""

PHONE_LOGIN = "phone:"
"""Prefix of the sign-in names made from the keyed hash of a phone number."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, in which role and where; all that the frame of a page shows."""

    session_id: int
    """0 for an API token."""
    account_id: int
    login: str
    display_name: str
    language: str
    membership_id: int | None
    actor: Actor
    place_name: str
    brand: str | None
    """Neutral name of the running drive for employers and graduates; None inside the union."""
    memberships: int
    has_totp: bool
    needs_totp: bool
    seen_at: dt.datetime

    @property
    def is_phone_account(self) -> bool:
        """Whether a graduate or a holder signed in with a phone and has no password."""
        return self.actor.role in (Role.GRADUATE, Role.HOLDER)


def token_hash(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def live_memberships(session: Session, account_id: int) -> list[Membership]:
    """Return the memberships in force, oldest first."""
    found = sa.select(Membership).where(
        Membership.account_id == account_id,
        sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today()),
    )
    return list(session.scalars(found.order_by(Membership.id)))


def find_signed_in(session: Session, token: str) -> SignedIn | None:
    """Return who holds a session token, or None if it is unknown, ended, idle too long or revoked."""
    now = clock.now()
    row = session.execute(
        sa.select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            Account.is_active,
        )
    ).one_or_none()
    if row is None:
        return None
    opened, account = row
    by_phone = account.login.startswith(PHONE_LOGIN)
    if not by_phone and opened.seen_at < now - _STAFF_IDLE:
        return None
    memberships = live_memberships(session, account.id)
    in_use = next((m for m in memberships if m.id == opened.membership_id), None)
    if in_use is None and memberships:
        in_use = memberships[0]
    return _signed_in(session, opened, account, in_use=in_use, held=memberships)


def bearer_of(session: Session, account: Account, membership: Membership) -> SignedIn:
    """Return who acts with a token of this membership; it is no session and asks no second factor."""
    return _signed_in(session, None, account, in_use=membership, held=[])


def _signed_in(
    session: Session,
    opened: SignInSession | None,
    account: Account,
    *,
    in_use: Membership | None,
    held: list[Membership],
) -> SignedIn:
    actor = _actor(account, in_use)
    name, brand = _place(session, actor)
    reviews = any(m.role is Role.REVIEWER for m in held)
    return SignedIn(
        session_id=opened.id if opened else 0,
        account_id=account.id,
        login=account.login,
        display_name=account.display_name,
        language=account.language,
        membership_id=in_use.id if in_use else None,
        actor=actor,
        place_name=name,
        brand=brand,
        memberships=len(held),
        has_totp=account.totp_cipher is not None,
        needs_totp=reviews and account.totp_cipher is None,
        seen_at=opened.seen_at if opened else clock.now(),
    )


def _actor(account: Account, in_use: Membership | None) -> Actor:
    """Return the actor of a membership; a phone account without a record yet is a graduate."""
    if in_use is None:
        by_phone = account.login.startswith(PHONE_LOGIN)
        return Actor(account_id=account.id, role=Role.GRADUATE if by_phone else None)
    return Actor(
        account_id=account.id,
        role=in_use.role,
        union_id=in_use.union_id,
        employer_id=in_use.employer_id,
        graduate_id=in_use.graduate_id,
        member_id=in_use.member_id,
    )


def _union_of_member(session: Session, member_id: int) -> int | None:
    return session.scalar(
        sa.select(Household.union_id)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.id == member_id)
    )


def _place(session: Session, actor: Actor) -> tuple[str, str | None]:
    """Return the name of the place in use, and the neutral brand outside the union."""
    if actor.union_id is not None:
        name = session.scalar(sa.select(Union.name).where(Union.id == actor.union_id))
        return name or "", None
    if actor.member_id is not None:
        return "", _running_drive(session, _union_of_member(session, actor.member_id))
    place: type[Employer] | type[Graduate] = Employer if actor.employer_id else Graduate
    number = actor.employer_id or actor.graduate_id
    if number is None:
        return "", _running_drive(session, None)
    found = session.execute(sa.select(place.name, place.union_id).where(place.id == number)).one()
    return (found[0] if actor.employer_id else ""), _running_drive(session, found[1])


def _running_drive(session: Session, union_id: int | None) -> str | None:
    """Return the neutral name of the open drive of a union or of one above it, the nearest first."""
    found = sa.select(Drive.neutral_name).where(Drive.state == DriveState.OPEN)
    if union_id is None:
        names = session.scalars(found.distinct().order_by(Drive.neutral_name).limit(2)).all()
        return names[0] if len(names) == 1 else None
    return session.scalar(
        found.join(UnionClosure, UnionClosure.ancestor_id == Drive.union_id)
        .where(UnionClosure.descendant_id == union_id)
        .order_by(UnionClosure.depth, Drive.id.desc())
        .limit(1)
    )


def is_stale(signed_in: SignedIn) -> bool:
    """Say whether `seen_at` is old enough to be written again."""
    return signed_in.seen_at < clock.now() - _SEEN_EVERY


def touch_session(session: Session, session_id: int) -> None:
    """Note that a session is in use."""
    session.execute(
        sa.update(SignInSession).where(SignInSession.id == session_id).values(seen_at=clock.now())
    )


@dataclass(frozen=True)
class Place:
    """One role at one place, as the switcher shows it."""

    membership_id: int
    role: Role
    name: str


def list_places(session: Session, by: Actor) -> list[Place]:
    """Return the roles and places an account may switch to, oldest first."""
    if by.account_id is None:
        return []
    found = []
    for membership in live_memberships(session, by.account_id):
        actor = Actor(
            account_id=by.account_id,
            role=membership.role,
            union_id=membership.union_id,
            employer_id=membership.employer_id,
            graduate_id=membership.graduate_id,
            member_id=membership.member_id,
        )
        found.append(Place(membership.id, membership.role, _place(session, actor)[0]))
    return found


def switch_place(session: Session, by: Actor, session_id: int, *, membership_id: int) -> None:
    """Use another of one's own roles in this session; raises NotFoundError for any other."""
    if by.account_id is None or membership_id not in {
        m.id for m in live_memberships(session, by.account_id)
    }:
        raise NotFoundError("membership_not_found", "没有这个身份，可能已经停用。")
    opened = session.get_one(SignInSession, session_id, with_for_update=True)
    opened.membership_id = membership_id
    audit.record(session, by, "session.switched", subject=("membership", membership_id))
    session.flush()


@dataclass(frozen=True)
class OpenSession:
    """One browser that is signed in, as its owner sees it."""

    id: int
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime


def list_sessions(session: Session, by: Actor) -> list[OpenSession]:
    """Return one's own live sessions, the latest used first."""
    now = clock.now()
    found = sa.select(SignInSession).where(
        SignInSession.account_id == by.account_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
    )
    return [
        OpenSession(s.id, s.created_at, s.seen_at, s.expires_at)
        for s in session.scalars(found.order_by(SignInSession.seen_at.desc(), SignInSession.id))
    ]


def revoke_session(session: Session, by: Actor, session_id: int) -> None:
    """End one of one's own sessions; ending it twice changes nothing."""
    opened = session.scalar(
        sa.select(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.account_id == by.account_id)
        .with_for_update()
    )
    if opened is None:
        raise NotFoundError("session_not_found", "没有这个登录，可能已经退出。")
    if opened.revoked_at is None:
        opened.revoked_at = clock.now()
        audit.record(session, by, "session.revoked", subject=("sign_in_session", session_id))
        session.flush()


def revoke_all(session: Session, account_id: int, *, keep: int | None = None) -> None:
    """End every session of an account, but perhaps one; callers have checked who asks."""
    ended = sa.update(SignInSession).where(
        SignInSession.account_id == account_id, SignInSession.revoked_at.is_(None)
    )
    if keep is not None:
        ended = ended.where(SignInSession.id != keep)
    session.execute(ended.values(revoked_at=clock.now()))
