"""Facts are streamed from the tables, and whatever becomes of the reader, no cursor stays open."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.services.ranking_facts import graduate_facts, posting_facts
from tests.factories.ranked_drives import make_ranked_drive

_CURSORS = sa.text("SELECT count(*) FROM pg_cursors")


@pytest.fixture
def drive_id(session_factory: SessionFactory) -> int:
    """Make a drive whose last graduates are not confirmed, so that their majors are read by nobody."""
    with transaction(session_factory) as session:
        if session.get_bind().dialect.name != "postgresql":
            pytest.skip("SQLite has no cursors on a server")
        drive: Drive = make_ranked_drive(session, graduates=4, postings=3)
        last = session.scalar(sa.select(sa.func.max(Graduate.id)))
        session.execute(sa.update(Graduate).where(Graduate.id == last).values(is_confirmed=False))
        return drive.id


def _n_open(session: Session) -> int:
    return session.scalar(_CURSORS) or 0


def test_facts_read_to_the_end_leave_no_cursor_open(
    session_factory: SessionFactory, drive_id: int
) -> None:
    with reading(session_factory) as session:
        assert len(list(graduate_facts(session, drive_id))) == 3
        assert len(list(posting_facts(session, drive_id, clock.today()))) == 3

        assert _n_open(session) == 0


def test_facts_nobody_reads_on_leave_no_cursor_open(
    session_factory: SessionFactory, drive_id: int
) -> None:
    with reading(session_factory) as session:
        people, offers = (
            graduate_facts(session, drive_id),
            posting_facts(session, drive_id, clock.today()),
        )
        next(people), next(offers)
        assert _n_open(session) > 0
        people.close()
        offers.close()

        assert _n_open(session) == 0
