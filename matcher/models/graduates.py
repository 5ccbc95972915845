"""Graduates (毕业生), their majors and what they want (意向)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import Channel, EducationLevel, MajorLevel, Mobility


class Graduate(Base):
    """A graduate; the person's numbers are encrypted, found by keyed hash, shown masked."""

    __tablename__ = "graduate"
    __table_args__ = (
        sa.Index(
            "uq_graduate_id_number",
            "id_number_index",
            unique=True,
            sqlite_where=sa.text("id_number_index IS NOT NULL"),
            postgresql_where=sa.text("id_number_index IS NOT NULL"),
        ),
        sa.Index("ix_graduate_school_number", "school", "student_number"),
        sa.Index("ix_graduate_phone", "phone_index"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    """The union that serves this graduate."""
    household_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    id_number_cipher: Mapped[bytes | None]
    id_number_index: Mapped[str | None]
    id_number_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[str | None]
    phone_masked: Mapped[str | None]
    school: Mapped[str | None]
    student_number: Mapped[str | None]
    education: Mapped[EducationLevel] = mapped_column(one_of(EducationLevel, "education"))
    graduates_on: Mapped[dt.date | None]
    origin_region: Mapped[str | None]
    """Where the graduate is from (生源地), six digits."""
    hardship_codes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Three-bit mask of the school's list (困难生类别): 1 就业困难, 2 家庭困难, 4 残疾."""
    certificates: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Codes of held certificates (证书)."""
    about: Mapped[str | None]
    """What the graduate writes of skills and practice; part of the text score."""
    entered_through: Mapped[Channel] = mapped_column(one_of(Channel, "entered_through"))
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    is_confirmed: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False for a self-registration nobody has looked at; a phone is not an identity."""
    created_at: Mapped[dt.datetime]
    import_batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batch.id", ondelete="SET NULL")
    )
    import_digest: Mapped[str | None]
    """Of the checked row that last made or changed it: the same row again changes nothing."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    majors: Mapped[list["GraduateMajor"]] = relationship(
        back_populates="graduate",
        lazy="raise",
        order_by="GraduateMajor.position",
        cascade="all, delete-orphan",
    )
    intent: Mapped["Intent | None"] = relationship(
        back_populates="graduate", lazy="raise", uselist=False, cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class GraduateMajor(Base):
    """One of a graduate's one or two majors (专业), by the name of the enrolment year's catalogue."""

    __tablename__ = "graduate_major"
    __table_args__ = (sa.CheckConstraint("position IN (1, 2)", name="position"),)

    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1 the main major, 2 the second (辅修、第二专业)."""
    level: Mapped[MajorLevel] = mapped_column(one_of(MajorLevel, "level"))
    name: Mapped[str]
    code: Mapped[str] = mapped_column(default="", server_default="")
    edition: Mapped[str] = mapped_column(default="", server_default="")
    """Edition of the catalogue the name was found in; empty if in none."""
    graduate: Mapped[Graduate] = relationship(back_populates="majors", lazy="raise")


class Intent(Base):
    """What a graduate wants (就业意向): up to three places, occupations, industries; pay; will move or not."""

    __tablename__ = "intent"

    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), primary_key=True
    )
    places: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    occupations: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    industries: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    unit_kinds: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    wanted_pay_yuan: Mapped[int | None]
    """Lowest monthly pay wanted."""
    mobility: Mapped[Mobility] = mapped_column(
        one_of(Mobility, "mobility"), default=Mobility.LISTED
    )
    text: Mapped[str | None]
    """What was said in free words."""
    graduate: Mapped[Graduate] = relationship(back_populates="intent", lazy="raise")
