"""Facts about this installation, such as the check value of the key ring it was made with."""

from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base


class InstallationFact(Base):
    """One named fact."""

    __tablename__ = "installation_fact"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
