"""Postings (岗位) and their seats (席位): a seat is a row."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import EducationLevel, PostingState, SeatClass, SeatState, UnitKind


class Posting(Base):
    """A job on offer; the six legally required elements and its validity (人力资源市场暂行条例 art. 24).

    Imported tables often lack elements: `incomplete` names them, and the posting is ranked with a
    warning. What an employer publishes here must be complete.
    """

    __tablename__ = "posting"
    __table_args__ = (
        sa.UniqueConstraint("drive_id", "source", "external_id"),
        sa.Index(
            "uq_posting_fingerprint",
            "drive_id",
            "fingerprint",
            unique=True,
            sqlite_where=sa.text("external_id IS NULL"),
            postgresql_where=sa.text("external_id IS NULL"),
        ),
        sa.CheckConstraint("headcount >= 1", name="headcount_positive"),
        sa.CheckConstraint(
            "pay_low_yuan IS NULL OR pay_high_yuan IS NULL OR pay_low_yuan <= pay_high_yuan",
            name="pay_range",
        ),
        sa.Index("ix_posting_drive_state", "drive_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str]
    headcount: Mapped[int]
    duties: Mapped[str | None]
    """Work content (工作内容); part of the text score."""
    conditions: Mapped[str | None]
    """Further conditions (招聘条件) as written."""
    region_code: Mapped[str | None]
    place_text: Mapped[str | None]
    pay_text: Mapped[str | None]
    pay_low_yuan: Mapped[int | None]
    pay_high_yuan: Mapped[int | None]
    """Monthly pay range (基本劳动报酬)."""
    valid_from: Mapped[dt.date | None]
    closes_on: Mapped[dt.date | None]
    """Last day, China time, on which a referral may be sent (有效期限)."""
    education_min: Mapped[EducationLevel | None] = mapped_column(
        one_of(EducationLevel, "education_min")
    )
    education_text: Mapped[str | None]
    requirement: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """专业要求 as written, by column level: {"混合": text} or {"研究生": …, "本科": …, "专科": …}."""
    directory: Mapped[str | None]
    """Directory the requirement is read under; None means the national catalogues."""
    issuer: Mapped[str | None] = mapped_column(index=True)
    """Who issued the table it stands in (发布机构); None means its employer."""
    certificates: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    occupation_code: Mapped[str | None]
    industry: Mapped[str | None]
    unit_kind: Mapped[UnitKind | None] = mapped_column(one_of(UnitKind, "unit_kind"))
    work_form: Mapped[str | None]
    is_public_welfare: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A public-welfare post (公益性岗位): an outcome with an end, counted apart."""
    state: Mapped[PostingState] = mapped_column(
        one_of(PostingState, "state"), default=PostingState.DRAFT
    )
    incomplete: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    findings: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """Compliance findings (违规用语): code, severity, words, article."""
    source: Mapped[str] = mapped_column(default="form", server_default="form")
    external_id: Mapped[str | None]
    """The source's own number of this posting."""
    fingerprint: Mapped[str]
    """Hash of employer, title, place and requirement: recognises a row without a number."""
    lottery_number: Mapped[int]
    """Number of this posting in the drive, through the keyed permutation its tie-break."""
    created_at: Mapped[dt.datetime]
    import_batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batch.id", ondelete="SET NULL"), index=True
    )
    import_digest: Mapped[str | None]
    """Of the checked row that last made or changed it: the same row again changes nothing."""
    pledged: Mapped[int] = mapped_column(default=0, server_default="0")
    """Seats the employer pledged (爱心岗位) as it reads them; how seats in use stand may differ for a while."""
    pledged_until: Mapped[dt.date | None]
    """Last day the pledged seats are kept, China time; None means without an end."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    seats: Mapped[list["Seat"]] = relationship(
        back_populates="posting", lazy="raise", order_by="Seat.number", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Seat(Base):
    """One seat of a posting: ordinary, or reserved with the day it falls back to the general pool."""

    __tablename__ = "seat"
    __table_args__ = (sa.UniqueConstraint("posting_id", "number"),)

    id: Mapped[Id]
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("posting.id", ondelete="CASCADE"))
    number: Mapped[int]
    seat_class: Mapped[SeatClass] = mapped_column(
        one_of(SeatClass, "seat_class"), default=SeatClass.ORDINARY
    )
    state: Mapped[SeatState] = mapped_column(one_of(SeatState, "state"), default=SeatState.OPEN)
    release_on: Mapped[dt.date | None]
    """First day a reserved seat is open to all; None means never by itself."""
    exhausted_on: Mapped[dt.date | None]
    """Day it was opened to all because nobody was left in line; the employer's last day changes it no more."""
    posting: Mapped[Posting] = relationship(back_populates="seats", lazy="raise")
