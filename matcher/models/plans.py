"""Plan runs (安置方案): who gets which seat by which rule, who gets none and why, pins, and what was published.

A plan run is immutable once done: it replays from its folder of arrays to the same hashes. Both rules are solved and
kept side by side; a person chooses one and publishes it, which makes referrals (`plan_publication`).
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import RunState, SeatClass
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import ChangeReason, PinKind, PlanRule, SeatChange, SeatedAs

_LIVE_PIN = "lifted_at IS NULL"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _plan() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("plan_run.id", ondelete="CASCADE"), primary_key=True)


def _graduate() -> Mapped[int]:
    return mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PlanRun(Base):
    """One plan of a drive, solved by both rules on one market."""

    __tablename__ = "plan_run"
    __table_args__ = (
        sa.UniqueConstraint("drive_id", "number"),
        sa.CheckConstraint(
            "published_at IS NULL OR chosen_rule IS NOT NULL", name="published_is_chosen"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    number: Mapped[int]
    """The drive's first plan is 1."""
    is_dry: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A dry run (试算): figures, certificates and broken promises are kept, nobody's seat is."""
    drive_revision: Mapped[int]
    ranking_run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ranking_run.id", ondelete="RESTRICT"), index=True
    )
    as_of_change: Mapped[int] = mapped_column(default=0, server_default="0")
    """Changes of single rows up to this number are in the market."""
    parameters: Mapped[dict[str, Any]]
    """The published parameters of the drive it was solved by (`services.plans.parameters`)."""
    state: Mapped[RunState] = mapped_column(one_of(RunState, "state"), default=RunState.QUEUED)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    input_hash: Mapped[str | None]
    """Over market, pins and parameters: names the folder it replays from."""
    fair_hash: Mapped[str | None]
    most_hash: Mapped[str | None]
    """Result hashes of both rules."""
    code_version: Mapped[str | None]
    lottery_commitment: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Of the market, of both results, of what each pin costs; seconds of each step."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    chosen_rule: Mapped[PlanRule | None] = mapped_column(one_of(PlanRule, "chosen_rule"))
    chosen_at: Mapped[dt.datetime | None]
    chosen_by_id: Mapped[int | None] = _account()
    publish_job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    published_at: Mapped[dt.datetime | None]
    """When a person had it published; the proposals follow in the background."""
    published_by_id: Mapped[int | None] = _account()
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class PlanSeat(Base):
    """One person's seat by one rule."""

    __tablename__ = "plan_seat"
    __table_args__ = (sa.Index("ix_plan_seat_posting", "plan_id", "rule", "posting_id"),)

    plan_id: Mapped[int] = _plan()
    rule: Mapped[PlanRule] = mapped_column(one_of(PlanRule, "rule"), primary_key=True)
    graduate_id: Mapped[int] = _graduate()
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("posting.id", ondelete="CASCADE"))
    seat_group: Mapped[SeatClass] = mapped_column(one_of(SeatClass, "seat_group"))
    kind: Mapped[SeatedAs] = mapped_column(one_of(SeatedAs, "kind"))
    wish_rank: Mapped[int]
    """Place of the posting among those the person could be seated at, by the wish; the best is 1."""
    fit: Mapped[int]
    own_key: Mapped[int] = mapped_column(sa.BigInteger)
    """The key the posting's group chose by, see `matcher.ranking.order`."""
    cutoff_key: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Lowest key that won a seat of a full group; None while seats are free, or if all are sure of theirs or fixed."""
    is_full: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether every seat of the group is taken."""
    moved_from_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="SET NULL")
    )
    """Where the person sat before somebody guaranteed needed the seat (为保障对象让位)."""
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class PlanCertificate(Base):
    """Some people of a guaranteed class and the too few seats open to them (Hall set, 无法全部安置的证明)."""

    __tablename__ = "plan_certificate"

    plan_id: Mapped[int] = _plan()
    component: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, … in the order of the smallest graduate id."""
    graduates: Mapped[bytes]
    """int32 little-endian ids, ascending."""
    postings: Mapped[bytes]
    """int32 little-endian ids of all postings any of them could be seated at, ascending."""
    n_people: Mapped[int]
    n_seats: Mapped[int]
    n_short: Mapped[int]


class PlanUncovered(Base):
    """Somebody of a guaranteed class without a seat by one rule, and the certificate that shows why."""

    __tablename__ = "plan_uncovered"

    plan_id: Mapped[int] = _plan()
    rule: Mapped[PlanRule] = mapped_column(one_of(PlanRule, "rule"), primary_key=True)
    graduate_id: Mapped[int] = _graduate()
    priority_rank: Mapped[int]
    component: Mapped[int | None]


class PlanShift(Base):
    """Somebody who would not keep the seat the last publication proposed, by one rule, and why."""

    __tablename__ = "plan_shift"

    plan_id: Mapped[int] = _plan()
    rule: Mapped[PlanRule] = mapped_column(one_of(PlanRule, "rule"), primary_key=True)
    graduate_id: Mapped[int] = _graduate()
    referral_id: Mapped[int] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    before_id: Mapped[int] = mapped_column(sa.ForeignKey("posting.id", ondelete="CASCADE"))
    after_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posting.id", ondelete="SET NULL"))
    kind: Mapped[SeatChange] = mapped_column(one_of(SeatChange, "kind"))
    reason: Mapped[ChangeReason] = mapped_column(one_of(ChangeReason, "reason"))


class PlanPin(Base):
    """A pair a drive manager fixed or ruled out, with the reason; lifted ones stay to be read."""

    __tablename__ = "plan_pin"
    __table_args__ = (
        sa.Index(
            "uq_plan_pin_live_pair",
            "drive_id",
            "graduate_id",
            "posting_id",
            unique=True,
            sqlite_where=sa.text(_LIVE_PIN),
            postgresql_where=sa.text(_LIVE_PIN),
        ),
        sa.Index(
            "uq_plan_pin_live_graduate",
            "drive_id",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text(f"{_LIVE_PIN} AND kind = 'pin'"),
            postgresql_where=sa.text(f"{_LIVE_PIN} AND kind = 'pin'"),
        ),
    )

    id: Mapped[Id]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), index=True
    )
    posting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[PinKind] = mapped_column(one_of(PinKind, "kind"))
    reason_cipher: Mapped[bytes]
    """Words of the drive manager; they may tell of a person."""
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = _account()
    lifted_at: Mapped[dt.datetime | None]
    lifted_by_id: Mapped[int | None] = _account()


class PlanPublication(Base):
    """What publishing made of one seat of a plan; a second run finds it and makes nothing twice."""

    __tablename__ = "plan_publication"

    plan_id: Mapped[int] = _plan()
    graduate_id: Mapped[int] = _graduate()
    posting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="CASCADE"), index=True
    )
    referral_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    published_as: Mapped[PublishedAs] = mapped_column(one_of(PublishedAs, "published_as"))
    refusal_code: Mapped[str | None]
    """Why no referral came of it, as in docs/errors.md."""
    confirmed_at: Mapped[dt.datetime | None]
    """When staff let the person be asked; before that nobody is told anything."""
    confirmed_by_id: Mapped[int | None] = _account()


class PlanRelease(Base):
    """A kept seat a publication opened to all, with the day it had before: withdrawing gives it back."""

    __tablename__ = "plan_release"

    plan_id: Mapped[int] = _plan()
    seat_id: Mapped[int] = mapped_column(
        sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    release_on_before: Mapped[dt.date | None]
    returned_at: Mapped[dt.datetime | None]
