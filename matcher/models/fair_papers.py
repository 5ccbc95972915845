"""Employers before a fair: what is offered to them (招展), their papers (参会材料), and what is printed of them.

How many booths are promised is held by the row of the call: whoever takes or frees booths locks it first.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState, FairPrintKind, FairPrintState


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _version() -> Mapped[int]:
    return mapped_column(default=1, server_default="1")


class FairCall(Base):
    """What a fair offers to employers (招展): booths, and until when they apply and hand in their papers."""

    __tablename__ = "fair_call"
    __table_args__ = (
        sa.UniqueConstraint("fair_id"),
        sa.CheckConstraint("n_booths >= 1", name="n_booths"),
    )

    id: Mapped[Id]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    n_booths: Mapped[int | None]
    """Booths on offer (招展展位数); None: as many as the plan of the halls has, or no limit before there is one."""
    apply_until: Mapped[dt.date | None]
    papers_until: Mapped[dt.date | None]
    words: Mapped[str | None]
    """What employers read in the invitation: what is paid for, where to unload, whom to ask."""
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairPaper(Base):
    """One paper of an employer for one fair; handing in again replaces the file and is judged anew.

    Who acts for the employer at the fair (经办人) is kept encrypted with the paper of its identity, and forgotten
    after the fair; that it was seen, by whom and when, stays (服务台账).
    """

    __tablename__ = "fair_paper"
    __table_args__ = (
        sa.UniqueConstraint("fair_employer_id", "kind"),
        sa.Index("ix_fair_paper_state", "state", "id"),
        sa.CheckConstraint("state <> 'returned' OR reason IS NOT NULL", name="returned_says_why"),
        sa.CheckConstraint(
            "kind = 'agent' OR (name_cipher IS NULL AND number_cipher IS NULL)", name="only_agents"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    kind: Mapped[FairPaperKind] = mapped_column(one_of(FairPaperKind, "kind"))
    state: Mapped[FairPaperState] = mapped_column(one_of(FairPaperState, "state"))
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    employer_check_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer_check.id", ondelete="SET NULL")
    )
    """The check it was taken over from (单位核验), with no file of its own."""
    is_from_posts: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The brochure (招聘简章) is printed here from the posts chosen for the fair."""
    name_cipher: Mapped[bytes | None]
    name_masked: Mapped[str | None]
    number_cipher: Mapped[bytes | None]
    number_masked: Mapped[str | None]
    valid_until: Mapped[dt.date | None]
    """Last day the paper itself is good for, as far as it says so."""
    reason: Mapped[str | None]
    """Why it was returned."""
    handed_in_at: Mapped[dt.datetime]
    handed_in_by_id: Mapped[int | None] = _account()
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = _account()
    forgotten_at: Mapped[dt.datetime | None]
    """File, name and number were erased; that it was seen stays."""
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairPrint(Base):
    """One file printed of a fair's employers and posts, as they stood when it was made."""

    __tablename__ = "fair_print"
    __table_args__ = (sa.Index("ix_fair_print_fair", "fair_id", "id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    kind: Mapped[FairPrintKind] = mapped_column(one_of(FairPrintKind, "kind"))
    state: Mapped[FairPrintState] = mapped_column(
        one_of(FairPrintState, "state"), default=FairPrintState.WAITING
    )
    n_employers: Mapped[int] = mapped_column(default=0, server_default="0")
    n_posts: Mapped[int] = mapped_column(default=0, server_default="0")
    """Posts with a title of their own (岗位), not people wanted."""
    problem: Mapped[str | None]
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = _account()
    made_at: Mapped[dt.datetime | None]
