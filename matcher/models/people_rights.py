"""Rights and secrecy: exports with approval, what persons ask, consent to publicity, what left the house.

Texts of persons are sealed. Rows name people by id only and stay when a person is made anonymous, so that it can
still be said what was exported, disclosed or asked.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import Channel
from matcher.kinds.people_rights import (
    DisclosureBasis,
    ExportKind,
    ExportState,
    RightsKind,
    RightsState,
    StoryAnswer,
)

_ONE_PERSON = (
    "(CASE WHEN graduate_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN member_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class ExportRequest(Base):
    """A wish to take files out of the house (导出申请): asked, approved by somebody else, made, fetched."""

    __tablename__ = "export_request"
    __table_args__ = (
        sa.CheckConstraint("decided_by_id <> requested_by_id", name="two_people"),
        sa.CheckConstraint("(recipient IS NULL) = (basis IS NULL)", name="recipient_on_a_ground"),
        sa.Index("ix_export_request_list", "union_id", "state", "id"),
        sa.Index("ix_export_request_asker", "requested_by_id", "requested_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """Union at which the asker acts."""
    role: Mapped[str]
    """Role in which was asked; what it sees is asked again when the file is made."""
    kind: Mapped[ExportKind] = mapped_column(
        one_of(ExportKind, "kind"), default=ExportKind.FILES, server_default="files"
    )
    filter: Mapped[dict[str, Any]]
    """Which files: state, tier, union below; plain values."""
    fields: Mapped[list[str]]
    purpose: Mapped[str]
    recipient: Mapped[str | None]
    """Whom it is passed on to, with contact; None: stays inside this union."""
    recipient_contact: Mapped[str | None]
    basis: Mapped[DisclosureBasis | None] = mapped_column(one_of(DisclosureBasis, "basis"))
    """On what ground it is passed on."""
    n_records: Mapped[int]
    """Persons and files the table names, counted when asked and again when made."""
    alarm_level: Mapped[int] = mapped_column(default=0, server_default="0")
    """Highest alarm the asker's own exports of the window reached with this one; 0 for none."""
    state: Mapped[ExportState] = mapped_column(
        one_of(ExportState, "state"), default=ExportState.REQUESTED
    )
    requested_at: Mapped[dt.datetime]
    requested_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    comment: Mapped[str | None]
    made_at: Mapped[dt.datetime | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    expires_at: Mapped[dt.datetime | None]
    n_downloads: Mapped[int] = mapped_column(default=0, server_default="0")
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class ExportedFile(Base):
    """One household that left in an export: answers "in which exports was I"."""

    __tablename__ = "exported_file"

    export_id: Mapped[int] = mapped_column(
        sa.ForeignKey("export_request.id", ondelete="CASCADE"), primary_key=True
    )
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ExportedPerson(Base):
    """One graduate named in an export: answers "in which exports was I"."""

    __tablename__ = "exported_person"

    export_id: Mapped[int] = mapped_column(
        sa.ForeignKey("export_request.id", ondelete="CASCADE"), primary_key=True
    )
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RightsRequest(Base):
    """What a person asks about the own data, with the day it is due (个人信息权利申请)."""

    __tablename__ = "rights_request"
    __table_args__ = (
        sa.CheckConstraint(_ONE_PERSON, name="one_person"),
        sa.CheckConstraint(
            "state = 'open' OR result_cipher IS NOT NULL", name="answered_with_words"
        ),
        sa.Index("ix_rights_request_list", "union_id", "state", "due_on"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[RightsKind] = mapped_column(one_of(RightsKind, "kind"))
    words_cipher: Mapped[bytes]
    """What was asked, in the person's words."""
    asked_through: Mapped[Channel] = mapped_column(one_of(Channel, "asked_through"))
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    received_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date]
    state: Mapped[RightsState] = mapped_column(
        one_of(RightsState, "state"), default=RightsState.OPEN
    )
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    result_cipher: Mapped[bytes | None]
    """What was done, or why not: the answer the person reads."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class StorageOnly(Base):
    """A person whose data is only stored any more (停止除存储以外的处理, 个人信息保护法 art. 47)."""

    __tablename__ = "storage_only"
    __table_args__ = (
        sa.CheckConstraint(_ONE_PERSON, name="one_person"),
        sa.UniqueConstraint("graduate_id"),
        sa.UniqueConstraint("member_id"),
    )

    id: Mapped[Id]
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE")
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE")
    )
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("rights_request.id", ondelete="RESTRICT"))
    basis: Mapped[str]
    """What obliges to keep, in words for the person."""
    keep_until_on: Mapped[dt.date | None]
    """None while the file is open: the clock starts with its exit."""
    blocked_at: Mapped[dt.datetime]


class StoryConsent(Base):
    """What a person said to one very text for publicity (宣传同意), on paper; a changed text is another text."""

    __tablename__ = "story_consent"
    __table_args__ = (
        sa.CheckConstraint(_ONE_PERSON, name="one_person"),
        sa.CheckConstraint("answer = 'refused' OR paper_sha256 IS NOT NULL", name="signed_paper"),
        sa.Index("ix_story_consent_list", "union_id", "id"),
        sa.Index("ix_story_consent_text", "text_sha256"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )
    text_cipher: Mapped[bytes]
    text_sha256: Mapped[str]
    """Of the text as it was signed, to the letter."""
    names_person: Mapped[bool]
    """Whether the real name may stand in it."""
    photo_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    photo_sha256: Mapped[str | None]
    media: Mapped[list[str]]
    """Where it may appear: names of media."""
    answer: Mapped[StoryAnswer] = mapped_column(one_of(StoryAnswer, "answer"))
    paper_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    paper_sha256: Mapped[str | None]
    """Of the signed paper; stays when the paper itself goes."""
    answered_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_through: Mapped[Channel | None] = mapped_column(one_of(Channel, "withdrawn_through"))


class Disclosure(Base):
    """Data of somebody that went to somebody else (对外提供记录, 个人信息保护法 art. 23)."""

    __tablename__ = "disclosure"
    __table_args__ = (
        sa.Index("ix_disclosure_subject", "subject_kind", "subject_id"),
        sa.Index("ix_disclosure_list", "union_id", "id"),
    )

    id: Mapped[Id]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    subject_kind: Mapped[str]
    """graduate, member, household or export_request."""
    subject_id: Mapped[int]
    n_persons: Mapped[int] = mapped_column(default=1, server_default="1")
    recipient: Mapped[str]
    contact: Mapped[str]
    purpose: Mapped[str]
    kinds: Mapped[list[str]]
    """Values of DataKind."""
    basis: Mapped[DisclosureBasis] = mapped_column(one_of(DisclosureBasis, "basis"))
    consent_kind: Mapped[str | None]
    """consent or story_consent: where `consent_id` points."""
    consent_id: Mapped[int | None]
    disclosed_at: Mapped[dt.datetime]
    disclosed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    keep_until_on: Mapped[dt.date]
    """Not before this day the record may go (three years)."""


class AnonymisedRow(Base):
    """A person or file whose names and texts are gone (已匿名): the clock that ran out, and when."""

    __tablename__ = "anonymised_row"
    __table_args__ = (sa.UniqueConstraint("subject_kind", "subject_id", "rule"),)

    id: Mapped[Id]
    subject_kind: Mapped[str]
    """household, member, graduate or graduate_case."""
    subject_id: Mapped[int]
    rule: Mapped[str]
    """Code of the clock, or of the request that asked for it."""
    ran_out_on: Mapped[dt.date]
    anonymised_at: Mapped[dt.datetime]
