"""A graduate's own résumé (自己的简历): one PDF a person, used in place of the one made from the profile."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base


class OwnResume(Base):
    """The PDF a person brought; it is shown only where the person lets an employer see everything it says."""

    __tablename__ = "own_resume"

    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    file_id: Mapped[int] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="CASCADE"), index=True
    )
    uploaded_at: Mapped[dt.datetime]
    is_used: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False: kept, but employers get the one made from the profile."""
