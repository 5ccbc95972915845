"""Forecasts of a drive's targets: of the moment asked, by the drive before where there was one, in one's own part."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.services.figures.forecasts import Forecast, forecast, forecasts
from matcher.services.figures.moments import moment_of
from tests.factories.accounts import make_actor, make_union
from tests.factories.targets import DAY, Town, count_in, fill_town, make_town, make_year_before
from tests.support.queries import count_queries


@pytest.fixture
def town(session: Session) -> Town:
    """Give a town in the middle of its drive, with fourteen people who need help."""
    made = make_town(session)
    fill_town(session, made)
    return made


def _ask(session: Session, town: Town, target: str, *, as_of: dt.date | None = None) -> Forecast:
    moment = moment_of(session, town.drive, as_of)
    found = forecast(session, town.manager, town.drive.id, town.city.id, moment, target)
    assert found is not None
    return found


@pytest.mark.parametrize("target", ["coverage", "placed", "zero_employment"])
def test_a_forecast_begins_at_todays_figure(session: Session, town: Town, target: str) -> None:
    found = _ask(session, town, target)

    assert found.today <= found.low <= found.middle <= found.high <= found.people
    assert found.low_share <= found.middle_share <= found.high_share <= 10_000
    assert found.ends_on == town.drive.closes_on
    assert (found.basis, found.before_id) == ("own_pace", None)


def test_the_drive_before_is_gone_by(session: Session, town: Town) -> None:
    before = make_year_before(session, town)
    for _ in range(3):
        count_in(session, before, town.counties[0])

    found = _ask(session, town, "placed")

    assert (found.basis, found.before_id) == ("last_drive", before.id)


def test_a_forecast_of_a_past_day_knows_only_that_day(session: Session, town: Town) -> None:
    early = _ask(session, town, "coverage", as_of=town.drive.opens_on)

    assert early.today <= _ask(session, town, "coverage").today
    assert early.high - early.low > 0


def test_after_the_last_day_nothing_is_forecast(session: Session, town: Town) -> None:
    town.drive.closes_on = clock.today() - DAY
    session.flush()

    found = _ask(session, town, "placed")

    assert found.is_over


def test_where_nobody_needs_it_there_is_no_forecast(session: Session) -> None:
    town = make_town(session)
    moment = moment_of(session, town.drive)

    assert forecast(session, town.manager, town.drive.id, town.city.id, moment, "placed") is None


def test_others_drives_are_not_forecast(session: Session, town: Town) -> None:
    stranger = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session))
    moment = moment_of(session, town.drive)

    with pytest.raises(NotFoundError):
        forecast(session, stranger, town.drive.id, town.city.id, moment, "placed")


def test_several_targets_are_forecast_at_the_cost_of_one(session: Session, town: Town) -> None:
    before = make_year_before(session, town)
    count_in(session, before, town.counties[0])
    names = ("coverage", "placed", "zero_employment")
    alone = {name: _ask(session, town, name) for name in names}
    moment = moment_of(session, town.drive)
    asked = (session, town.manager, town.drive.id, town.city.id, moment)

    with count_queries(session) as of_one:
        forecasts(*asked, names[:1])
    with count_queries(session) as of_all:
        together = forecasts(*asked, names)

    assert together == alone
    assert of_all.n == of_one.n
