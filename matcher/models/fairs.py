"""Career fairs (招聘会): the fair, its sessions (场次), halls (展厅), booths (展位), employers there and their posts.

What two people at once could break is a rule of the database: a session never lets in more than its approved number,
a booth has one employer, a cell of a hall one booth.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairEmployerState, FairState


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _version() -> Mapped[int]:
    return mapped_column(default=1, server_default="1")


class Fair(Base):
    """One fair of a drive: days, venue, how many people are expected."""

    __tablename__ = "fair"
    __table_args__ = (
        sa.UniqueConstraint("token"),
        sa.Index("ix_fair_list", "union_id", "first_on", "id"),
        sa.CheckConstraint("first_on <= last_on", name="dates_in_order"),
        sa.CheckConstraint("expected_people >= 0", name="expected_not_negative"),
        sa.CheckConstraint("venue_capacity >= 0", name="capacity_not_negative"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token: Mapped[str]
    """Names the public page (公开页面) in its address; anybody may know it."""
    drive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("drive.id", ondelete="RESTRICT"), index=True
    )
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that holds it (主办)."""
    title: Mapped[str]
    """Read by everybody: no word of hardship in it."""
    channel: Mapped[EventChannel] = mapped_column(one_of(EventChannel, "channel"))
    state: Mapped[FairState] = mapped_column(one_of(FairState, "state"), default=FairState.DRAFT)
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    venue_name: Mapped[str | None]
    venue_address: Mapped[str | None]
    venue_region: Mapped[str | None]
    """Six digits; decides which regional rules of reporting hold."""
    venue_capacity: Mapped[int | None]
    """People the venue may hold at once (核定容量)."""
    expected_people: Mapped[int] = mapped_column(default=0, server_default="0")
    """Expected people in the largest session (预计参加人数)."""
    online_address: Mapped[str | None]
    """Where to watch or take part (直播或线上地址)."""
    co_organisers: Mapped[str | None]
    """Who else holds or carries it out (协办、承办)."""
    enquiries: Mapped[str | None]
    """Where to ask (咨询电话): an office, never a person."""
    about: Mapped[str | None]
    """What visitors read."""
    cancelled_because: Mapped[str | None]
    announced_at: Mapped[dt.datetime | None]
    """When it was first announced (公布); stays when that is taken back, for people have read it."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    closed_at: Mapped[dt.datetime | None]
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairSession(Base):
    """One session (场次): a part of a day with a limit on people; its counters move by conditional updates alone.

    No version column: hundreds of scans a second change the counters, and none of them is a person's edit.
    """

    __tablename__ = "fair_session"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "held_on", "begins_minute"),
        sa.CheckConstraint("begins_minute BETWEEN 0 AND 1439", name="begins"),
        sa.CheckConstraint("ends_minute BETWEEN begins_minute + 1 AND 1440", name="ends"),
        sa.CheckConstraint("approved_number > 0", name="approved_number"),
        sa.CheckConstraint(
            "n_entered >= 0 AND n_inside >= 0 AND n_set_aside >= 0 AND n_inside <= n_entered",
            name="counts",
        ),
        sa.CheckConstraint(
            "approved_number IS NULL OR n_entered + n_set_aside <= approved_number",
            name="never_above_approved",
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    name: Mapped[str]
    held_on: Mapped[dt.date]
    begins_minute: Mapped[int]
    """Minutes of China's day; the door opens so many minutes earlier."""
    ends_minute: Mapped[int]
    opens_minutes_before: Mapped[int] = mapped_column(default=30, server_default="30")
    approved_number: Mapped[int | None]
    """People who may come in, each once (核准人数); None: no limit was set, as for a fair online."""
    n_entered: Mapped[int] = mapped_column(default=0, server_default="0")
    """People who came in, each once."""
    n_inside: Mapped[int] = mapped_column(default=0, server_default="0")
    """People in the hall now."""
    n_set_aside: Mapped[int] = mapped_column(default=0, server_default="0")
    """Places lent to scanners without network (离线配额), not yet used or given back."""


class FairMove(Base):
    """A told change of time or place (时间地点变更): what had been told until then, of the fair or of one session.

    What is told now stands on the fair and its session; rows are never changed and hold nothing about a person.
    """

    __tablename__ = "fair_move"
    __table_args__ = (
        sa.Index("ix_fair_move_fair", "fair_id", "id"),
        sa.CheckConstraint("first_on <= last_on", name="dates_in_order"),
        sa.CheckConstraint(
            "(session_id IS NULL) = (begins_minute IS NULL)"
            " AND (session_id IS NULL) = (ends_minute IS NULL)",
            name="hours_of_a_session",
        ),
        sa.CheckConstraint(
            "(session_id IS NULL) = (channel IS NOT NULL)", name="channel_of_the_fair"
        ),
    )

    id: Mapped[Id]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_session.id", ondelete="CASCADE"), index=True
    )
    """None: days and place of the fair."""
    moved_at: Mapped[dt.datetime]
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    """Of a session the same day."""
    begins_minute: Mapped[int | None]
    ends_minute: Mapped[int | None]
    channel: Mapped[EventChannel | None] = mapped_column(one_of(EventChannel, "channel"))
    venue_name: Mapped[str | None]
    venue_address: Mapped[str | None]
    online_address: Mapped[str | None]


class FairHall(Base):
    """A hall (展厅) as a grid of cells, some of them entrances, pillars or aisles."""

    __tablename__ = "fair_hall"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "name"),
        sa.CheckConstraint("n_columns BETWEEN 1 AND 200", name="n_columns"),
        sa.CheckConstraint("n_rows BETWEEN 1 AND 200", name="n_rows"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    name: Mapped[str]
    number: Mapped[int]
    """Order of the halls."""
    n_columns: Mapped[int]
    n_rows: Mapped[int]
    marks: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """Cells that are no booth: {"column": 1, "row": 1, "kind": "entrance" | "exit" | "pillar" | "stage"}."""
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairEmployer(Base):
    """An employer and a fair (参会单位): asked, applied, waiting, accepted; the vetting papers hang on it."""

    __tablename__ = "fair_employer"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "employer_id"),
        sa.Index("ix_fair_employer_employer", "employer_id", "id"),
        sa.CheckConstraint("n_booths BETWEEN 1 AND 20", name="n_booths"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employer.id", ondelete="RESTRICT"))
    state: Mapped[FairEmployerState] = mapped_column(one_of(FairEmployerState, "state"))
    n_booths: Mapped[int] = mapped_column(default=1, server_default="1")
    """Booths it asks for."""
    n_staff: Mapped[int | None]
    """People it sends."""
    n_interviewers: Mapped[int] = mapped_column(default=1, server_default="1")
    """Who can talk to visitors at the same time; the speed of its queue."""
    waiting_since: Mapped[dt.datetime | None]
    reason: Mapped[str | None]
    """Why it was refused, declined or withdrawn."""
    asked_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    numbered_postings: Mapped[list[int]] = mapped_column(default=list, server_default="[]")
    """Postings it ever showed here, as first chosen; one's number on paper is its place, from 1. Only ever added to."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Booth(Base):
    """A booth (展位): one cell of a hall, empty or given to an employer."""

    __tablename__ = "booth"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "column", "row"),
        sa.UniqueConstraint("fair_id", "label"),
        sa.Index("ix_booth_fair_employer", "fair_employer_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_hall.id", ondelete="CASCADE"))
    label: Mapped[str]
    """What stands on it: A12."""
    column: Mapped[int]
    row: Mapped[int]
    """Cell of the hall, from 0."""
    fair_employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="SET NULL")
    )
    is_fixed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Set by hand; computing leaves it alone."""
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairPosting(Base):
    """A posting an employer shows at a fair (参会岗位)."""

    __tablename__ = "fair_posting"
    __table_args__ = (sa.UniqueConstraint("fair_employer_id", "posting_id"),)

    id: Mapped[Id]
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    posting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="RESTRICT"), index=True
    )
    added_at: Mapped[dt.datetime]
    added_by_id: Mapped[int | None] = _account()
