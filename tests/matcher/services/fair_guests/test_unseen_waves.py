"""Invitations leave in turns nobody can read: no paper and no later round tells who was among the first."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import ConsentPurpose, Role
from matcher.models.drives import Drive
from matcher.models.fair_visitors import FairVisitor
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.services.fair_guests import bookings, inviting, lists, slips
from matcher.services.fair_sheets.prints import _registered
from tests.factories.accounts import make_actor
from tests.factories.fair_guests import _graduate, make_guest_world
from tests.factories.referrals import make_consent
from tests.matcher.services.fair_guests.test_inviting import _run_rest, _told, _world
from workers import fair_guests as bodies
from workers.runner import Runner

BODIES = (bodies,)
"""Modules whose import registers the bodies that are run here."""


def test_papers_hold_back_who_answered_the_first_message_until_everybody_has_theirs(
    session: Session,
) -> None:
    """A slip or a line of the list in between would tell who heard first."""
    world = make_guest_world(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
    asked = inviting.ask(session, organiser, world.fair.public_id, everybody=True)
    inviting.add_visitors(session, asked, [one.id for one in world.graduates])
    early = session.scalars(sa.select(FairVisitor).limit(1)).one()
    bookings.book(session, early, [world.held.id])
    number = world.fair.public_id

    def told() -> tuple[int, int, int]:
        return (
            slips.n_slips(session, organiser, number, own=False),
            len(_registered(session, world.held)),
            lists.list_guests(session, organiser, number).total,
        )

    assert told() == (0, 0, 0)
    asked.all_out_at = clock.now()
    session.flush()
    assert told() == (1, 1, len(world.graduates))


def test_a_second_round_asks_the_urgent_among_its_people_first_as_well(
    session_factory: SessionFactory,
) -> None:
    world, job = _world(session_factory)
    Runner(session_factory).run(job)
    _run_rest(session_factory)
    with transaction(session_factory) as session:
        newest = inviting.newest(session, world.fair.id)
        assert newest is not None
        newest.all_out_at = clock.now()
        drive = session.get_one(Drive, world.drive.id)
        union = session.get_one(Union, world.union.id)
        later = [_graduate(session, drive, union, is_zero=number < 2) for number in range(9)]
        for one in later:
            make_consent(session, one, ConsentPurpose.SERVICE)
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
        inviting.ask(session, organiser, world.fair.public_id, everybody=True)
        second = session.scalars(
            sa.select(Job.id).where(Job.name == inviting.JOB).order_by(Job.id.desc())
        ).first()
        session.execute(sa.update(Job).values(run_after=clock.now()))
        urgent, everybody = {one.id for one in later[:2]}, {one.id for one in later}
    assert second is not None
    before = _told(session_factory)

    Runner(session_factory).run(second)

    first = _told(session_factory) - before
    assert urgent < first < everybody | {world.graduates[-1].id}
