"""What would help on the pages: courses are referred to from them, and nobody reads a seat before it is confirmed."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, Role
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.plans import PlanPublication, PlanRun, PlanUncovered
from matcher.models.training import TrainingReferral
from matcher.services.permissions import Actor
from matcher.services.plans.confirming import confirm_many
from tests.factories.accounts import make_actor
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate
from tests.factories.plan_help import short_plan, work_out_help
from tests.factories.plans import publish
from tests.factories.referrals import make_consent
from tests.factories.training import make_course
from tests.web.conftest import SignInAs
from tests.web.test_outer_words import WORDS


@dataclass(frozen=True)
class World:
    """A drive with one seat for two people, a table of what would help, and a course that would."""

    plan: PlanRun
    drive_id: int
    without: str
    seated: str
    course: str
    other_course: str
    manager: Actor
    worker: Actor
    seated_self: Actor
    without_self: Actor


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give the drive with its table."""
    short, made, without = short_plan(sqlite_factory)
    work_out_help(sqlite_factory, made)
    (seated,) = set(short.people) - {without}
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, short.union_id)
        people = {one: session.get_one(Graduate, one) for one in (without, seated)}
        return World(
            plan=made,
            drive_id=short.drive_id,
            without=people[without].public_id,
            seated=people[seated].public_id,
            course=make_course(
                session, union, title="电工证取证班", certificate="电工证"
            ).public_id,
            other_course=make_course(session, union, certificate="会计证").public_id,
            manager=make_actor(session, Role.DRIVE_MANAGER, union=union),
            worker=make_actor(session, Role.CASEWORKER, union=union),
            seated_self=make_actor(session, Role.GRADUATE, graduate=people[seated]),
            without_self=make_actor(session, Role.GRADUATE, graduate=people[without]),
        )


def referred(factory: SessionFactory) -> int:
    with reading(factory) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(TrainingReferral)) or 0


def test_a_caseworker_refers_to_the_course_that_seats_a_person_once_and_to_no_other(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world.plan)
    worker = signed_in_as(world.worker)
    address = f"/my-seats/{world.without}"
    asked = f"{address}/course?drive={world.drive_id}"

    before = worker.get(f"{address}?drive={world.drive_id}").text
    refused = worker.submit(asked, course=world.other_course)
    done = worker.submit(asked, course=world.course)
    after = worker.get(f"{address}?drive={world.drive_id}").text
    again = worker.submit(asked, course=world.course)

    assert "转介培训" in before
    assert "电工证取证班" in before
    assert "多出岗位" in before
    assert "职业不是硬条件" in before
    assert done.status_code == 303
    assert "转介培训" not in after
    assert "已转介" in after
    assert refused.status_code == again.status_code == 409
    assert referred(sqlite_factory) == 1


def test_a_planner_refers_beside_a_plan_that_is_not_published(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    manager = signed_in_as(world.manager)
    address = f"/plans/{world.plan.public_id}/help"

    before = manager.get(address).text
    done = manager.submit(f"{address}/people/{world.without}/course", course=world.course)
    after = manager.get(address).text

    assert "取得电工证：多安置 1 人，多出 1 个岗位" in before
    assert "每加一个席位多安置 1 人" in before
    assert "转介培训" in before
    assert done.status_code == 303
    assert "转介培训" not in after
    assert referred(sqlite_factory) == 1
    assert signed_in_as(world.worker).submit(
        f"{address}/people/{world.without}/course", course=world.course
    ).status_code == 403  # fmt: skip


def test_of_a_plan_that_is_not_published_a_caseworker_reads_no_help(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    worker = signed_in_as(world.worker)
    address = f"/my-seats/{world.without}?drive={world.drive_id}"
    before = worker.get(address).text
    publish(sqlite_factory, world.plan)
    after = worker.get(address).text
    assert "取得电工证" not in before
    assert "还没有发布方案" in before
    assert "取得电工证" in after


def test_who_was_not_asked_about_is_promised_nothing(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world.plan)
    with transaction(sqlite_factory) as session:
        session.execute(sa.delete(PlanUncovered))
    page = signed_in_as(world.worker).get(f"/my-seats/{world.without}?drive={world.drive_id}").text
    assert "没有为这个人逐项求解" in page
    assert "以后这里" not in page


def test_a_seat_is_printed_and_read_by_its_person_only_after_it_is_confirmed(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world.plan)
    worker, person = signed_in_as(world.worker), signed_in_as(world.seated_self)
    address = f"/my-seats/{world.seated}?drive={world.drive_id}"

    waiting, unread = worker.get(address).text, person.get("/me/referrals").text
    with transaction(sqlite_factory) as session:
        made = sa.select(PlanPublication.referral_id).where(
            PlanPublication.referral_id.is_not(None)
        )
        done = confirm_many(session, world.worker, [session.scalars(made).one()])
    confirmed, read = worker.get(address).text, person.get("/me/referrals").text

    assert [one.refusal for one in done] == [None]
    assert "确认以后再念" in waiting
    assert "data-print" not in waiting
    assert "您安排在" not in unread
    assert "确认以后再念" not in confirmed
    assert "data-print" in confirmed
    assert "您安排在" in confirmed
    assert "还能做什么" not in confirmed  # the person has a seat
    assert "您安排在" in read
    assert not WORDS.search(read)


def test_a_person_without_a_seat_reads_so_in_own_words_only(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    person = signed_in_as(world.without_self)
    before = person.get("/me/referrals").text
    publish(sqlite_factory, world.plan)
    after = person.get("/me/referrals").text
    assert "这次统一安排" not in before
    assert "这一次还没有轮到您的席位" in after
    assert not WORDS.search(after)


def test_who_took_no_part_in_the_plan_is_said_to_have_taken_none(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world.plan)
    with transaction(sqlite_factory) as session:
        drive = session.get_one(Drive, world.drive_id)
        late = make_graduate(session, session.get_one(Union, drive.union_id))
        make_entry(session, drive, late)
        make_consent(session, late, ConsentPurpose.SERVICE)
        number = late.public_id
    worker = signed_in_as(world.worker)

    listed = worker.get(f"/my-seats?drive={world.drive_id}&all=yes&group=without").text
    page = worker.get(f"/my-seats/{number}?drive={world.drive_id}").text

    assert listed.count("没有参加这次安排") == 1
    assert listed.count("还没有轮到") == 1  # the one who took part
    assert "没有参加这次安排" in page
    assert "没有轮到" not in page
