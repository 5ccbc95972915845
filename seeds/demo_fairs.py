"""The demo's fairs (招聘会): one held three weeks ago, one today, one in preparation in three weeks.

All by the use cases. The fair that is over lived in a time of its own, so that its rows say the days they happened on.
Each area fills its part of each fair; an act a rule forbids in a city of other chances is left out alone. An area
joins by one line in AREAS, DAY_AREAS or AFTER_AREAS, and looks at the stage itself.
"""

import datetime as dt
from contextlib import nullcontext, suppress

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
from seeds import demo_fair_after, demo_fair_booths, demo_fair_door, demo_fair_employers
from seeds.demo_fair_kinds import Area, DemoFair, FairPeople, Stage

_AWAY = dt.timedelta(days=21)
_READY = dt.timedelta(days=10)
"""The fair that is over was prepared so long before its day."""
_REGION = "371602"
_NINE, _NOON, _SIX = 9 * 60, 12 * 60, 18 * 60


AREAS: tuple[Area, ...] = (demo_fair_employers.furnish, demo_fair_booths.furnish)
"""What is done before the day of a fair, in order: employers, booths, guests."""

DAY_AREAS: tuple[Area, ...] = (demo_fair_door.open_door,)
"""What is done on the day, at the hour the demo was made: the door, the hall."""

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
    then = clock.now() - _AWAY
    lived = clock.set_by_hand(then - _READY) if stage is Stage.OVER else nullcontext()
    with lived as hands:
        with transaction(factory) as session:
            fair = _ground(session, drive_id, stage, people)
            made = DemoFair(fair.id, fair.public_id, stage, drive_id)
        for area in AREAS:
            with suppress(YangguangError):
                area(factory, made, people)
        if isinstance(hands, clock.Hands):
            hands.move_to(then)
        for area in DAY_AREAS:
            with suppress(YangguangError):
                area(factory, made, people)
    for area in AFTER_AREAS if stage is Stage.OVER else ():
        with suppress(YangguangError):
            area(factory, made, people)
    return 1


def _ground(session: Session, drive_id: int, stage: Stage, people: FairPeople) -> Fair:
    """Make the fair itself, with sessions and plan; announced unless it is still to be permitted."""
    by = people.organiser
    on = (
        clock.today()
        + {Stage.OVER: _READY, Stage.TODAY: dt.timedelta(), Stage.COMING: _AWAY}[stage]
    )
    fair = entering.create_fair(session, by, drive_id, _facts(stage, on))
    for name, begins, ends in _hours(stage):
        sessions.add_session(
            session,
            by,
            fair.public_id,
            SessionInput(
                name=name, held_on=on, begins_minute=begins, ends_minute=ends, approved_number=600
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
        Stage.COMING: f"{on.year} 届毕业生冬季大型招聘会",
    }[stage]
    return FairInput(
        title=title,
        channel=EventChannel.MIXED if stage is Stage.COMING else EventChannel.ON_SITE,
        first_on=on,
        venue_name="滨州市体育馆" if stage is Stage.COMING else "滨州市工人文化宫",
        venue_address="滨城区黄河八路 385 号",
        venue_region=_REGION,
        venue_capacity=3000 if stage is Stage.COMING else 800,
        expected_people=1500 if stage is Stage.COMING else 600,
        online_address="https://example.org/live" if stage is Stage.COMING else None,
        co_organisers="滨州学院就业指导中心",
        enquiries="0543-3160000",
        about="请带好身份证件和简历。现场有简历指导和政策咨询，打印简历不收费。\n"
        "乘 2 路、27 路公交车到“工人文化宫”站。",
    )


def _hours(stage: Stage) -> tuple[tuple[str, int, int], ...]:
    if stage is Stage.TODAY:  # all day, so that the demo's door is open whenever somebody looks
        return (("全天场", 30, 24 * 60 - 1),)
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
