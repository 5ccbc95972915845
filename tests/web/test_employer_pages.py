"""Employers at the screen: found, checked, checked at once, suspended, given an account."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EmployerState, Role
from matcher.models.accounts import Membership
from matcher.models.employers import Employer, EmployerCheck
from matcher.models.organisations import Union
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

AsRole = Callable[[Role], PageClient]
PENDING = {"state": EmployerState.PENDING, "recheck_due_on": None}
WRONG_CODE = "91640100MA75WX0Y0X"


@pytest.fixture
def union(sqlite_factory: SessionFactory) -> Union:
    """Give a union."""
    with transaction(sqlite_factory) as session:
        return make_union(session)


@pytest.fixture
def clerk(sqlite_factory: SessionFactory, signed_in_as: SignInAs, union: Union) -> PageClient:
    """Give the client of a drive manager, who may check papers."""
    with transaction(sqlite_factory) as session:
        manager = make_actor(session, union=union)
    return signed_in_as(manager)


def _employer(factory: SessionFactory, union: Union, **changes: object) -> int:
    with transaction(factory) as session:
        return make_employer(session, union, **changes).id


def _state(factory: SessionFactory, employer_id: int) -> EmployerState:
    with reading(factory) as session:
        return session.get_one(Employer, employer_id).state


def test_the_list_is_filtered_by_state_name_and_lapsing_check(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    today = clock.today()
    _employer(sqlite_factory, union, name="甲公司", **PENDING)
    _employer(sqlite_factory, union, name="乙公司", recheck_due_on=today - dt.timedelta(days=1))
    _employer(sqlite_factory, union, name="丙公司", recheck_due_on=today + dt.timedelta(days=3))
    _employer(sqlite_factory, union, name="丁公司")

    shown = {
        query: set(re.findall(r">(.公司)</a>", clerk.get(f"/employers?{query}").text))
        for query in ("state=pending", "name=丁", "due=over", "due=soon", "state=nonsense")
    }

    assert shown == {
        "state=pending": {"甲公司"},
        "name=丁": {"丁公司"},
        "due=over": {"乙公司"},
        "due=soon": {"乙公司", "丙公司"},
        "state=nonsense": {"甲公司", "乙公司", "丙公司", "丁公司"},
    }


def test_both_papers_seen_make_an_employer_verified_for_half_a_year(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    number = _employer(sqlite_factory, union, **PENDING)

    clerk.submit(f"/employers/{number}/check", licence_ok="true", authorisation_ok="true")

    assert _state(sqlite_factory, number) is EmployerState.VERIFIED
    page = clerk.get(f"/employers/{number}").text
    assert "已核" in page
    assert "一致" in page


def test_a_refusal_without_a_reason_is_sent_back_with_what_was_ticked(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    number = _employer(sqlite_factory, union, **PENDING)

    answer = clerk.submit(f"/employers/{number}/check", licence_ok="true")

    assert answer.status_code == 422
    assert "不通过时请写明原因" in answer.text
    assert 'name="licence_ok" value="true" checked' in answer.text
    assert _state(sqlite_factory, number) is EmployerState.PENDING


def test_who_looked_at_an_older_version_is_told(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    number = _employer(sqlite_factory, union, **PENDING)
    seen = {"licence_ok": "true", "authorisation_ok": "true", "version": "1"}
    clerk.submit(f"/employers/{number}/check", **seen)

    answer = clerk.submit(f"/employers/{number}/check", **seen)

    assert answer.status_code == 409


def test_pending_employers_of_a_drive_are_verified_at_once_on_a_stated_ground(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    with transaction(sqlite_factory) as session:
        drive = make_drive(session, union)
        numbers = [make_employer(session, union, **PENDING).id for _ in range(3)]
        for number in numbers[:2]:
            make_posting(session, drive, session.get_one(Employer, number))
    form = clerk.get(f"/employers/check-many?drive={drive.id}").text
    blank = clerk.submit("/employers/check-many", drive=drive.id, reason="")

    clerk.submit("/employers/check-many", drive=drive.id, reason="省考公告所附职位表")

    assert "核验 2 家单位" in form
    assert blank.status_code == 422
    assert [_state(sqlite_factory, number) for number in numbers] == [
        EmployerState.VERIFIED,
        EmployerState.VERIFIED,
        EmployerState.PENDING,
    ]
    with reading(sqlite_factory) as session:
        grounds = session.scalars(sa.select(EmployerCheck.reason).order_by(EmployerCheck.id)).all()
    assert list(grounds) == ["省考公告所附职位表"] * 2


def test_a_suspension_needs_its_reason(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    number = _employer(sqlite_factory, union)
    blank = clerk.submit(f"/employers/{number}/suspend", reason=" ")

    clerk.submit(f"/employers/{number}/suspend", reason="执照被吊销")

    assert blank.status_code == 422
    assert _state(sqlite_factory, number) is EmployerState.SUSPENDED


def test_a_wrong_credit_code_is_taken_only_with_a_reason(
    clerk: PageClient, sqlite_factory: SessionFactory
) -> None:
    wish = {"name": "老代码单位", "credit_code": WRONG_CODE}

    refused = clerk.submit("/employers", **wish)
    taken = clerk.submit("/employers", **wish, credit_code_override="执照原件看过")

    assert refused.status_code == 422
    assert "老代码单位" in refused.text
    assert taken.status_code == 303
    assert "执照原件看过" in clerk.get(taken.headers["Location"]).text


def test_an_imported_wrong_code_is_shown_as_doubtful_until_a_reason_is_given(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    number = _employer(sqlite_factory, union, credit_code=WRONG_CODE)

    before = clerk.get(f"/employers/{number}").text
    unsaid = clerk.submit(f"/employers/{number}/edit", name="甲", credit_code=WRONG_CODE)
    clerk.submit(
        f"/employers/{number}/edit",
        name="甲",
        credit_code=WRONG_CODE,
        credit_code_override="执照原件看过",
    )
    after = clerk.get(f"/employers/{number}").text

    assert "请对照营业执照改正" in before
    assert unsaid.status_code == 422
    assert "请对照营业执照改正" not in after
    assert "执照原件看过" in after


def test_an_agent_gets_an_account_only_at_a_verified_employer_and_the_password_once(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    pending = _employer(sqlite_factory, union, **PENDING)
    verified = _employer(sqlite_factory, union)
    wish = {"login": "jia.gongsi", "display_name": "王经办"}

    refused = clerk.submit(f"/employers/{pending}/agent", **wish)
    made = clerk.submit(f"/employers/{verified}/agent", **wish)
    again = clerk.submit(f"/employers/{verified}/agent", **wish)

    password = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", made.text)
    assert refused.status_code >= 400
    assert made.status_code == 200
    assert password is not None
    assert again.status_code == 422
    page = clerk.get(f"/employers/{verified}").text
    assert "jia.gongsi" in page
    assert password[0] not in page
    with reading(sqlite_factory) as session:
        held = session.scalars(
            sa.select(Membership).where(Membership.employer_id.is_not(None))
        ).all()
    assert [(one.role, one.employer_id) for one in held] == [(Role.EMPLOYER, verified)]


def test_changing_an_employer_keeps_what_its_form_does_not_ask(
    clerk: PageClient, sqlite_factory: SessionFactory, union: Union
) -> None:
    number = _employer(sqlite_factory, union, name="旧名公司")

    clerk.submit(f"/employers/{number}/edit", name="新名公司", version="1")

    with reading(sqlite_factory) as session:
        stands = session.get_one(Employer, number)
    assert stands.name == "新名公司"
    assert (stands.industry, stands.region_code) == ("I", "640104")


def test_employers_of_another_union_answer_like_none(
    clerk: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        number = make_employer(session, name="别家公司").id

    answers = [clerk.get(f"/employers/{number}"), clerk.get(f"/employers/{number}/edit")]
    answers += [
        clerk.submit(f"/employers/{number}/suspend", reason="x"),
        clerk.submit(f"/employers/{number}/check", licence_ok="true", authorisation_ok="true"),
        clerk.submit(f"/employers/{number}/agent", login="a.b.c", display_name="x"),
        clerk.submit(f"/employers/{number}/edit", name="x"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "别家公司" not in clerk.get("/employers").text


def test_a_fair_organiser_reads_but_checks_nothing(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, union: Union
) -> None:
    number = _employer(sqlite_factory, union, name="甲公司", **PENDING)
    with transaction(sqlite_factory) as session:
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
    client = signed_in_as(organiser)

    page = client.get(f"/employers/{number}")
    answer = client.submit(f"/employers/{number}/check", licence_ok="true", authorisation_ok="true")

    assert page.status_code == 200
    assert "登记核验结果" not in page.text
    assert answer.status_code == 403
    assert _state(sqlite_factory, number) is EmployerState.PENDING
