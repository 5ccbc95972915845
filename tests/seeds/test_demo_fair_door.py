"""The door of the demo's fairs: scanners paired, tickets scanned, refusals and walk-ins, counts that agree."""

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import EntryKind, FairState
from matcher.models.fair_visitors import DoorDevice, FairEntry, FairTicket
from matcher.models.fairs import FairSession
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.permissions import SYSTEM
from seeds.demo_fair_door import open_door
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage
from tests.factories.accounts import make_actor
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.support.noon import at_noon

FIXTURES = (at_noon,)
pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.mark.parametrize(
    ("stage", "scans"), [(Stage.TODAY, True), (Stage.OVER, True), (Stage.COMING, False)]
)
def test_the_door_of_a_demo_fair_was_used_as_far_as_its_day_has_come(
    sqlite_factory: SessionFactory, stage: Stage, scans: bool
) -> None:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(session, first_on=clock.today(), state=FairState.ANNOUNCED)
        all_day = {"begins_minute": 0, "ends_minute": 24 * 60}
        held = make_session(session, fair, **(all_day if stage is Stage.TODAY else {}))
        for _ in range(30):
            make_ticket(session, make_visitor(session, fair), held)
        by = make_actor(session, Role.FAIR_ORGANISER, union=session.get_one(Union, fair.union_id))
        made = DemoFair(fair.id, fair.public_id, stage, fair.drive_id)

    taken = open_door(sqlite_factory, made, FairPeople(by, SYSTEM, SYSTEM, SYSTEM, SYSTEM, SYSTEM))

    with reading(sqlite_factory) as session:
        kinds = set(session.scalars(sa.select(FairEntry.kind)))
        row = session.get_one(FairSession, held.id)
        inside = session.scalar(sa.select(sa.func.count(FairTicket.id)).where(FairTicket.is_inside))
        paired = session.scalar(sa.select(sa.func.count(DoorDevice.token_hash)))
        assert bool(taken) is scans
        assert (row.n_inside, paired) == (inside, 3 if scans else 0)
        assert row.n_entered == (24 + 6 if scans else 0)
        assert kinds == ({EntryKind.ENTERED, EntryKind.LEFT, EntryKind.REFUSED} if scans else set())
