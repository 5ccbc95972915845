"""Service events (就业服务活动), effects of start-ups (创业带动就业), marks of employers and the log of postings.

All four are logs: a correction is a new row that names the one it replaces, a withdrawal a new row that is void.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import PostingState, UnitKind
from matcher.kinds.cohorts import EventChannel, EventKind, MarkKind


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class ServiceEvent(Base):
    """One event held for job seekers: a fair, a talk, guidance, a visit to firms."""

    __tablename__ = "service_event"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        sa.UniqueConstraint("fair_id"),
        sa.Index("ix_service_event_list", "union_id", "happened_on", "id"),
        sa.Index("ix_service_event_drive", "drive_id", "kind", "happened_on"),
        sa.CheckConstraint("happened_on <= until_on", name="dates_in_order"),
        sa.CheckConstraint("NOT is_void OR replaces_id IS NOT NULL", name="void_names_another"),
        sa.CheckConstraint(
            "n_employers >= 0 AND n_posts >= 0 AND n_visitors >= 0 AND n_intents >= 0",
            name="counts_not_negative",
        ),
        sa.CheckConstraint(
            "n_distinct_posts >= 0 AND (n_posts IS NULL OR n_distinct_posts <= n_posts)",
            name="distinct_within_posts",
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    """Of this row; the first one's names the event in addresses."""
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that held it."""
    drive_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    fair_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fair.id", ondelete="RESTRICT"))
    """The fair it was written of when that was closed, in the event's first row alone: a fair counts once."""
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind, "kind"))
    channel: Mapped[EventChannel] = mapped_column(one_of(EventChannel, "channel"))
    title: Mapped[str]
    happened_on: Mapped[dt.date]
    """First day."""
    until_on: Mapped[dt.date]
    """Last day; the same for an event of one day."""
    place: Mapped[str | None]
    n_employers: Mapped[int | None]
    """Firms that took part (参会单位)."""
    n_posts: Mapped[int | None]
    """Posts shown (提供岗位), each time they were shown."""
    n_distinct_posts: Mapped[int | None]
    """Of them not shown at an earlier event (去重后)."""
    n_visitors: Mapped[int | None]
    """Visits of job seekers (进场求职人次)."""
    n_intents: Mapped[int | None]
    """People with an intent to sign (达成意向)."""
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    credited_to_id: Mapped[int | None] = _account()
    """Who answers for it (负责人)."""
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("service_event.id", ondelete="RESTRICT")
    )
    first_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("service_event.id", ondelete="RESTRICT"), index=True
    )
    """The first row of the same event; None in that row itself."""
    is_void: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Withdrawn (作废): counts nowhere from the instant it was entered."""
    why: Mapped[str | None]
    """Why it was corrected or withdrawn."""


class BusinessEffect(Base):
    """How many people a start-up gave work to by a day (创业带动就业); hangs on the founder's placement."""

    __tablename__ = "business_effect"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        sa.Index(
            "uq_business_effect_first",
            "placement_id",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
        sa.Index("ix_business_effect_placement", "placement_id", "id"),
        sa.CheckConstraint("n_jobs >= 0", name="jobs_not_negative"),
    )

    id: Mapped[Id]
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id", ondelete="RESTRICT"))
    n_jobs: Mapped[int]
    """People at work there beside the founder, in all; the newest row known stands."""
    happened_on: Mapped[dt.date]
    """Day it was seen to be so."""
    evidence: Mapped[str]
    """What shows it: 社保缴费名单, 劳动合同 …; no names."""
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("business_effect.id", ondelete="RESTRICT")
    )


class EmployerMark(Base):
    """An employer is a firm of a model worker or a caring firm, from a day, by a source."""

    __tablename__ = "employer_mark"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        sa.Index(
            "uq_employer_mark_first",
            "employer_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
        sa.Index("ix_employer_mark_employer", "employer_id", "id"),
        sa.CheckConstraint("until_on IS NULL OR from_on <= until_on", name="dates_in_order"),
    )

    id: Mapped[Id]
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employer.id", ondelete="RESTRICT"))
    kind: Mapped[MarkKind] = mapped_column(one_of(MarkKind, "kind"))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date | None]
    """Last day; None while it goes on."""
    source: Mapped[str]
    """Who named it so: document or list."""
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer_mark.id", ondelete="RESTRICT")
    )
    is_void: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class PostingStep(Base):
    """What a posting offered after one act (岗位变动); rows are never changed, the newest one known stands."""

    __tablename__ = "posting_step"
    __table_args__ = (
        sa.Index("ix_posting_step_posting", "posting_id", "id"),
        sa.Index("ix_posting_step_drive", "drive_id", "id"),
    )

    id: Mapped[Id]
    posting_id: Mapped[int]
    """No foreign key: an import that was undone takes the posting away, never what was known of it."""
    employer_id: Mapped[int]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    act: Mapped[str]
    """What was done: created, updated, closed, seats_set, imported, removed …"""
    before: Mapped[PostingState | None] = mapped_column(one_of(PostingState, "before"))
    after: Mapped[PostingState] = mapped_column(one_of(PostingState, "after"))
    n_seats: Mapped[int]
    """People wanted (招聘人数)."""
    n_reserved: Mapped[int]
    """Seats kept for households in hardship (预留), withdrawn ones left out."""
    n_pledged: Mapped[int]
    """Seats the employer pledged (爱心岗位)."""
    unit_kind: Mapped[UnitKind | None] = mapped_column(one_of(UnitKind, "unit_kind"))
    """The employer's kind (单位性质) as it was then."""
    is_public_welfare: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[dt.datetime]
    by_account_id: Mapped[int | None] = _account()
