"""Clocks run once a subject, are counted by dated data, and somebody answers for each at every moment."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.clocks import ClockEventKind, ClockState
from matcher.models.accounts import Account, Membership
from matcher.models.calendar import CalendarDay
from matcher.models.clocks import Clock
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services import calendar, clocks
from matcher.services.clock_escalation import look_at_clocks
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union

RULE = "zero_employment.first_referral"
MONTHS = "zero_employment.stable"
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> list[dt.date]:
    """Give today in a list whose only entry a test may change."""
    day = [MONDAY]
    monkeypatch.setattr(time, "today", lambda: day[0])
    return day


@pytest.fixture
def tree(session: Session, today: list[dt.date]) -> list[Union]:
    """Give a city, its county and a street below."""
    city = make_union(session)
    county = make_union(session, city)
    return [city, county, make_union(session, county)]


def _start(session: Session, union: Union, rule: str = RULE, n: int = 1, **more: object) -> Clock:
    values: dict[str, object] = {
        "rule": rule,
        "subject": ("household", n),
        "union_id": union.id,
        "region_code": None,
        "started_on": MONDAY,
    }
    return clocks.start_clock(session, **(values | more))  # type: ignore[arg-type]  # of a dict


def _tasks(session: Session) -> list[tuple[str, int | None, int]]:
    found = sa.select(Task.rule, Task.assignee_id, Task.union_id).order_by(Task.id)
    return [tuple(row) for row in session.execute(found.where(Task.state == TaskState.OPEN))]


def test_one_clock_runs_for_a_rule_and_a_subject(session: Session, tree: list[Union]) -> None:
    first = _start(session, tree[2])

    assert _start(session, tree[2]).id == first.id
    assert _start(session, tree[2], n=2).id != first.id
    assert _start(session, tree[2], MONTHS).id != first.id


def test_a_stopped_clock_may_start_again(session: Session, tree: list[Union]) -> None:
    first, subject = _start(session, tree[2]), ("household", 1)

    assert clocks.stop_clock(session, rule=RULE, subject=subject, on=MONDAY, outcome="done")
    assert not clocks.stop_clock(session, rule=RULE, subject=subject, on=MONDAY, outcome="done")
    assert clocks.state_of(first, MONDAY) is ClockState.STOPPED
    assert _start(session, tree[2]).id != first.id


def test_working_days_pass_by_the_weekend_and_say_whether_they_are_known(
    session: Session, tree: list[Union]
) -> None:
    friday = dt.date(2026, 11, 27)
    unknown = _start(session, tree[2], started_on=friday)
    calendar.seed_calendar_days(session)
    known = _start(session, tree[2], n=2, started_on=friday)

    assert unknown.due_on == known.due_on == dt.date(2026, 12, 1)
    assert (unknown.due_is_known, known.due_is_known) == (False, True)


def test_a_rule_no_data_knows_is_refused(session: Session, tree: list[Union]) -> None:
    with pytest.raises(LookupError):
        _start(session, tree[2], "no.such.rule")


def test_how_a_clock_stands_on_a_day(session: Session, tree: list[Union]) -> None:
    one = _start(session, tree[2], MONTHS)

    days = (one.amber_on - dt.timedelta(days=1), one.amber_on, one.due_on)
    assert [clocks.state_of(one, day) for day in days] == [
        ClockState.ON_TIME,
        ClockState.AMBER,
        ClockState.AMBER,
    ]
    assert clocks.state_of(one, one.due_on + dt.timedelta(days=1)) is ClockState.OVERDUE


def test_a_clock_warns_its_owner_once(
    session: Session, tree: list[Union], today: list[dt.date]
) -> None:
    officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=tree[2])
    one = _start(session, tree[2])
    today[0] = one.amber_on

    first, second = look_at_clocks(session, SYSTEM), look_at_clocks(session, SYSTEM)

    assert (first.n_amber, second.n_amber) == (1, 0)
    assert _tasks(session) == [(f"clock.{RULE}", officer.account_id, tree[2].id)]


def test_an_overdue_clock_climbs_from_street_to_county_to_city_and_stays_there(
    session: Session, tree: list[Union], today: list[dt.date]
) -> None:
    owners = [make_actor(session, Role.CASEWORKER, union=union) for union in reversed(tree)]
    one = _start(session, tree[2])
    assert (one.owner_id, one.level) == (owners[0].account_id, 0)
    seen = []
    today[0] = one.due_on
    for _ in range(12):
        today[0] += dt.timedelta(days=1)
        look_at_clocks(session, SYSTEM)
        seen.append((one.level, one.owner_id))

    climbed = [pair for n, pair in enumerate(seen) if n == 0 or pair != seen[n - 1]]
    assert climbed == [(1, owners[1].account_id), (2, owners[2].account_id)]
    assert _tasks(session) == [(f"overdue.{RULE}", owners[2].account_id, tree[0].id)]
    kinds = [event.kind for event in clocks.events_of(session, [one.id])]
    assert kinds.count(ClockEventKind.ESCALATED) == 2


def test_a_second_look_on_the_day_does_not_climb_again(
    session: Session, tree: list[Union], today: list[dt.date]
) -> None:
    for union in tree:
        make_actor(session, Role.CASEWORKER, union=union)
    one = _start(session, tree[2])
    today[0] = one.due_on + dt.timedelta(days=1)

    levels = []
    for _ in range(3):
        look_at_clocks(session, SYSTEM)
        levels.append(one.level)

    assert levels == [1, 1, 1]


def test_a_union_where_nobody_is_passes_the_clock_to_the_next_above(
    session: Session, tree: list[Union], today: list[dt.date]
) -> None:
    boss = make_actor(session, Role.APPROVER, union=tree[0])
    make_actor(session, Role.AUDITOR, union=tree[1])

    one = _start(session, tree[2])

    assert (one.owner_id, one.owner_union_id, one.level) == (boss.account_id, tree[0].id, 2)


def test_while_nobody_is_anywhere_the_union_holds_the_clock_until_somebody_comes(
    session: Session, tree: list[Union]
) -> None:
    one = _start(session, tree[2])
    assert (one.owner_id, one.owner_union_id) == (None, tree[2].id)
    officer = make_actor(session, Role.CASEWORKER, union=tree[1])

    assert look_at_clocks(session, SYSTEM).n_replaced == 1
    assert (one.owner_id, one.owner_union_id, one.level) == (officer.account_id, tree[1].id, 1)


def test_who_leaves_is_replaced_the_next_night(session: Session, tree: list[Union]) -> None:
    leaver = make_actor(session, Role.CASEWORKER, union=tree[2])
    one = _start(session, tree[2])
    other = make_actor(session, Role.CASEWORKER, union=tree[2])
    session.execute(
        sa.update(Membership)
        .where(Membership.account_id == leaver.account_id)
        .values(ended_on=MONDAY)
    )

    look_at_clocks(session, SYSTEM)

    assert one.owner_id == other.account_id


def test_who_is_asked_for_owns_the_clock_only_if_eligible(
    session: Session, tree: list[Union]
) -> None:
    make_actor(session, Role.CASEWORKER, union=tree[2])
    wanted = make_actor(session, Role.CASEWORKER, union=tree[2])
    outsider = make_actor(session, Role.CASEWORKER)
    session.get_one(Account, outsider.account_id)

    owned = [
        _start(session, tree[2], n=n, owner_id=actor.account_id).owner_id
        for n, actor in enumerate((wanted, outsider), 1)
    ]

    assert owned[0] == wanted.account_id
    assert owned[1] not in {None, outsider.account_id}


@pytest.fixture
def boss(session: Session, tree: list[Union]) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=tree[0])


def test_a_day_is_moved_by_a_supervisor_with_a_reason_and_stays_in_the_log(
    session: Session, tree: list[Union], boss: Actor
) -> None:
    one = _start(session, tree[2])
    before, later = one.due_on, one.due_on + dt.timedelta(days=7)

    with pytest.raises(RuleBrokenError, match="原因"):
        clocks.move_due(session, boss, one.id, later, " ")
    with pytest.raises(RuleBrokenError):
        clocks.move_due(session, boss, one.id, MONDAY, "早了")
    clerk = make_actor(session, Role.CASEWORKER, union=tree[2])
    with pytest.raises(NotAllowedError):
        clocks.move_due(session, clerk, one.id, later, "住院")
    with pytest.raises(NotFoundError):
        clocks.move_due(session, make_actor(session), one.id, later, "住院")
    clocks.move_due(session, boss, one.id, later, "家人住院，一周后再推荐")

    event = clocks.events_of(session, [one.id])[0]
    assert one.due_on == later
    assert (event.kind, event.actor_id) == (ClockEventKind.DUE_MOVED, boss.account_id)
    assert event.facts == {"before": before.isoformat(), "after": later.isoformat()}
    assert event.reason == "家人住院，一周后再推荐"


def test_a_corrected_calendar_moves_the_days_counted_over_it(
    session: Session, tree: list[Union], boss: Actor
) -> None:
    counted, by_hand = _start(session, tree[2]), _start(session, tree[2], n=2)
    kept = by_hand.due_on + dt.timedelta(days=5)
    clocks.move_due(session, boss, by_hand.id, kept, "约定")
    session.add(CalendarDay(day=dt.date(2026, 11, 24), is_working=False, source="试验"))
    session.flush()

    assert clocks.recount(session, SYSTEM) == 1
    assert clocks.recount(session, SYSTEM) == 0
    assert counted.due_on == dt.date(2026, 11, 26)
    assert by_hand.due_on == kept


def test_correcting_a_day_asks_for_a_recount(session: Session, tree: list[Union]) -> None:
    calendar.correct_day(session, SYSTEM, MONDAY, is_working=False, source="试验")

    assert session.scalars(sa.select(Job.name)).all() == [calendar.RECOUNT_JOB]


def test_a_clock_is_given_to_somebody_who_may_answer_for_it(
    session: Session, tree: list[Union], boss: Actor
) -> None:
    one = _start(session, tree[2])
    clerk, stranger = make_actor(session, Role.CASEWORKER, union=tree[1]), make_actor(session)
    assert clerk.account_id is not None
    assert stranger.account_id is not None

    clocks.give_clock(session, boss, one.id, clerk.account_id, "交接")
    with pytest.raises(RuleBrokenError):
        clocks.give_clock(session, boss, one.id, stranger.account_id, "交接")

    assert (one.owner_id, one.level) == (clerk.account_id, 1)


def test_a_stopped_clock_is_not_moved(session: Session, tree: list[Union], boss: Actor) -> None:
    one = _start(session, tree[2])
    clocks.stop_all(session, subject=("household", 1), on=MONDAY, outcome="done")

    with pytest.raises(RuleBrokenError):
        clocks.move_due(session, boss, one.id, MONDAY + dt.timedelta(days=9), "晚了")


def test_stopping_drops_the_tasks(
    session: Session, tree: list[Union], today: list[dt.date], boss: Actor
) -> None:
    one = _start(session, tree[2])
    today[0] = one.due_on + dt.timedelta(days=1)
    look_at_clocks(session, SYSTEM)
    assert _tasks(session)

    clocks.stop_clock(session, rule=RULE, subject=("household", 1), on=today[0], outcome="done")

    assert _tasks(session) == []
