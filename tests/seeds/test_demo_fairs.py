"""The demo's fairs: one over, one today, two to come, by the use cases."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fair_paperwork import FilingOutcome
from matcher.kinds.fairs import FairState
from matcher.models.fair_paperwork import FairFiling, FairPlanPart
from matcher.models.fairs import Fair, FairSession
from matcher.services.calendar import seed_calendar_days
from matcher.services.consents import seed_consent_texts
from seeds import demo_fairs
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory) -> int:
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
        seed_consent_texts(session)
        union = make_union(session, region_code="371602")
        for role in (
            Role.FAIR_ORGANISER,
            Role.DRIVE_MANAGER,
            Role.CASEWORKER,
            Role.REVIEWER,
        ):
            make_actor(session, role, union=union)
        make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))
        make_actor(session, Role.GRADUATE, graduate=make_graduate(session, union))
        return make_drive(session, union).id


def test_there_is_a_fair_of_each_time_and_a_second_start_makes_none(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, Stage, dt.date]] = []

    def note(name: str) -> demo_fairs.Area:
        def area(_: SessionFactory, fair: DemoFair, __: FairPeople) -> None:
            seen.append((name, fair.stage, clock.today()))

        return area

    monkeypatch.setattr(demo_fairs, "AREAS", (note("before"),))
    monkeypatch.setattr(demo_fairs, "DAY_AREAS", (note("day"),))
    monkeypatch.setattr(demo_fairs, "AFTER_AREAS", (note("after"),))
    today = clock.today()

    made = demo_fairs.add_fairs(sqlite_factory, drive_id)
    again = demo_fairs.add_fairs(sqlite_factory, drive_id)

    assert (made, again) == (4, 0)
    with reading(sqlite_factory) as session:
        fairs = session.scalars(sa.select(Fair).order_by(Fair.first_on)).all()
        days = [(one.state, (one.first_on - today).days) for one in fairs]
        assert days == [
            (FairState.ANNOUNCED, -21),
            (FairState.ANNOUNCED, 0),
            (FairState.ANNOUNCED, 6),
            (FairState.DRAFT, 21),
        ]
        assert session.scalar(sa.select(sa.func.count(FairSession.id))) == 6
        assert session.scalar(sa.select(sa.func.count(FairPlanPart.id))) == 36
        filing = session.scalars(sa.select(FairFiling)).one()
        assert filing.outcome is FilingOutcome.PENDING
        assert fairs[0].created_at < fairs[1].created_at
    then = today - dt.timedelta(days=21)
    over = [(name, day) for name, stage, day in seen if stage is Stage.OVER]
    assert over == [("before", then - dt.timedelta(days=10)), ("day", then), ("after", today)]
