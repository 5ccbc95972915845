"""Computed plans of booths (展位方案) and the log of who had which booth (展位变动); rows of the log never change.

What was done is taken back by a further row that names it, once.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, Json, PublicId, one_of
from matcher.kinds.booth_plans import BoothChangeKind, BoothPlanState, PlanScope


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class BoothPlan(Base):
    """A plan that was computed for a fair; one at a time waits to be taken."""

    __tablename__ = "booth_plan"
    __table_args__ = (
        sa.Index(
            "uq_booth_plan_proposed",
            "fair_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
        sa.Index("ix_booth_plan_fair", "fair_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    state: Mapped[BoothPlanState] = mapped_column(
        one_of(BoothPlanState, "state"), default=BoothPlanState.PROPOSED
    )
    scope: Mapped[PlanScope] = mapped_column(one_of(PlanScope, "scope"))
    digest: Mapped[str]
    """Of the floor and the employers it was computed from; another digest means it is out of date."""
    placed: Mapped[list[list[int | None]]] = mapped_column(Json, default=list, server_default="[]")
    """Pairs of booth and fair employer, None for one left empty; every booth of the fair."""
    unplaced: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")
    """Fair employers there was no room for."""
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What the simulated crowd came to, `present` and `proposed`; None where nobody has a booth."""
    computed_at: Mapped[dt.datetime]
    computed_by_id: Mapped[int | None] = _account()
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = _account()


class BoothChange(Base):
    """One act on who has which booth; never changed."""

    __tablename__ = "booth_change"
    __table_args__ = (
        sa.UniqueConstraint("undoes_id"),
        sa.Index("ix_booth_change_fair", "fair_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    kind: Mapped[BoothChangeKind] = mapped_column(one_of(BoothChangeKind, "kind"))
    moves: Mapped[list[list[int | None]]] = mapped_column(Json, default=list, server_default="[]")
    """Booth, fair employer before, fair employer after; None for nobody."""
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("booth_plan.id", ondelete="SET NULL"))
    undoes_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("booth_change.id", ondelete="RESTRICT")
    )
    """The act this row takes back."""
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()
