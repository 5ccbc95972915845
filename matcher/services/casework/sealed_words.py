"""Words of persons (本人陈述、情况说明), closed for storing: they may speak of illness or of the family.

The column a text is bound to is named `table.column` without its ending `_cipher`.
"""

from sqlalchemy.orm import Session

from matcher.db.engine import ring_of


def seal(session: Session, text: str | None, column: str) -> bytes | None:
    """Return a text closed for a column; None for an empty one."""
    kept = (text or "").strip()
    return ring_of(session).encrypt(kept, column) if kept else None


def unseal(session: Session, stored: bytes | None, column: str) -> str | None:
    """Return the text of a column, opened for somebody who may read it."""
    return None if stored is None else ring_of(session).decrypt(stored, column)
