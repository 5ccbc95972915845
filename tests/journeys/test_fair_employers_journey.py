"""An employer is invited to a fair, applies, hands in its papers and is confirmed, at a desk and on a phone."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EmployerState, Role
from matcher.kinds.fairs import FairEmployerState
from matcher.models.audit import AuditEntry
from matcher.models.employers import Employer, EmployerCheck
from matcher.models.fairs import Fair, FairEmployer
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fairs import make_booth, make_fair, make_hall, make_session
from tests.factories.people import make_id_number
from tests.factories.postings import make_employer, make_posting
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look

_JPEG = b"\xff\xd8\xff\xe0" + b"\x10" * 40 + b"\xff\xd9"
_SCAN = {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": _JPEG}


@pytest.fixture
def two(sqlite_factory: SessionFactory) -> tuple[Actor, Actor, str]:
    """Give an organiser, an employer's agent, and the public number of an announced fair of theirs."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union, neutral_name="2026 毕业生就业服务")
        fair = make_fair(session, drive, title="秋季毕业生招聘会", state="announced")
        make_session(session, fair)
        employer = make_employer(session, union, name="宁夏凤城软件有限公司")
        for title in ("软件测试", "会计助理", "行政专员"):
            make_posting(session, drive, employer, title=title)
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
        _check(session, employer, make_actor(session, Role.REVIEWER, union=union))
        agent = make_actor(session, Role.EMPLOYER, employer=employer)
        return organiser, agent, fair.public_id


def _check(session: Session, employer: Employer, clerk: Actor) -> None:
    session.add(
        EmployerCheck(
            employer_id=employer.id,
            checked_by_id=clerk.account_id,
            checked_at=clock.now(),
            licence_ok=True,
            authorisation_ok=True,
            outcome=EmployerState.VERIFIED,
        )
    )
    session.flush()


def _paper(page: Page, kind: str) -> None:
    """Hand one paper in; its form is open while it is missing."""
    block = page.locator(f"#paper-{kind}")
    if kind == "agent":
        block.get_by_label("经办人姓名").fill("马建国")
        block.get_by_label("经办人身份证号").fill(make_id_number(7))
    elif kind == "brochure":
        block.get_by_label("用已选的参会岗位做招聘简章").check()
    else:
        block.get_by_label("扫描件或照片").set_input_files([_SCAN])  # type: ignore[list-item]
    block.locator("form[enctype] button").click()
    expect(page.locator(f"#paper-{kind} .chip").first).to_have_text("已交待核")


@pytest.mark.parametrize("width", [1280, 360])
def test_an_employer_comes_to_a_fair_from_the_invitation_to_its_booth(
    address: str,
    open_as: OpenAs,
    two: tuple[Actor, Actor, str],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    organiser, agent, fair = two
    desk = open_as(organiser, width)
    said = complaints(desk)

    desk.goto(f"{address}/fairs/{fair}/employers")
    look(desk)
    desk.get_by_role("link", name="招展设置").click()
    desk.get_by_label("展位总数").fill("1")
    look(desk)
    desk.get_by_role("button", name="保存招展设置").click()
    desk.get_by_role("link", name="邀请单位").first.click()
    look(desk)
    desk.get_by_label("选 宁夏凤城软件有限公司").check()
    desk.get_by_role("button", name="邀请选中的单位").click()
    expect(desk.locator("tbody .chip").first).to_have_text("已邀请")

    page = open_as(agent, width)
    said_too = complaints(page)
    page.goto(f"{address}/my-fairs")
    look(page)
    page.get_by_role("link", name="答复邀请").click()
    look(page)
    page.get_by_label("到场几人").fill("3")
    page.get_by_label("同时能面谈几位求职者").fill("2")
    page.get_by_role("button", name="报名参加").click()
    expect(page.locator(".pagehead .chip")).to_have_text("已报名")
    page.get_by_label("软件测试").check()
    page.get_by_label("会计助理").check()
    page.get_by_role("button", name="保存参会岗位").click()
    expect(page.get_by_text("参会岗位已保存，共 2 个")).to_be_visible()
    look(page)
    for kind in ("agent", "authorisation", "brochure"):
        _paper(page, kind)
    expect(page.get_by_text("材料交齐了。")).to_be_visible()
    look(page)

    desk.goto(f"{address}/fairs/{fair}/employers?check=yes")
    look(desk)
    desk.get_by_role("link", name="核材料").click()
    desk.get_by_role("button", name="看原件 委托证明").click()
    expect(desk.locator("#picture-authorisation img")).to_be_attached()
    look(desk)
    desk.locator("#paper-authorisation summary", has_text="退回").click()
    desk.locator("#paper-authorisation").get_by_label("退回原因").fill("没有盖章")
    desk.get_by_role("button", name="退回委托证明").click()
    expect(desk.locator("#paper-authorisation .chip").first).to_have_text("已退回")

    page.reload()
    expect(page.get_by_text("退回原因：没有盖章")).to_be_visible()
    look(page)
    _paper(page, "authorisation")

    desk.reload()
    for kind in ("经办人身份证明", "委托证明", "招聘简章"):
        desk.get_by_role("button", name=f"核对无误 {kind}").click()
    desk.get_by_role("button", name="确认参会").click()
    expect(desk.locator(".pagehead .chip")).to_have_text("已确认参会")
    look(desk)
    with transaction(sqlite_factory) as session:
        row = session.scalars(sa.select(FairEmployer)).one()
        assert row.state is FairEmployerState.ACCEPTED
        booth = make_booth(session, make_hall(session, session.get_one(Fair, row.fair_id)), row)
        label = booth.label
    page.reload()
    expect(page.get_by_text(f"展位：{label}。")).to_be_visible()
    look(page)

    desk.goto(f"{address}/fairs/{fair}/prints")
    desk.get_by_label("展位桌牌").check()
    desk.get_by_role("button", name="生成文件").click()
    expect(desk.locator("tbody .chip").first).to_have_text("可以下载")
    look(desk)
    with desk.expect_download() as fetched:
        desk.get_by_role("button", name="下载").click()
    assert fetched.value.suggested_filename.endswith("booth-cards.pdf")
    with reading(sqlite_factory) as session:
        acts = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"fair_paper.read", "fair_paper.returned", "fair_print.fetched"} <= acts
    assert said == said_too == []


def test_applying_works_without_any_script(
    address: str, open_as: OpenAs, two: tuple[Actor, Actor, str]
) -> None:
    _, agent, fair = two
    page = open_as(agent, 360)
    page.route("**/*.js*", lambda route: route.abort())

    page.goto(f"{address}/my-fairs/{fair}")
    page.get_by_role("button", name="报名参加").click()
    page.get_by_label("软件测试").check()
    page.get_by_role("button", name="保存参会岗位").click()
    _paper(page, "brochure")

    expect(page.locator(".pagehead .chip")).to_have_text("已报名")
