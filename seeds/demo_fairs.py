"""The demo's fairs (招聘会): one held three weeks ago, one today, a small one next week, a big one in preparation.

All by the use cases. What was prepared or held before lived in a time of its own, so that its rows say the days they
happened on.
Each area fills its part of each fair; an act a rule forbids in a city of other chances is left out alone. An area
joins by one line in AREAS, DAY_AREAS or AFTER_AREAS, and looks at the stage itself.
"""

import datetime as dt
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import YangguangError
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_paperwork import PlanPart
from matcher.models.accounts import Membership
from matcher.models.fairs import Fair
from matcher.services.fairs import entering, filings, safety_plan, sessions, states
from matcher.services.fairs.entering import FairInput
from matcher.services.fairs.filings import FilingInput
from matcher.services.fairs.sessions import SessionInput
from matcher.services.permissions import Actor
from seeds import (
    demo_fair_after,
    demo_fair_booths,
    demo_fair_door,
    demo_fair_employers,
    demo_fair_guests,
    demo_fair_hall,
)
from seeds.demo_fair_kinds import Area, DemoFair, FairPeople, Stage

_AWAY = dt.timedelta(days=21)
_SOON = dt.timedelta(days=6)
_READY = dt.timedelta(days=10)
"""Fairs that were held, or are today, were prepared so long before their day."""
_ASKED_AGO = dt.timedelta(days=3)
"""Invitations to the fair of next week left so long ago, so that answers have come."""
_REGION = "371602"
_NINE, _NOON, _SIX = 9 * 60, 12 * 60, 18 * 60


AREAS: tuple[Area, ...] = (
    demo_fair_employers.furnish,
    demo_fair_booths.furnish,
    demo_fair_guests.invite_guests,
)
"""What is done before the day of a fair, in order: employers, booths, guests."""

DAY_AREAS: tuple[Area, ...] = (
    demo_fair_guests.end_calls,
    demo_fair_door.open_door,
    demo_fair_hall.hold_fair,
)
"""What is done on the day, at the hour the demo was made: calls that came to nothing, the door, the hall."""

AFTER_AREAS: tuple[Area, ...] = (demo_fair_after.follow_up,)
"""What is done when the day is past, in the present: closing, following intents; only of the fair that is over."""


def add_fairs(factory: SessionFactory, drive_id: int) -> int:
    """Make the demo's fairs, once; return how many were made."""
    with reading(factory) as session:
        if session.scalar(sa.select(Fair.id).limit(1)) is not None:
            return 0
        people = _people(session)
    made = 0
    for stage in Stage:
        with suppress(YangguangError):
            made += _make(factory, drive_id, stage, people)
    return made


def _make(factory: SessionFactory, drive_id: int, stage: Stage, people: FairPeople) -> int:
    now = clock.now()
    day = _evening(now - _AWAY) if stage is Stage.OVER else now
    with clock.set_by_hand(day - _BEFORE[stage]) as hands:
        with transaction(factory) as session:
            fair = _ground(session, drive_id, stage, people)
            made = DemoFair(fair.id, fair.public_id, stage, drive_id)
        _fill(AREAS, factory, made, people)
        hands.move_to(day)
        _fill(DAY_AREAS, factory, made, people)
    if stage is Stage.OVER:
        _fill(AFTER_AREAS, factory, made, people)
    return 1


_BEFORE = {
    Stage.OVER: _READY,
    Stage.TODAY: _READY,
    Stage.SOON: _ASKED_AGO,
    Stage.COMING: dt.timedelta(),
}
_DAYS_ON = {
    Stage.OVER: _READY,
    Stage.TODAY: _READY,
    Stage.SOON: _ASKED_AGO + _SOON,
    Stage.COMING: _AWAY,
}
"""From the day of preparing to the day of the fair."""


def _evening(instant: dt.datetime) -> dt.datetime:
    """Return six in the evening of a day: its sessions are over, whatever the hour the demo is made at."""
    return dt.datetime.combine(clock.in_china(instant).date(), dt.time(18), clock.CHINA)


def _fill(
    areas: tuple[Area, ...], factory: SessionFactory, made: DemoFair, people: FairPeople
) -> None:
    for area in areas:
        with suppress(YangguangError):
            area(factory, made, people)


def _ground(session: Session, drive_id: int, stage: Stage, people: FairPeople) -> Fair:
    """Make the fair itself, with sessions and plan; announced unless it is still to be permitted."""
    by = people.organiser
    on = clock.today() + _DAYS_ON[stage]
    fair = entering.create_fair(session, by, drive_id, _facts(stage, on))
    for name, begins, ends in _hours(stage):
        sessions.add_session(
            session,
            by,
            fair.public_id,
            SessionInput(
                name=name,
                held_on=on,
                begins_minute=begins,
                ends_minute=ends,
                approved_number=min(600, _SIZES[stage][1]),
            ),
        )
    known = safety_plan.suggestions(session, fair)
    for part in PlanPart:
        is_done = stage is not Stage.COMING or part in known
        safety_plan.write_part(
            session,
            by,
            fair.public_id,
            part,
            text=known.get(part) or _PLAN[part],
            who="活动安保组" if is_done else "",
            is_done=is_done,
        )
    if stage is Stage.COMING:
        filing = FilingInput(
            rule="large_event", authority="滨州市公安局滨城分局", filed_on=clock.today()
        )
        filings.file(session, by, fair.public_id, filing)
    else:
        states.announce_fair(session, by, fair.public_id)
    return fair


def _facts(stage: Stage, on: dt.date) -> FairInput:
    title = {
        Stage.OVER: f"{on.year} 届毕业生秋季招聘会",
        Stage.TODAY: f"{on.year} 届毕业生专场招聘会（滨城站）",
        Stage.SOON: f"{on.year} 届毕业生制造业专场招聘会",
        Stage.COMING: f"{on.year} 届毕业生冬季大型招聘会",
    }[stage]
    is_big = stage is Stage.COMING
    capacity, expected = _SIZES[stage]
    return FairInput(
        title=title,
        channel=EventChannel.MIXED if is_big else EventChannel.ON_SITE,
        first_on=on,
        venue_name="滨州市体育馆" if is_big else "滨州市工人文化宫",
        venue_address="滨城区黄河八路 385 号",
        venue_region=_REGION,
        venue_capacity=capacity,
        expected_people=expected,
        online_address="https://example.org/live" if is_big else None,
        co_organisers="滨州学院就业指导中心",
        enquiries="0543-3160000",
        about="请带好身份证件和简历。现场有简历指导和政策咨询，打印简历不收费。\n"
        "乘 2 路、27 路公交车到“工人文化宫”站。",
    )


_SIZES = {
    Stage.OVER: (800, 600),
    Stage.TODAY: (800, 600),
    Stage.SOON: (200, 60),
    Stage.COMING: (3000, 1500),
}
"""Capacity of the venue and people expected in one session, who are also its approved number up to 600."""


def _hours(stage: Stage) -> tuple[tuple[str, int, int], ...]:
    if stage is Stage.TODAY:  # all day, so that the demo's door is open whenever somebody looks
        return (("全天场", 30, 24 * 60 - 1),)
    if stage is Stage.SOON:
        return (("上午场", _NINE, _NOON),)
    return ("上午场", _NINE, _NOON), ("下午场", _NOON + 90, _SIX - 60)


_PLAN = {
    PlanPart.STAFF: "安全工作人员 12 人，入口 4 人、场内 6 人、机动 2 人，穿黄色马甲，佩戴工作牌。",
    PlanPart.FIRE: "开场前检查灭火器、消火栓和应急照明，通道宽 3 米以上，不堆放物品，场内禁烟。",
    PlanPart.BUFFER: "正门外 20 米设缓冲区，用护栏隔开，立“排队入场”标识牌。",
    PlanPart.VEHICLES: "东侧停车场 120 个车位，安排 2 人疏导；单位布展车辆开场前 30 分钟离场。",
    PlanPart.ORDER: "展位之间单向通行，排队超过 10 人由志愿者分流；散场时东西两门同时开。",
    PlanPart.RESCUE: "现场设医疗点，与市中心医院对接；遇险情由总指挥宣布疏散，10 分钟内清场。",
}


def _people(session: Session) -> FairPeople:
    return FairPeople(
        organiser=_first(session, Role.FAIR_ORGANISER),
        manager=_first(session, Role.DRIVE_MANAGER),
        caseworker=_first(session, Role.CASEWORKER),
        reviewer=_first(session, Role.REVIEWER),
        employer=_first(session, Role.EMPLOYER),
        graduate=_first(session, Role.GRADUATE),
    )


def _first(session: Session, role: Role) -> Actor:
    found = sa.select(Membership).where(Membership.role == role).order_by(Membership.id).limit(1)
    member = session.scalars(found).one()
    return Actor(
        member.account_id,
        role,
        union_id=member.union_id,
        employer_id=member.employer_id,
        graduate_id=member.graduate_id,
    )
