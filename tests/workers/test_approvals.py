"""Nightly work on approvals: a notice that is over lets its file go on, once; nothing to do changes nothing."""

import datetime as dt

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.approvals import ActKind, NoticeState, StepKind
from matcher.models.approvals import Approval, ApprovalAct
from matcher.models.publicity import Notice
from matcher.services.approvals import publicity, steps
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.hardship.applications import submit_file
from tests.factories.approvals import make_draft, make_office
from workers.approvals import end_notices, place_anew
from workers.runner import JobContext
from workers.schedule import LINES


def _hang(factory: SessionFactory) -> None:
    """Make a notice whose last day was yesterday."""
    with transaction(factory) as session:
        office = make_office(session)
        household = make_draft(session, office.unit, entered_by=office.chair)
        approval = submit_file(session, office.chair, household.id)
        steps.end_visit(session, office.chair, approval.id)
        subject = ("household", household.id)
        notice = publicity.publish(session, office.chair, subject, NoticeInput(contact="12351"))
        notice.from_on -= dt.timedelta(days=8)
        notice.to_on -= dt.timedelta(days=8)


def test_a_notice_that_is_over_lets_its_file_go_on_and_a_second_run_finds_none(
    sqlite_factory: SessionFactory,
) -> None:
    _hang(sqlite_factory)
    context = JobContext(sqlite_factory, job_id=0, token="", attempt=1)

    assert end_notices(context) == {"n_ended": 1}
    assert end_notices(context) == {"n_ended": 0}
    assert place_anew(context) == {"n_moved": 0}

    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Notice.state)).one() is NoticeState.ENDED
        assert session.scalars(sa.select(Approval.step_kind)).one() is StepKind.DECISION
        ended = sa.select(ApprovalAct.id).where(ApprovalAct.kind == ActKind.PUBLICITY_ENDED)
        assert len(session.scalars(ended).all()) == 1


def test_both_jobs_stand_in_the_schedule() -> None:
    assert {"approvals.notices", "approvals.placing"} <= {line.job for line in LINES}
