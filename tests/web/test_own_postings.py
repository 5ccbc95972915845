"""An employer's own pages: what it may save, publish and see."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EmployerState, PostingState, Role, SeatClass
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

WHOLE = {
    "title": "会计",
    "headcount": "3",
    "pledged": "1",
    "pledged_until": "2030-06-30",
    "duties": "负责日常账务处理和报税",
    "occupation": "会计",
    "place": "银川市兴庆区",
    "pay_low_yuan": "4000",
    "pay_high_yuan": "6000",
    "education_min": "college",
    "requirement": "会计学、财务管理",
    "closes_on": "2030-12-31",
}
"""A posting with all six elements and its validity."""


@pytest.fixture
def employer(sqlite_factory: SessionFactory) -> Employer:
    """Give a verified employer of a union with an open drive."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        make_drive(session, union, neutral_name="2026 毕业生就业服务")
        return make_employer(session, union)


@pytest.fixture
def client(
    employer: Employer, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> PageClient:
    """Give a client signed in for the employer."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.EMPLOYER, employer=session.get_one(Employer, employer.id))
    return signed_in_as(actor)


def _only(session: Session) -> Posting:
    return session.scalars(sa.select(Posting)).one()


def _classes(session: Session) -> list[tuple[SeatClass, dt.date | None]]:
    rows = session.execute(sa.select(Seat.seat_class, Seat.release_on).order_by(Seat.number))
    return sorted((row.seat_class, row.release_on) for row in rows)


def test_a_whole_posting_is_published_with_its_pledged_seats(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    answer = client.submit("/my/postings", act="publish", **WHOLE)

    assert answer.status_code == 303, answer.text
    with reading(sqlite_factory) as session:
        posting = _only(session)
        assert posting.state is PostingState.PUBLISHED
        assert (posting.region_code, posting.occupation_code) == ("640104", "2-06-03-00")
        assert posting.requirement == {"混合": "会计学、财务管理"}
        kept = dt.date(2030, 7, 1)
        assert _classes(session) == [
            (SeatClass.HARDSHIP, kept),
            (SeatClass.ORDINARY, None),
            (SeatClass.ORDINARY, None),
        ]
    shown = client.get(answer.location).text
    assert "其中爱心岗位 1" in shown
    assert "推荐的人选会出现在这里" in shown


def test_a_draft_needs_a_title_alone_and_says_what_it_lacks(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    saved = client.submit("/my/postings", act="save", title="会计", headcount="1")
    asked = client.submit("/my/postings", act="publish", title="出纳", headcount="1")

    page = client.get(asked.location).text
    assert saved.status_code == asked.status_code == 303
    for element in ("招聘条件", "工作内容", "工作地点", "基本劳动报酬", "有效期限"):
        assert f"<b>{element}</b>" in page
    with reading(sqlite_factory) as session:
        states = set(session.scalars(sa.select(Posting.state)))
    assert states == {PostingState.DRAFT}


@pytest.mark.parametrize(
    ("words", "article"),
    [
        ({"conditions": "限男性，能吃苦"}, "《就业促进法》第二十七条"),
        ({"duties": "入职须交押金 500 元"}, "《劳动合同法》第九条"),
    ],
)
def test_words_the_law_forbids_are_kept_marked_and_never_published(
    client: PageClient, sqlite_factory: SessionFactory, words: dict[str, str], article: str
) -> None:
    answer = client.submit("/my/postings", act="publish", **(WHOLE | words))

    page = client.get(answer.location).text
    with reading(sqlite_factory) as session:
        assert _only(session).state is PostingState.BLOCKED
    assert "<mark>" in page
    assert article in page
    assert next(iter(words.values()))[-4:] in page


def test_an_age_limit_is_named_and_may_be_published(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    answer = client.submit("/my/postings", act="publish", **WHOLE, conditions="年龄 35 岁以下")

    page = client.get(answer.location).text
    with reading(sqlite_factory) as session:
        assert _only(session).state is PostingState.PUBLISHED
    assert "建议改" in page


def test_what_was_typed_stays_when_something_is_wrong(client: PageClient) -> None:
    wrong = WHOLE | {"place": "火星", "pay_high_yuan": "100", "headcount": "两个"}

    first = client.submit("/my/postings", act="publish", **wrong)
    second = client.submit("/my/postings", act="publish", **(wrong | {"headcount": "3"}))
    third = client.submit("/my/postings", act="publish", **(WHOLE | {"pay_high_yuan": "100"}))

    assert (first.status_code, second.status_code, third.status_code) == (422, 422, 422)
    assert "招聘人数应为整数" in first.text
    assert "认不出这个地方" in second.text
    assert "月薪上限不能低于下限" in third.text
    for answer in (first, second, third):
        assert "负责日常账务处理和报税" in answer.text


def test_a_second_posting_of_the_same_words_is_named_and_stays_typed(client: PageClient) -> None:
    client.submit("/my/postings", act="save", **WHOLE)

    again = client.submit("/my/postings", act="save", **WHOLE)

    assert again.status_code == 409
    assert "已有同名、同地点、同专业要求的岗位" in again.text
    assert "负责日常账务处理和报税" in again.text


def test_a_change_over_a_newer_one_is_refused_and_stays_typed(client: PageClient) -> None:
    address = client.submit("/my/postings", act="save", **WHOLE).location
    client.submit(address, act="save", version="2", **(WHOLE | {"title": "出纳"}))

    late = client.submit(address, act="save", version="1", **(WHOLE | {"duties": "另一种写法"}))

    assert late.status_code == 409
    assert "另一种写法" in late.text


def test_a_pledge_may_shrink_with_the_headcount_but_not_exceed_it(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    address = client.submit("/my/postings", act="save", **(WHOLE | {"pledged": "3"})).location

    more = client.submit(address, act="save", **(WHOLE | {"pledged": "4"}))
    fewer = client.submit(address, act="save", **(WHOLE | {"pledged": "1", "headcount": "1"}))

    assert more.status_code == 422
    assert "爱心岗位数不能超过招聘人数" in more.text
    assert fewer.status_code == 303, fewer.text
    with reading(sqlite_factory) as session:
        assert _classes(session) == [(SeatClass.HARDSHIP, dt.date(2030, 7, 1))]


def test_a_closed_posting_is_gone_for_good(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    address = client.submit("/my/postings", act="publish", **WHOLE).location

    closed = client.submit(f"{address}/close", reason="filled")

    assert closed.status_code == 303
    with reading(sqlite_factory) as session:
        assert _only(session).state is PostingState.CLOSED
    assert client.submit(address, act="save", **WHOLE).status_code == 409
    assert "关闭岗位" not in client.get(address).text


def test_typed_words_are_read_while_typing(client: PageClient) -> None:
    answer = client.submit(
        "/my/postings/read", requirement="会计学、财务管理等相关专业", conditions="未婚优先"
    )

    assert '<mark class="r-major"' in answer.text
    assert "写了“等相关专业”" in answer.text
    assert '<div id="findings" hx-swap-oob="true"' in answer.text
    assert "<mark>未婚优先</mark>" in answer.text


def test_nobody_reads_or_changes_another_employers_posting(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        other = make_posting(session)
    address = f"/my/postings/{other.public_id}"

    answers = [client.get(address), client.get(f"{address}/edit")]
    answers += [client.submit(address, act="save", **WHOLE)]
    answers += [client.submit(f"{address}/{act}", reason="filled") for act in ("publish", "close")]

    assert [answer.status_code for answer in answers] == [404] * 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": EmployerState.PENDING, "recheck_due_on": None}, "单位尚未核验"),
        ({"recheck_due_on": dt.date(2026, 1, 1)}, "单位核验已过期"),
        ({"state": EmployerState.SUSPENDED}, "单位已停用"),
    ],
)
def test_the_list_says_why_a_posting_is_not_recommended(
    client: PageClient,
    employer: Employer,
    sqlite_factory: SessionFactory,
    changes: dict[str, Any],
    words: str,
) -> None:
    client.submit("/my/postings", act="publish", **WHOLE)
    with transaction(sqlite_factory) as session:
        session.execute(sa.update(Employer).where(Employer.id == employer.id).values(**changes))

    assert words in client.get("/my/postings").text


def test_a_new_name_voids_the_check_and_a_new_contact_does_not(
    client: PageClient, employer: Employer, sqlite_factory: SessionFactory
) -> None:
    same = {"name": employer.name, "unit_kind": "private", "place": "银川市兴庆区"}

    contact = client.submit("/my/unit", **same, contact_name="王芳", contact_phone="13912345678")
    with reading(sqlite_factory) as session:
        after_contact = session.get_one(Employer, employer.id).state
    client.submit("/my/unit", **(same | {"name": "另一家公司"}))

    assert contact.status_code == 303, contact.text
    assert after_contact is EmployerState.VERIFIED
    with reading(sqlite_factory) as session:
        found = session.get_one(Employer, employer.id)
        assert found.state is EmployerState.PENDING
        assert found.contact_phone_masked == "139****5678"


def test_a_wrong_code_asks_for_a_reason_and_keeps_what_was_typed(
    client: PageClient, employer: Employer
) -> None:
    answer = client.submit("/my/unit", name=employer.name, credit_code="91640100MA00000000")

    assert answer.status_code == 422
    assert 'value="91640100MA00000000"' in answer.text
    assert 'name="credit_code_override"' in answer.text


@pytest.mark.parametrize("kind", ["places", "occupations", "industries", "majors"])
def test_search_boxes_suggest_what_their_fields_take(
    as_role: Callable[[Role], PageClient], kind: str
) -> None:
    typed = {"places": "银川", "occupations": "会计", "industries": "软件", "majors": "会计"}[kind]

    answer = as_role(Role.EMPLOYER).get(f"/vocabulary/{kind}?place={typed}")

    assert "<option" in answer.text
