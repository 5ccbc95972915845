"""Placements (毕业去向、就业), their steps and evidence, and the anomalies supervisors look at (异常线索).

Two rules are indexes: one live placement a person, and one owner of a personal paper (the same contract or
核验编号 never proves two people's jobs).
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.placements import (
    AlertFinding,
    AlertKind,
    AlertState,
    DoubtReason,
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
    PersonAnswer,
    PlacementEnd,
    PlacementSource,
    PlacementState,
    RevocationReason,
)
from matcher.kinds.referrals import ReferralVia

_LIVE = "state <> 'revoked' AND ended_on IS NULL"


def _account(*, index: bool = False) -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"), index=index)


class Placement(Base):
    """Where one graduate went: a job, a project, the army, study; at most one live a person."""

    __tablename__ = "placement"
    __table_args__ = (
        sa.Index(
            "uq_placement_live_graduate",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
        sa.Index("ix_placement_graduate", "graduate_id", "id"),
        sa.Index("ix_placement_list", "union_id", "state", "id"),
        sa.Index("ix_placement_drive", "drive_id", "state", "verified_at"),
        sa.Index("ix_placement_employer_day", "employer_id", "started_on"),
        sa.Index("ix_placement_credit_code", "credit_code", "destination_code"),
        sa.Index("ix_placement_recorded", "recorded_by_id", "recorded_at"),
        sa.CheckConstraint(
            "(state = 'doubted') = (doubt_reason IS NOT NULL)", name="doubt_has_reason"
        ),
        sa.CheckConstraint(
            "(state = 'revoked') = (revocation_reason IS NOT NULL)", name="revocation_has_reason"
        ),
        sa.CheckConstraint("state <> 'verified' OR verified_at IS NOT NULL", name="verified_dated"),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR recorded_by_id IS NULL OR verified_by_id <> recorded_by_id",
            name="checked_by_another",
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="dates_in_order"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that serves the graduate, as it was when recorded; its staff see the placement."""
    graduate_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate.id", ondelete="RESTRICT"))
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="SET NULL"), index=True
    )
    referral_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    drive_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drive.id", ondelete="SET NULL"))
    source: Mapped[PlacementSource] = mapped_column(one_of(PlacementSource, "source"))
    is_helped: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Brought about by the union (工会帮助实现): always from a referral, else as the recorder says."""
    destination_list: Mapped[str]
    """Which code list the code is of: the same digits mean other things in another."""
    destination_code: Mapped[str]
    is_outcome: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether that list counts the code as 落实 on the day it began; 70, 71, 72 never."""
    employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="RESTRICT")
    )
    employer_name: Mapped[str | None]
    """As recorded; employer, army unit or school."""
    credit_code: Mapped[str | None]
    unit_nature_code: Mapped[str | None]
    """单位性质, of the list `unit_nature_list`."""
    unit_nature_list: Mapped[str | None]
    job_title: Mapped[str | None]
    is_public_welfare: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """At a public-welfare post (公益性岗位安置)."""
    region_code: Mapped[str | None]
    pay_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    """Pay a month before tax."""
    signed_on: Mapped[dt.date | None]
    contract_from_on: Mapped[dt.date | None]
    contract_until_on: Mapped[dt.date | None]
    """None with a beginning is a contract without a term (无固定期限)."""
    started_on: Mapped[dt.date]
    """First day (报到、入职、入学 …)."""
    ended_on: Mapped[dt.date | None]
    """Last day, once it ended."""
    end_reason: Mapped[PlacementEnd | None] = mapped_column(one_of(PlacementEnd, "end_reason"))
    state: Mapped[PlacementState] = mapped_column(
        one_of(PlacementState, "state"), default=PlacementState.REPORTED
    )
    warnings: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """`PlacementWarning`s that were shown when it was recorded or sent to be checked."""
    warning_reason_cipher: Mapped[bytes | None]
    """Why it went on all the same; without it nothing with a warning is checked."""
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int | None] = _account()
    """Who entered it; never who checks it."""
    check_due_on: Mapped[dt.date | None]
    verified_at: Mapped[dt.datetime | None]
    verified_by_id: Mapped[int | None] = _account()
    person_answer: Mapped[PersonAnswer | None] = mapped_column(
        one_of(PersonAnswer, "person_answer")
    )
    person_answered_at: Mapped[dt.datetime | None]
    person_words_cipher: Mapped[bytes | None]
    doubt_reason: Mapped[DoubtReason | None] = mapped_column(one_of(DoubtReason, "doubt_reason"))
    revocation_reason: Mapped[RevocationReason | None] = mapped_column(
        one_of(RevocationReason, "revocation_reason")
    )
    closed_case: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether verifying it closed the case; revoking it opens one again."""
    member_employment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("member_employment.id", ondelete="SET NULL"), index=True
    )
    """The stretch of working life it wrote into the household's file."""
    work_before: Mapped[str | None]
    """`WorkStatus` of the member before, for the correcting step."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def is_live(self) -> bool:
        """Say whether it stands and goes on."""
        return self.state is not PlacementState.REVOKED and self.ended_on is None


class PlacementStep(Base):
    """One step of a placement; rows are never changed."""

    __tablename__ = "placement_step"
    __table_args__ = (sa.Index("ix_placement_step_placement", "placement_id", "id"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id", ondelete="CASCADE"))
    act: Mapped[str]
    """What was done: recorded, changed, submitted, verified, doubted, revoked, ended …"""
    before: Mapped[PlacementState | None] = mapped_column(one_of(PlacementState, "before"))
    after: Mapped[PlacementState] = mapped_column(one_of(PlacementState, "after"))
    reason: Mapped[str | None]
    """Code of the doubt, revocation or end."""
    at: Mapped[dt.datetime]
    via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "via"))
    by_account_id: Mapped[int | None] = _account()
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Codes, days and ids of the step; no names and no free words."""
    words_cipher: Mapped[bytes | None]


class PlacementEvidence(Base):
    """One piece of evidence (证明材料): a file or a number, who put it there, and who checked it how."""

    __tablename__ = "placement_evidence"
    __table_args__ = (
        sa.CheckConstraint("sha256 IS NOT NULL OR number_index IS NOT NULL", name="has_substance"),
        sa.CheckConstraint("kind <> 'internship_paper'", name="internship_no_proof"),
        sa.CheckConstraint("(verdict IS NULL) = (checked_at IS NULL)", name="verdict_dated"),
        sa.CheckConstraint(
            "checked_by_id IS NULL OR entered_by_id IS NULL OR checked_by_id <> entered_by_id",
            name="checked_by_another",
        ),
        sa.Index("ix_placement_evidence_sha256", "sha256"),
        sa.Index("ix_placement_evidence_number", "number_index"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    placement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("placement.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[EvidenceKind] = mapped_column(one_of(EvidenceKind, "kind"))
    issued_on: Mapped[dt.date | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    sha256: Mapped[str | None]
    """Of the file's content; stays when the file is gone, so that it is known again."""
    number_cipher: Mapped[bytes | None]
    number_index: Mapped[str | None]
    number_masked: Mapped[str | None]
    """核验编号 or the number printed on a paper."""
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()
    entered_via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "entered_via"))
    verdict: Mapped[EvidenceVerdict | None] = mapped_column(one_of(EvidenceVerdict, "verdict"))
    method: Mapped[EvidenceMethod | None] = mapped_column(one_of(EvidenceMethod, "method"))
    checked_at: Mapped[dt.datetime | None]
    checked_by_id: Mapped[int | None] = _account()
    note_cipher: Mapped[bytes | None]
    withdrawn_at: Mapped[dt.datetime | None]
    """Put there by mistake; it proves nothing any more and stays on record."""


class EvidenceOwner(Base):
    """Whose personal paper something is: a mark (hash of file or number) belongs to one graduate."""

    __tablename__ = "evidence_owner"

    mark: Mapped[str] = mapped_column(primary_key=True)
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), index=True
    )
    since_at: Mapped[dt.datetime]


class PlacementAlert(Base):
    """An anomaly (异常线索) computed from rows: a reason to look, settled with a note."""

    __tablename__ = "placement_alert"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "kind", "key"),
        sa.Index("ix_placement_alert_list", "union_id", "state", "kind", "id"),
        sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_dated"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="CASCADE"))
    kind: Mapped[AlertKind] = mapped_column(one_of(AlertKind, "kind"))
    key: Mapped[str]
    """What makes it the same anomaly when it is computed again: ids, a day, a hash."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Counts, days, ids; `placements` are the rows it was computed from."""
    about_account_id: Mapped[int | None] = _account(index=True)
    """Clerk whose entries it is about; that one does not settle it."""
    first_seen_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    state: Mapped[AlertState] = mapped_column(one_of(AlertState, "state"), default=AlertState.OPEN)
    finding: Mapped[AlertFinding | None] = mapped_column(one_of(AlertFinding, "finding"))
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = _account()
    note_cipher: Mapped[bytes | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy
