"""Telling everybody that a fair is off: each once, however often the job runs."""

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, Role
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.services.fairs import entering, states, telling
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fairs import make_fair, make_fair_employer, make_session, make_visitor
from tests.factories.jobs import job_row
from workers import fairs, outbox
from workers.runner import Runner

BODIES = (fairs, outbox)
"""Modules whose import registers the bodies that are run here."""


def _messages(factory: SessionFactory) -> int:
    found = sa.select(sa.func.count(OutboxMessage.id)).where(
        OutboxMessage.template.in_(("fair_moved", "fair_cancelled"))
    )
    with reading(factory) as session:
        return session.scalar(found) or 0


def _run(factory: SessionFactory, matter: str) -> dict[str, object]:
    with reading(factory) as session:
        found = sa.select(Job).where(Job.name == telling.JOB).order_by(Job.id)
        number = next(one.id for one in session.scalars(found) if one.arguments["matter"] == matter)
    assert Runner(factory).run(number) is JobState.DONE
    return job_row(factory, number).result or {}


def test_everybody_is_told_once_that_a_fair_is_off_and_no_more_that_it_moved(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        by = make_actor(session, Role.FAIR_ORGANISER, union=union)
        fair = make_fair(session, make_drive(session, union), state=FairState.ANNOUNCED)
        make_session(session, fair)
        make_fair_employer(session, fair)
        for n in range(205):
            make_visitor(session, fair, phone=f"138{n:08d}")
        make_visitor(session, fair)
        facts = vars(entering.facts_of(fair)) | {"venue_name": "文化宫"}
        entering.edit_fair(session, by, fair.public_id, entering.FairInput(**facts))
        states.cancel_fair(session, by, fair.public_id, reason="大雪")
        arguments = session.scalars(
            sa.select(Job.arguments).where(Job.name == telling.JOB).order_by(Job.id.desc())
        ).first()

    moved = _run(session_factory, "moved")
    told = _run(session_factory, "cancelled")

    assert moved == {"n_employers": 0, "n_visitors": 0}
    assert told["n_visitors"] == 205
    assert _messages(session_factory) == 205
    assert arguments is not None
    with transaction(session_factory) as session:
        again = session.get_one(FairVisitor, 1)
        telling.tell_visitor(
            session, by, again.id, matter="cancelled", version=arguments["version"]
        )
    assert _messages(session_factory) == 205
