"""Whatever the logs say, the engine counts what the slow oracle counts, at every union and any moment."""

import datetime as dt
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher.services.figures.counting import count_by_union, count_by_week, count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.rows import list_rows
from matcher.statistics.checks import find_failures
from matcher.statistics.indicators import load_indicators
from tests.factories.figure_logs import at
from tests.factories.random_logs import OPENS, LogWorld, RandomLogs, make_log_world
from tests.oracles.figures import Logs, Recount

COUNTED = [one for one in load_indicators() if not one.is_ratio]

_slow = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _moment(random: Random) -> Moment:
    until = OPENS + dt.timedelta(days=random.randint(5, 75))
    known = at(until + dt.timedelta(days=random.choice([-3, 1, 1, 20])), random.choice([0, 11]))
    first = OPENS if random.random() < 0.6 else OPENS + dt.timedelta(days=15)
    return Moment(min(first, until), until, known)


def _filled(session: Session, seed: int) -> tuple[LogWorld, Random]:
    random = Random(seed)
    world = make_log_world(session)
    RandomLogs(session, world, random).fill(random.randint(1, 12))
    return world, random


def _recount(session: Session, world: LogWorld, moment: Moment) -> Recount:
    return Recount(
        Logs(session),
        world.drive.id,
        from_on=moment.from_on,
        until_on=moment.until_on,
        known_at=moment.known_at,
    )


@_slow
@given(seed=st.integers(0, 1_000_000))
def test_engine_equals_oracle_at_every_union(session: Session, seed: int) -> None:
    with session.begin_nested() as undone:
        world, random = _filled(session, seed)
        for _ in range(2):
            moment = _moment(random)
            oracle = _recount(session, world, moment)
            for union_id in world.unions:
                counted = count_figures(session, world.manager, world.drive.id, union_id, moment)
                for one in COUNTED:
                    figure = counted.values[one.code]
                    value, earlier = oracle.figure(one.code, union_id)
                    assert (one.code, figure.value) == (one.code, value)
                    if one.has_earlier:
                        assert (one.code, figure.earlier) == (one.code, earlier)
        undone.rollback()


@_slow
@given(seed=st.integers(0, 1_000_000))
def test_every_figure_has_as_many_rows_and_checks_hold(session: Session, seed: int) -> None:
    with session.begin_nested() as undone:
        world, random = _filled(session, seed)
        moment = _moment(random)
        union_id = random.choice(world.unions)
        counted = count_figures(session, world.manager, world.drive.id, union_id, moment)
        for one in load_indicators():
            found = list_rows(
                session, world.manager, world.drive.id, union_id, moment, one.code, limit=None
            )
            figure = counted.values[one.code]
            expected = figure.numerator if one.is_ratio else figure.value
            assert (one.code, found.quantity) == (one.code, expected)
            assert (one.code, len(found.rows)) == (one.code, found.total)
            assert sum(row.quantity for row in found.rows) == expected
            if not one.is_sum:
                assert found.total == expected
        hard = [
            one
            for one in find_failures({c: f.value for c, f in counted.values.items()})
            if one.check.is_hard
        ]
        assert hard == []
        undone.rollback()


@_slow
@given(seed=st.integers(0, 1_000_000))
def test_children_add_up_but_for_what_two_of_them_count(session: Session, seed: int) -> None:
    with session.begin_nested() as undone:
        world, random = _filled(session, seed)
        moment = _moment(random)
        city = world.unions[0]
        whole = count_figures(session, world.manager, world.drive.id, city, moment).values
        children = count_by_union(session, world.manager, world.drive.id, city, moment)
        for one in COUNTED:
            added = sum(values[one.code].value or 0 for values in children.values())
            assert (one.code, added - whole[one.code].repeated) == (one.code, whole[one.code].value)
        undone.rollback()


@_slow
@given(seed=st.integers(0, 1_000_000))
def test_the_last_week_is_the_figure(session: Session, seed: int) -> None:
    with session.begin_nested() as undone:
        world, random = _filled(session, seed)
        moment = _moment(random)
        codes = [one.code for one in COUNTED]
        whole = count_figures(
            session, world.manager, world.drive.id, world.unions[0], moment, codes=codes
        ).values
        weeks = count_by_week(
            session, world.manager, world.drive.id, world.unions[0], moment, codes
        )
        assert {code: figure.value for code, figure in whole.items()} == weeks[-1][1]
        assert weeks[0][0] == moment.from_on
        undone.rollback()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_moment_has_the_same_figures_when_more_is_entered(
    session: Session, seed: int
) -> None:
    random = Random(seed)
    world = make_log_world(session)
    logs = RandomLogs(session, world, random)
    logs.fill(10)
    moment = Moment(OPENS, OPENS + dt.timedelta(days=50), at(OPENS + dt.timedelta(days=51), 0))
    before = count_figures(session, world.manager, world.drive.id, world.unions[0], moment)

    writer = logs.writer
    late = at(OPENS + dt.timedelta(days=52))
    person = writer.graduate(world.unions[3])
    on = OPENS + dt.timedelta(days=20)
    writer.cohort(person, world.unions[3], kind="joined", since_on=on, entered_at=late)
    writer.act(person, world.unions[3], "guidance", happened_on=on, entered_at=late)
    placement = writer.placement(person, world.unions[3], on, entered_at=late)
    writer.placement_step(placement, "verified", "verified", late)
    writer.event(world.unions[3], happened_on=on, until_on=on, entered_at=late)
    writer.write()

    after = count_figures(session, world.manager, world.drive.id, world.unions[0], moment)
    assert after.values == before.values
