"""Cases of graduates (帮扶个案): owner, needs, plan, obstacles, and the service acts done for the person.

A case hangs on the graduate, inside a household where there is a file; one open case a graduate, held by a
partial unique index. Service acts are append-only: a correction is a new act that names the one it replaces.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.casework import (
    ActOutcome,
    CaseClosing,
    ContactChannel,
    MeasureState,
    NeedKind,
    ObstacleKind,
    ProposalState,
    ServiceKind,
)


def _union(*, index: bool = True) -> Mapped[int]:
    return mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=index)


def _account(*, index: bool = False) -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"), index=index)


def _case() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("graduate_case.id", ondelete="CASCADE"), index=True)


class GraduateCase(Base):
    """The case of one graduate (一人一策)."""

    __tablename__ = "graduate_case"
    __table_args__ = (
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closing_reason IS NULL)", name="closed_with_reason"
        ),
        sa.Index(
            "uq_graduate_case_open",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        ),
        sa.Index("ix_graduate_case_list", "union_id", "closed_on", "next_on", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = _union()
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT"), index=True
    )
    household_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="SET NULL"), index=True
    )
    """None for a graduate without a file (困难职工档案)."""
    owner_id: Mapped[int | None] = _account(index=True)
    """Caseworker who answers for the case (责任人)."""
    second_owner_id: Mapped[int | None] = _account(index=True)
    """Caseworker who stands in (协办人)."""
    package: Mapped[str | None]
    """Code of the service package promised (服务包), as `matcher.policy.packages` has it."""
    package_from_on: Mapped[dt.date | None]
    opened_on: Mapped[dt.date]
    next_on: Mapped[dt.date | None]
    """Next date agreed with the person, from the newest act that set one."""
    last_contact_on: Mapped[dt.date | None]
    """Last day the person was reached, kept in step by `service_acts`."""
    closed_on: Mapped[dt.date | None]
    closing_reason: Mapped[CaseClosing | None] = mapped_column(
        one_of(CaseClosing, "closing_reason")
    )
    closing_note_cipher: Mapped[bytes | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class CaseNeed(Base):
    """A need (需求); one that is not about work names the body it was passed on to and the reply awaited."""

    __tablename__ = "case_need"
    __table_args__ = (
        sa.CheckConstraint(
            "(passed_on_to IS NULL) = (passed_on_on IS NULL)", name="passed_on_dated"
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = _case()
    kind: Mapped[NeedKind] = mapped_column(one_of(NeedKind, "kind"))
    words_cipher: Mapped[bytes | None]
    """What the person said, sealed: needs may speak of illness."""
    stated_on: Mapped[dt.date]
    passed_on_to: Mapped[str | None]
    passed_on_on: Mapped[dt.date | None]
    reply_due_on: Mapped[dt.date | None]
    replied_on: Mapped[dt.date | None]
    reply_cipher: Mapped[bytes | None]
    met_on: Mapped[dt.date | None]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()


class CasePlanMeasure(Base):
    """A measure of the plan (帮扶措施): who does what until when, and what came of it."""

    __tablename__ = "case_plan_measure"
    __table_args__ = (
        sa.CheckConstraint("(state = 'planned') = (settled_on IS NULL)", name="settled_dated"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = _case()
    kind: Mapped[ServiceKind] = mapped_column(one_of(ServiceKind, "kind"))
    words: Mapped[str]
    owner_id: Mapped[int | None] = _account()
    due_on: Mapped[dt.date]
    state: Mapped[MeasureState] = mapped_column(
        one_of(MeasureState, "state"), default=MeasureState.PLANNED
    )
    settled_on: Mapped[dt.date | None]
    result: Mapped[str | None]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()


class CaseObstacle(Base):
    """An obstacle to work (就业障碍), until it is out of the way."""

    __tablename__ = "case_obstacle"

    id: Mapped[Id]
    case_id: Mapped[int] = _case()
    kind: Mapped[ObstacleKind] = mapped_column(one_of(ObstacleKind, "kind"))
    words_cipher: Mapped[bytes | None]
    noted_on: Mapped[dt.date]
    removed_on: Mapped[dt.date | None]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()


class ServiceAct(Base):
    """One service done for a graduate (帮扶服务记录); rows are never changed, only replaced by newer ones."""

    __tablename__ = "service_act"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        sa.Index("ix_service_act_case", "case_id", "happened_on", "id"),
        sa.Index("ix_service_act_period", "union_id", "happened_on", "kind"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate_case.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = _union(index=False)
    """The union in whose name it was done, as it was then."""
    kind: Mapped[ServiceKind] = mapped_column(one_of(ServiceKind, "kind"))
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    """Who entered it."""
    on_behalf_of_id: Mapped[int | None] = _account()
    """For whom it was entered (代为录入)."""
    credited_to_id: Mapped[int | None] = _account()
    """Who did it (服务人)."""
    channel: Mapped[ContactChannel | None] = mapped_column(one_of(ContactChannel, "channel"))
    outcome: Mapped[ActOutcome] = mapped_column(one_of(ActOutcome, "outcome"))
    next_on: Mapped[dt.date | None]
    note_cipher: Mapped[bytes | None]
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("service_act.id", ondelete="RESTRICT")
    )
    """The act this one corrects (更正)."""


class CaseProposal(Base):
    """A case proposed because somebody of a household graduates this year (拟立个案)."""

    __tablename__ = "case_proposal"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "year"),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_dated"),
        sa.Index("ix_case_proposal_list", "union_id", "state", "id"),
    )

    id: Mapped[Id]
    union_id: Mapped[int] = _union(index=False)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("household_member.id", ondelete="CASCADE"))
    year: Mapped[int]
    expected_on: Mapped[dt.date | None]
    """Expected day of graduation (预计毕业时间)."""
    state: Mapped[ProposalState] = mapped_column(
        one_of(ProposalState, "state"), default=ProposalState.PROPOSED
    )
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = _account()
