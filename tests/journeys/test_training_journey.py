"""From "what would help" to the job: refer, the provider's link, attendance, certificate, hired."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import LinkPurpose
from matcher.models.graduates import Graduate
from matcher.models.training import Course
from matcher.services.permissions import Actor
from matcher.services.referrals import links
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.factories.training import begin_today, make_course
from tests.journeys.conftest import OpenAs
from tests.journeys.placement_steps import prove, record, verify
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from workers.inline import Inline


@pytest.fixture
def people(sqlite_factory: SessionFactory) -> tuple[Actor, Actor, Actor]:
    """Give a caseworker, a graduate to whom a certificate would open four seats, and who checks."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        make_posting(
            session, drive, title="维修电工", headcount=4, certificates=["electrician"],
            requirement={"混合": "不限"},
        )  # fmt: skip
        graduate = make_graduate(session, union, name="马小兰")
        make_entry(session, drive, graduate)
        worker = make_actor(session, Role.CASEWORKER, union=union)
        make_case(session, graduate, owner_id=worker.account_id)
        make_course(session, union, title="低压电工班", certificate="electrician")
        return (
            worker,
            make_actor(session, Role.GRADUATE, graduate=graduate),
            make_actor(session, Role.DRIVE_MANAGER, union=union),
        )


def _course(factory: SessionFactory) -> tuple[int, str]:
    with transaction(factory) as session:
        course = session.scalars(sa.select(Course)).one()
        token = links.issue(
            session, purpose=LinkPurpose.TRAINING, subject=("course", course.id),
            provider_id=course.provider_id,
        )  # fmt: skip
        return course.id, token


def _night(factory: SessionFactory) -> None:
    """Let a whole night pass with all that is scheduled."""
    background = Inline()
    background.night(factory)
    background.work_off(factory)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_training_referral_leads_to_a_job(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    people: tuple[Actor, Actor, Actor],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    worker, graduate, manager = people
    with reading(sqlite_factory) as session:
        public = session.get_one(Graduate, graduate.graduate_id).public_id
    desk = open_as(worker, width)
    said = complaints(desk)
    desk.goto(f"{address}/openings/{public}")
    expect(desk.get_by_text("+4")).to_be_visible()
    look(desk)
    desk.get_by_role("button", name="转介到这个班").click()
    expect(desk.get_by_text("等本人答复")).to_be_visible()
    look(desk)

    phone = open_as(graduate, 360)
    phone.goto(f"{address}/me/trainings")
    look(phone)
    phone.get_by_role("button", name="我要参加").click()
    expect(phone.get_by_text("已报名，等机构答复").first).to_be_visible()

    course_id, token = _course(sqlite_factory)
    school = new_page(width)
    school.goto(f"{address}/a/{token}")
    look(school)
    school.get_by_role("button", name="录取").click()
    with transaction(sqlite_factory) as session:
        begin_today(session, session.get_one(Course, course_id))
    school.goto(f"{address}/a/{token}")
    school.get_by_role("spinbutton", name="马小兰").fill("4")
    look(school)
    school.get_by_role("button", name="登记考勤").click()
    school.get_by_text("登记结业").first.click()
    school.get_by_role("button", name="登记结业").click()
    school.get_by_text("登记证书").first.click()
    school.get_by_role("textbox", name="证书编号").fill("T20261122001")
    look(school)
    school.get_by_role("button", name="登记证书").click()
    expect(school.get_by_text("已取证")).to_be_visible()

    record(desk, address, "马*")
    prove(desk, "contract")
    verify(open_as(manager, width), desk.url.split("?")[0])
    _night(sqlite_factory)

    desk.goto(f"{address}/training")
    desk.locator("tbody tr", has_text="马*").get_by_role("link").first.click()
    expect(desk.get_by_text("已就业").first).to_be_visible()
    look(desk)
    desk.goto(f"{address}/openings/{public}")
    expect(desk.get_by_text("+4")).to_have_count(0)
    assert said == []
