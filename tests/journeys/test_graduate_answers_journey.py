"""A person on a phone: the link of a message, agreed to; the link of an offer, accepted; then the own page."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import Referral
from matcher.services import outbox
from matcher.services.permissions import Actor
from matcher.services.referrals import employer_answers, proposing
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referable
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look

_R = ReferralState


@pytest.fixture
def proposed(sqlite_factory: SessionFactory) -> tuple[Actor, list[int]]:
    """Give a graduate proposed for two postings by the union, as the use case leaves it."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union, neutral_name="2026 毕业生就业服务")
        graduate = make_graduate(session, union, name="陈小辰", about="会用 Linux。家里经济困难。")
        make_referable(session, drive, graduate)
        clerk = make_actor(session, Role.CASEWORKER, union=union)
        numbers = []
        for title, name in (
            ("网络运维工程师", "博兴智联信息有限公司"),
            ("出纳", "惠民绿源食品有限公司"),
        ):
            posting = make_posting(
                session, drive, make_employer(session, union, name=name), title=title
            )
            made = proposing.propose(session, clerk, posting_id=posting.id, graduate_id=graduate.id)
            numbers.append(made.id)
        person = make_actor(session, Role.GRADUATE, graduate=session.get_one(Graduate, graduate.id))
    return person, numbers


def _newest_link(factory: SessionFactory, address: str, template: str) -> str:
    """Return the address in the newest message of a kind, as the phone gets it, on the served host."""
    with transaction(factory) as session:
        found = sa.select(OutboxMessage).where(OutboxMessage.template == template)
        message = session.scalars(found.order_by(OutboxMessage.id)).first()
        assert message is not None
        message.send_after = message.created_at
        session.flush()
        sent = outbox.take(session, message.id)
    assert sent is not None
    assert sent.secret is not None
    return address + sent.secret[sent.secret.index("/a/") :]


def _state(factory: SessionFactory, number: int) -> ReferralState:
    with reading(factory) as session:
        return session.get_one(Referral, number).state


def _offer(factory: SessionFactory, number: int) -> None:
    with transaction(factory) as session:
        referral = session.get_one(Referral, number)
        employer = session.get_one(Employer, referral.employer_id)
        agent = make_actor(session, Role.EMPLOYER, employer=employer)
        employer_answers.offer(session, agent, number)


def test_a_person_agrees_by_link_and_accepts_by_link(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    proposed: tuple[Actor, list[int]],
    sqlite_factory: SessionFactory,
) -> None:
    person, (number, other) = proposed
    phone = new_page(360)
    said = complaints(phone)

    phone.goto(_newest_link(sqlite_factory, address, "referral_asked"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("网络运维工程师")
    expect(phone.get_by_text("陈*辰")).to_be_visible()
    look(phone)
    assert _state(sqlite_factory, number) is _R.PROPOSED
    phone.get_by_label("姓名").check()
    phone.get_by_label("学校").check()
    phone.get_by_role("button", name="同意推荐给这家单位").click()
    expect(phone.get_by_text("已同意推荐")).to_be_visible()
    look(phone)
    assert _state(sqlite_factory, number) is _R.SENT

    _offer(sqlite_factory, number)
    link = _newest_link(sqlite_factory, address, "offer_made")
    phone.goto(link)
    expect(phone.get_by_text("出纳，惠民绿源食品有限公司")).to_be_visible()
    look(phone)
    phone.get_by_role("button", name="接受录用").click()
    expect(phone.get_by_text("已接受录用")).to_be_visible()
    assert _state(sqlite_factory, number) is _R.ACCEPTED
    assert _state(sqlite_factory, other) is _R.WITHDRAWN
    assert said == []
    phone.goto(link)
    expect(phone.get_by_role("heading", name="这个链接不能用了")).to_be_visible()

    _own_page(open_as(person, 360), address)


def _own_page(own: Page, address: str) -> None:
    """Look at the own list and the history of what was accepted."""
    said = complaints(own)
    own.goto(f"{address}/me/referrals")
    expect(own.get_by_text("你已接受，等报到")).to_be_visible()
    look(own)
    own.get_by_role("link", name="网络运维工程师").click()
    expect(own.get_by_text(re.compile("你接受了录用（通过短信链接）"))).to_be_visible()
    look(own)
    assert said == []


def test_a_person_looks_at_what_is_shown_before_agreeing(
    address: str,
    open_as: OpenAs,
    proposed: tuple[Actor, list[int]],
    sqlite_factory: SessionFactory,
) -> None:
    person, (number, other) = proposed
    page = open_as(person, 360)
    said = complaints(page)
    page.goto(f"{address}/me/referrals")
    page.get_by_role("link", name="网络运维工程师").click()
    page.get_by_label("姓名").check()
    page.get_by_label("技能和实践").check()
    page.get_by_role("button", name="先看单位会看到什么").click()
    panel = page.get_by_role("region", name="单位会看到的，就是这些")
    expect(panel.get_by_text("陈小辰")).to_be_visible()
    expect(panel.get_by_text("会用 Linux。", exact=True)).to_be_visible()
    look(page)
    page.get_by_role("button", name="同意推荐给这家单位").click()
    expect(page.get_by_text("已推荐，等单位答复")).to_be_visible()
    assert _state(sqlite_factory, number) is _R.SENT

    page.goto(f"{address}/me/hidden?name=惠民")
    page.get_by_role("link", name="不让它看到").click()
    look(page)
    page.get_by_role("button", name="撤回 1 条推荐，不让它看到").click()
    expect(page.get_by_text("惠民绿源食品有限公司")).to_be_visible()
    look(page)
    assert _state(sqlite_factory, other) is _R.WITHDRAWN
    assert said == []
