"""The history of a file: changes of its parts and the acts of the trail in one timeline, nothing of other files."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.household_facts import FileAct
from matcher.models.audit import AuditEntry
from matcher.models.file_joins import Cooperation
from matcher.models.household_facts import HouseholdChange
from matcher.models.households import Household
from matcher.models.publicity import Notice
from matcher.services import audit
from matcher.services.hardship import changes, timeline
from matcher.services.hardship.applications import submit_file
from tests.factories.approvals import Office, make_draft, make_office
from tests.factories.joins import make_join_rows
from tests.factories.people import make_graduate
from tests.support.queries import count_queries

ACTS = (
    "household.exit_proposed",
    "household.exit_confirmed",
    "household.returned",
    "household.merged",
    "household.transferred",
    "household.assessment_adopted",
    "household.tier_set",
    "claim.recognised",
    "review.recorded",
    "register.opened",
)


@pytest.fixture
def office(session_factory: SessionFactory) -> Office:
    with transaction(session_factory) as session:
        return make_office(session)


def _file(factory: SessionFactory, office: Office) -> int:
    """Return a file that was changed, sent on its way, and had everything else happen to it."""
    with transaction(factory) as session:
        file = make_draft(session, office.unit, entered_by=office.chair)
        said = [{"field": "industry", "before": None, "after": "纺织"}]
        changes.note(session, office.chair, file, file, FileAct.CHANGED, said)
        for act in (*ACTS, "number.revealed", "household.printed", "call.recorded"):
            audit.record(session, office.chair, act, subject=("household", file.id))
        _around(session, office, file)
        submit_file(session, office.chair, file.id)
        return file.id


def _around(session: Session, office: Office, file: Household) -> None:
    """Note acts on what hangs on a file: a notice and a cooperation."""
    notice = Notice(
        token=f"link-{file.public_id}",
        subject_kind="household",
        subject_id=file.id,
        union_id=file.union_id,
        limit_rule="publicity.first",
        from_on=clock.today(),
        to_on=clock.today(),
        lines={},
        contact="0951-5012345",
        created_at=clock.now(),
    )
    session.add(notice)
    make_join_rows(session, file, make_graduate(session, office.unit))
    session.flush()
    cooperation = session.scalars(
        sa.select(Cooperation.id).where(Cooperation.household_id == file.id)
    ).one()
    audit.record(session, office.chair, "notice.published", subject=("notice", notice.id))
    audit.record(session, office.chair, "cooperation.ended", subject=("cooperation", cooperation))


def _acts(session: Session, file_id: int) -> list[str]:
    file = session.get_one(Household, file_id)
    rows = timeline.list_timeline(session, file, limit=100).rows
    return [one.action for one in rows if isinstance(one, AuditEntry)]


def test_everything_done_with_a_file_stands_in_its_history(
    session_factory: SessionFactory, office: Office
) -> None:
    file_id = _file(session_factory, office)

    with reading(session_factory) as session:
        acts = _acts(session, file_id)
        file = session.get_one(Household, file_id)
        page = timeline.list_timeline(session, file, limit=100)

    assert set(acts) == {
        *ACTS,
        "approval.started",
        "household.submitted",
        "notice.published",
        "cooperation.ended",
    }
    assert [one.part for one in page.rows if isinstance(one, HouseholdChange)] == ["household"]
    assert page.total == len(page.rows)


def test_nothing_of_another_file_stands_in_it(
    session_factory: SessionFactory, office: Office
) -> None:
    _file(session_factory, office)
    with transaction(session_factory) as session:
        plain = make_draft(session, office.unit).id

    with reading(session_factory) as session:
        assert _acts(session, plain) == []


def test_pages_follow_one_another_and_cost_the_same(
    session_factory: SessionFactory, office: Office
) -> None:
    file_id = _file(session_factory, office)

    with reading(session_factory) as session:
        file = session.get_one(Household, file_id)
        whole = timeline.list_timeline(session, file, limit=100).rows
        with count_queries(session) as few:
            first = timeline.list_timeline(session, file, limit=3).rows
        with count_queries(session) as many:
            rest = timeline.list_timeline(session, file, limit=50, offset=3).rows

    assert [*first, *rest] == list(whole)
    assert few.n == many.n == 4
