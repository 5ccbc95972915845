"""Rules of the work list (待确认的专业): what is open, deciding it once for all its postings, taking it back."""

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role, Verdict
from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.readings import RequirementDecision
from matcher.services.permissions import GRANTS, Permission
from tests.factories.accounts import make_actor
from tests.factories.postings import make_posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world, rank

TEXT = "会计学等相关专业"


@dataclass(frozen=True)
class Opened:
    """A page of the list with what its forms send."""

    page: str
    issuer: str
    text: str
    answers: list[str]


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive whose one open text stands in two postings."""
    made = make_world(sqlite_factory)
    with transaction(sqlite_factory) as session:
        drive = session.get_one(Drive, made.drive_id)
        employer = session.scalars(
            sa.select(Employer).where(Employer.name == "滨海会计师事务所")
        ).one()
        make_posting(session, drive, employer, title="内勤", requirement={"混合": TEXT})
    rank(sqlite_factory, made.drive_id)
    return made


@pytest.fixture
def client(world: World, signed_in_as: SignInAs) -> PageClient:
    """Give a caseworker's client."""
    return signed_in_as(world.caseworker)


def _open(client: PageClient, query: str = "") -> Opened:
    page = client.get(f"/doubts?{query}").text
    return Opened(
        page=page,
        issuer=re.findall(r'name="issuer" value="([^"]+)"', page)[0],
        text=re.findall(r'name="text" value="([^"]+)"', page)[0],
        answers=re.findall(r'name="answer" value="([^"]+)"', page),
    )


def _decide(client: PageClient, answer: str, **more: str) -> str:
    seen = _open(client)
    client.submit("/doubts/decide", issuer=seen.issuer, text=seen.text, answer=answer, **more)
    return client.get("/doubts").text


def _decisions(factory: SessionFactory) -> list[RequirementDecision]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(RequirementDecision)).all())


def test_a_row_says_how_many_postings_a_decision_is_for_before_it_is_made(
    client: PageClient,
) -> None:
    page = _open(client).page

    assert "2 个岗位，2 人待确认" in page
    assert "写着同样要求的 2 个岗位" in page


def test_a_row_colours_the_text_and_says_why_a_major_is_open(client: PageClient) -> None:
    page = _open(client).page

    assert '<mark class="r-major" title="专业">会计学</mark>' in page
    assert "<b>财务管理</b>" in page
    assert "同一专业类是否算相关" in page


def test_deciding_one_major_is_remembered_with_who_and_why(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    answer = next(one for one in _open(client).answers if one.startswith("yes|bachelor"))

    _decide(client, answer, reason="问过用人单位")

    (row,) = _decisions(sqlite_factory)
    assert (row.major_name, row.verdict, row.reason) == ("财务管理", Verdict.YES, "问过用人单位")
    assert row.made_by_id == world.caseworker.account_id


def test_what_is_decided_leaves_the_list_and_stands_under_its_tab(client: PageClient) -> None:
    page = _decide(client, "no|*", reason="问过")

    assert "没有待定的" in page
    assert "已定 1 段，共 1 段" in page
    decided = client.get("/doubts?tab=decided").text
    assert "财务管理" in decided
    assert "问过" in decided
    assert "撤回" in decided


def test_the_word_about_what_was_done_can_undo_it(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    page = _decide(client, "yes|*")
    (undo,) = re.findall(r'<div class="toast".*?action="([^"]+)"', page, re.DOTALL)

    client.submit(undo.replace("&amp;", "&"))

    assert all(row.taken_back_at is not None for row in _decisions(sqlite_factory))
    assert "<b>财务管理</b>" in client.get("/doubts").text


def test_a_decision_is_taken_back_under_its_tab_and_stays_to_be_seen(client: PageClient) -> None:
    _decide(client, "yes|*")
    page = client.get("/doubts?tab=decided").text
    (number,) = re.findall(r'name="ids" value="(\d+)"', page)

    client.submit("/doubts/take-back", ids=number)

    after = client.get("/doubts?tab=decided").text
    assert "已撤回" in after
    assert 'name="ids"' not in after


def test_the_last_reason_is_offered_again(client: PageClient) -> None:
    seen = _open(client)
    yes = next(one for one in seen.answers if one.startswith("yes|bachelor"))
    page = _decide(client, yes, reason="按教育部目录")
    (number,) = re.findall(r"ids=(\d+)", page)

    client.submit("/doubts/take-back", ids=number)

    assert 'name="reason" value="按教育部目录"' in client.get("/doubts").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=会计", True),
        ("q=土木", False),
        ("how=open_ended_class", True),
        ("how=alias", False),
        ("issuer=n:别处", False),
        ("order=people", True),
        ("order=nonsense&page=x", True),
    ],
)
def test_filters_stay_in_the_address(client: PageClient, query: str, shown: bool) -> None:
    page = client.get(f"/doubts?{query}").text

    assert ("<b>财务管理</b>" in page) is shown


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere", "/account", "x"])
def test_nobody_is_sent_elsewhere_after_deciding(client: PageClient, back: str) -> None:
    seen = _open(client)

    answer = client.submit(
        "/doubts/decide", issuer=seen.issuer, text=seen.text, answer="yes|*", back=back
    )

    assert answer.headers["Location"].startswith("/doubts?drive=")


def test_after_a_decision_the_keyboard_goes_on_at_the_text_it_was_about(client: PageClient) -> None:
    seen = _open(client)

    answer = client.submit(
        "/doubts/decide", issuer=seen.issuer, text=seen.text, answer=seen.answers[0]
    )

    assert answer.headers["Location"].endswith(f"#t-{seen.text}")
    assert f'id="t-{seen.text}"' in seen.page


def test_a_text_has_a_page_with_every_major_and_its_history(client: PageClient) -> None:
    _decide(client, "yes|*", reason="问过")
    address = re.findall(r'href="(/doubts/text\?[^"]+)"', client.get("/doubts?tab=decided").text)[0]

    page = client.get(address.replace("&amp;", "&")).text

    assert "问过" in page
    assert "会计学" in page


def test_what_is_no_longer_open_is_refused_and_nothing_is_written(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    seen = _open(client)
    _decide(client, "yes|*")

    answer = client.submit(
        "/doubts/decide", issuer=seen.issuer, text=seen.text, answer=seen.answers[1]
    )

    assert answer.status_code == 409
    assert len(_decisions(sqlite_factory)) == 1


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.EMPLOYER, Role.GRADUATE)])
def test_only_who_may_confirm_sees_buttons(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory, role: Role
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, role, union=session.get_one(Union, world.union_id))
        if role is Role.REVIEWER:  # pages must not ask to set up the second factor
            session.get_one(Account, actor.account_id).totp_cipher = b"\0"
    answer = signed_in_as(actor).get("/doubts")

    looks = Permission.VIEW_RANKING in GRANTS[role]
    assert answer.status_code == (200 if looks else 403)
    assert ('name="answer"' in answer.text) is (Permission.CONFIRM_MAJORS in GRANTS[role])


def test_the_list_can_be_taken_along_as_a_workbook_and_that_is_noted(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    answer = signed_in_as(world.manager).submit("/doubts/sheet")

    assert answer.data.startswith(b"PK")
    assert "doubts-" in answer.headers["Content-Disposition"]
    with reading(sqlite_factory) as session:
        assert "list.exported" in session.scalars(sa.select(AuditEntry.action)).all()


def test_a_filter_that_finds_nothing_is_not_taken_for_a_finished_list(client: PageClient) -> None:
    page = client.get("/doubts?q=没有这样的字").text

    assert "按这个条件没有待定的" in page
    assert "换个条件看看" in page
