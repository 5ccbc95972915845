"""What would help (做什么能有用), worked out once a plan and kept with it."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base


class PlanHelp(Base):
    """One table a plan; asked again, it is worked out anew from the rows as they stand then."""

    __tablename__ = "plan_help"

    plan_id: Mapped[int] = mapped_column(
        sa.ForeignKey("plan_run.id", ondelete="CASCADE"), primary_key=True
    )
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    made_at: Mapped[dt.datetime | None]
    """When the table was made; None as long as there is none."""
    lines: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """By ids, see `services.plans.help_solving`; no names."""
