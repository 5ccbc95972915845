"""Accounts, their memberships (role at an organisation), sign-in sessions and API tokens."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import Role


class Account(Base):
    """Somebody who signs in. A graduate needs a phone number only; e-mail is never compulsory."""

    __tablename__ = "account"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    login: Mapped[str] = mapped_column(unique=True)
    """Lower-case sign-in name; for graduates the keyed hash of their phone, never the number."""
    display_name: Mapped[str]
    password_hash: Mapped[str | None]
    totp_cipher: Mapped[bytes | None]
    """Secret of the time-based one-time password (TOTP), encrypted; reviewers must have one."""
    totp_last_step: Mapped[int | None]
    """Last time step accepted, so that a seen code cannot be used twice."""
    failed_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[dt.datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    language: Mapped[str] = mapped_column(default="zh", server_default="zh")
    created_at: Mapped[dt.datetime]


def _once_where(name: str, *columns: str, where: str) -> sa.Index:
    """Return the index that lets a membership stand once."""
    held = sa.text(where)
    return sa.Index(
        f"uq_membership_{name}", *columns, unique=True, sqlite_where=held, postgresql_where=held
    )


_PLACES = ("union_id", "employer_id", "graduate_id", "member_id")


class Membership(Base):
    """A role an account holds at one organisation, or for one graduate's or holder's own record."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint(
            " + ".join(f"(CASE WHEN {one} IS NULL THEN 0 ELSE 1 END)" for one in _PLACES) + " = 1",
            name="one_place",
        ),
        # Not one constraint over all three: two of them are always NULL, and NULLs are never equal.
        _once_where("union", "account_id", "role", "union_id", where="union_id IS NOT NULL"),
        _once_where(
            "employer", "account_id", "role", "employer_id", where="employer_id IS NOT NULL"
        ),
        _once_where("own_file", "account_id", where="member_id IS NOT NULL AND ended_on IS NULL"),
        _once_where(
            "own_record", "account_id", where="graduate_id IS NOT NULL AND ended_on IS NULL"
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="CASCADE"))
    employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="CASCADE")
    )
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE")
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE")
    )
    """The holder of a household who reads the own file."""
    ended_on: Mapped[dt.date | None]


class SignInSession(Base):
    """A signed-in browser: kept in SQL so that it can be revoked and survives the broker."""

    __tablename__ = "sign_in_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    membership_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("membership.id", ondelete="SET NULL")
    )
    """The role in use."""
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class ApiToken(Base):
    """A token of the JSON API, bound to one membership."""

    __tablename__ = "api_token"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    membership_id: Mapped[int] = mapped_column(
        sa.ForeignKey("membership.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class OneTimeCode(Base):
    """A code sent to a phone (验证码); only its keyed hash is kept."""

    __tablename__ = "one_time_code"

    id: Mapped[Id]
    phone_index: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]
    code_hash: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
