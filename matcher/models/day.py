"""The caseworker's day: notes, calls, deferred tasks, hand-overs of a caseload, preferences of reminders."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import MessageChannel
from matcher.kinds.day import (
    CallOutcome,
    HandOverItemState,
    HandOverState,
    NoteLevel,
    ReminderKind,
)


def _account(*, index: bool = False) -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"), index=index)


def _live(name: str, column: str) -> sa.Index:
    """Return the index that lets a row lie in one open offer only."""
    offered = sa.text(f"state = 'offered' AND {column} IS NOT NULL")
    return sa.Index(name, column, unique=True, sqlite_where=offered, postgresql_where=offered)


class CaseNote(Base):
    """A note (备注) on a household or a case; only ever added to. Read by a level; sealed but at the widest."""

    __tablename__ = "case_note"
    __table_args__ = (
        sa.CheckConstraint("household_id IS NOT NULL OR case_id IS NOT NULL", name="subject"),
        sa.CheckConstraint("(words IS NULL) <> (words_cipher IS NULL)", name="words_once"),
        sa.CheckConstraint("(level = 'district') = (words IS NOT NULL)", name="sealed_by_level"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="CASCADE"), index=True
    )
    level: Mapped[NoteLevel] = mapped_column(one_of(NoteLevel, "level"))
    words: Mapped[str | None]
    words_cipher: Mapped[bytes | None]
    written_at: Mapped[dt.datetime]
    author_id: Mapped[int | None] = _account(index=True)


class CallResult(Base):
    """One call (通话) and its result; it keeps what it changed, so that it can be undone for ten seconds."""

    __tablename__ = "call_result"
    __table_args__ = (
        sa.CheckConstraint("(graduate_id IS NULL) <> (member_id IS NULL)", name="one_person"),
        sa.CheckConstraint(
            "(outcome = 'follow_up') = (follow_up_on IS NOT NULL)", name="follow_up_dated"
        ),
        sa.Index("ix_call_result_day", "account_id", "called_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    account_id: Mapped[int | None] = _account()
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="SET NULL"), index=True
    )
    act_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_act.id", ondelete="SET NULL"))
    """The service act (回访) it was recorded as; None for a person without a case."""
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"))
    """The task it closed."""
    next_task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"))
    """The task of calling again."""
    outcome: Mapped[CallOutcome] = mapped_column(one_of(CallOutcome, "outcome"))
    follow_up_on: Mapped[dt.date | None]
    called_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class TaskDeferral(Base):
    """A task put off (改期), from which day to which, and why; only ever added to."""

    __tablename__ = "task_deferral"

    id: Mapped[Id]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"), index=True)
    from_on: Mapped[dt.date | None]
    to_on: Mapped[dt.date]
    reason: Mapped[str]
    deferred_at: Mapped[dt.datetime]
    deferred_by_id: Mapped[int | None] = _account()


class HandOver(Base):
    """A caseload or a part of it offered by one caseworker to another (交接)."""

    __tablename__ = "hand_over"
    __table_args__ = (
        sa.CheckConstraint("from_id <> to_id", name="two_people"),
        sa.CheckConstraint("(state = 'offered') = (closed_at IS NULL)", name="closed_dated"),
        sa.Index("ix_hand_over_to", "to_id", "state"),
        sa.Index("ix_hand_over_from", "from_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    from_id: Mapped[int | None] = _account()
    to_id: Mapped[int | None] = _account()
    ordered_by_id: Mapped[int | None] = _account()
    """Supervisor who ordered it because the owner is away; None if the owner offered it."""
    note_cipher: Mapped[bytes | None]
    state: Mapped[HandOverState] = mapped_column(
        one_of(HandOverState, "state"), default=HandOverState.OFFERED
    )
    offered_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class HandOverItem(Base):
    """One household or case of a hand-over; it lies in one open offer at most."""

    __tablename__ = "hand_over_item"
    __table_args__ = (
        sa.CheckConstraint("(household_id IS NULL) <> (case_id IS NULL)", name="one_subject"),
        sa.CheckConstraint("(state = 'offered') = (settled_at IS NULL)", name="settled_dated"),
        _live("uq_hand_over_item_household", "household_id"),
        _live("uq_hand_over_item_case", "case_id"),
    )

    id: Mapped[Id]
    hand_over_id: Mapped[int] = mapped_column(
        sa.ForeignKey("hand_over.id", ondelete="CASCADE"), index=True
    )
    household_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[HandOverItemState] = mapped_column(
        one_of(HandOverItemState, "state"), default=HandOverItemState.OFFERED
    )
    settled_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None]


class ReminderPreference(Base):
    """When and by what somebody is reminded (提醒设置); without a row the ordinary hour and the site."""

    __tablename__ = "reminder_preference"
    __table_args__ = (
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        sa.CheckConstraint(
            "(quiet_from_hour IS NULL) = (quiet_to_hour IS NULL) AND quiet_from_hour BETWEEN 0 AND 23"
            " AND quiet_to_hour BETWEEN 0 AND 23",
            name="quiet_hours",
        ),
        sa.CheckConstraint(
            "(channel = 'site') = (address_cipher IS NULL)", name="address_by_channel"
        ),
    )

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[MessageChannel] = mapped_column(
        one_of(MessageChannel, "channel"), default=MessageChannel.SITE
    )
    """Beside the site's own message, which always comes."""
    address_cipher: Mapped[bytes | None]
    """Phone or mail address of the channel, sealed."""
    address_masked: Mapped[str | None]
    hour: Mapped[int]
    quiet_from_hour: Mapped[int | None]
    quiet_to_hour: Mapped[int | None]
    changed_at: Mapped[dt.datetime]


class ReminderChoice(Base):
    """Whether somebody wants a kind of reminder; mandatory ones cannot be switched off."""

    __tablename__ = "reminder_choice"
    __table_args__ = (
        sa.CheckConstraint(
            "is_wanted OR kind NOT IN ('overdue', 'due_today', 'hand_over')", name="mandatory_on"
        ),
    )

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[ReminderKind] = mapped_column(one_of(ReminderKind, "kind"), primary_key=True)
    is_wanted: Mapped[bool]
