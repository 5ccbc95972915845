"""Assessments, try-outs, standard lines, exits and returns at the screen."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.households import FileState
from matcher.kinds.tiers import Guarantee
from matcher.models.accounts import Account
from matcher.models.assessments import Assessment, HouseholdExit, StandardLine
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from tests.factories.accounts import make_actor, make_union
from tests.factories.assessments import CLEAN, make_income, make_line
from tests.factories.people import make_household, make_member
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

AsRole = Callable[[Role], PageClient]
NOTHING_EXCLUDES = dict.fromkeys(CLEAN, "no")


@pytest.fixture
def union(sqlite_factory: SessionFactory) -> Union:
    """Give a union with a line of 650."""
    with transaction(sqlite_factory) as session:
        made = make_union(session)
        make_line(session, made.id)
        return made


@pytest.fixture
def as_role(sqlite_factory: SessionFactory, signed_in_as: SignInAs, union: Union) -> AsRole:
    """Give a function that signs in a new colleague of a role."""

    def signed_in(role: Role) -> PageClient:
        with transaction(sqlite_factory) as session:
            actor = make_actor(session, role, union=union)
            session.get_one(Account, actor.account_id).totp_cipher = b"\0"
        return signed_in_as(actor)

    return signed_in


@pytest.fixture
def household(sqlite_factory: SessionFactory, union: Union) -> str:
    """Give a file of three with 20,000 yuan a year: 555.56 a head a month."""
    with transaction(sqlite_factory) as session:
        made = make_household(session, union, tier=HardshipTier.NONE)
        for number in range(3):
            make_member(session, made, is_holder=number == 0)
        make_income(session, made, 20000)
        return made.public_id


def _household(factory: SessionFactory, public_id: str) -> Household:
    with reading(factory) as session:
        return session.scalars(sa.select(Household).where(Household.public_id == public_id)).one()


def _assessments(factory: SessionFactory) -> list[Assessment]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(Assessment).order_by(Assessment.id)))


def _assess(client: PageClient, household: str, **typed: str) -> str:
    answer = client.submit(f"/files/{household}/assessment", **(NOTHING_EXCLUDES | typed))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_the_form_tells_what_the_file_says_and_the_result_shows_its_working(
    as_role: AsRole, household: str
) -> None:
    client = as_role(Role.CASEWORKER)
    form = client.get(f"/files/{household}/assessment").text
    assert "20000（2025 年度收入 1 项" in form
    assert "还没有测算" in form

    page = client.get(_assess(client, household, rigid="0")).text

    assert "符合：深度困难" in page
    assert "低于标准线 94.44 元" in page
    assert "某市民政局通知" in page
    assert "pdsgh.org" in page


def test_adopting_sets_the_tier_and_a_second_look_offers_nothing_more(
    as_role: AsRole, household: str, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.CASEWORKER)
    address = _assess(client, household)

    client.submit(f"{address}/adopt", tier="deep")

    assert _household(sqlite_factory, household).tier is HardshipTier.DEEP
    page = client.get(address).text
    assert "采用这个结果" not in page
    assert "深度困难" in page


def test_what_lacks_is_listed_and_put_on_the_list_of_the_day(
    as_role: AsRole, household: str, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.CASEWORKER)
    answer = client.submit(f"/files/{household}/assessment", two_dwellings="no")
    address = answer.headers["Location"]
    page = client.get(address).text
    assert "缺材料，不能判断" in page
    asked = page.split("还要问到")[1].split("</ul>")[0]
    assert "有商铺或雇工经营" in asked
    assert "有两套及以上住房" not in asked

    client.submit(f"{address}/ask", due_on=clock.today().isoformat())

    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Task.rule)).all() == ["assessment.ask"]


def test_a_slip_of_the_pen_comes_back_with_what_was_typed(
    as_role: AsRole, household: str, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.CASEWORKER)

    answer = client.submit(f"/files/{household}/assessment", income="2.345", people="0")

    assert answer.status_code == 422
    assert 'value="2.345"' in answer.text
    assert _assessments(sqlite_factory) == []


def test_who_only_reads_sees_results_and_no_form(as_role: AsRole, household: str) -> None:
    _assess(as_role(Role.CASEWORKER), household)

    page = as_role(Role.APPROVER).get(f"/files/{household}/assessment").text

    assert "符合：深度困难" in page
    assert "测算并保存" not in page
    assert "采用这个结果" not in page


def test_the_vectors_of_yinchuan_come_out_at_the_screen_without_a_file(
    as_role: AsRole, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.CASEWORKER)

    def shown(**typed: str) -> str:
        page = client.submit(
            "/try-outs", rule_set="yinchuan_2018", tuition="0", people="3", **typed
        )
        assert page.status_code == 200
        badge = re.search(r'<span class="badge \w+">([^<]*)', page.text)
        amount = re.search(r"每人每月 ([\d.]+) 元</strong>", page.text)
        assert badge is not None
        assert amount is not None
        return f"{amount[1]} {badge[1]}"

    assert shown(income="30240", aid="0") == "840 不符合"
    assert shown(income="30239", aid="0") == "839.97 符合：助学对象（人均月收入低于 840 元）"
    assert shown(income="28000", aid="4000") == "888.89 不符合"
    assert _assessments(sqlite_factory) == []


def test_the_rule_set_follows_region_and_day(as_role: AsRole) -> None:
    client = as_role(Role.CASEWORKER)

    chosen = re.search(r" selected>([^<]*)", client.get("/try-outs?region=370202").text)
    assert chosen is not None
    assert "青岛市现行分类" in chosen[1]
    assert "没有适用的规则" in client.get("/try-outs?region=640104&on=2018-08-01").text
    local = client.get("/try-outs?region=640104&kind=urban_minimum").text
    assert "已知：650（城市低保标准" in local


def test_a_line_is_added_with_its_source_and_ended(
    as_role: AsRole, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.APPROVER)
    fields = {
        "kind": "urban_minimum",
        "region_code": "640200",
        "valid_from": "2026-01-01",
        "grade": "a",
    }
    wrong = client.submit("/try-outs/lines", monthly="六百", source="某文", **fields)
    assert wrong.status_code == 422

    client.submit("/try-outs/lines", monthly="680.50", source="石民发〔2026〕3 号", **fields)

    page = client.get("/try-outs/lines").text
    assert "石民发〔2026〕3 号" in page
    assert "680.50" in page
    with reading(sqlite_factory) as session:
        row = session.scalars(
            sa.select(StandardLine).where(StandardLine.region_code == "640200")
        ).one()
    assert row.monthly_fen == 68050
    client.submit(f"/try-outs/lines/{row.public_id}/end")
    assert "已停用" in client.get("/try-outs/lines").text


def test_a_caseworker_sees_lines_without_the_form(as_role: AsRole) -> None:
    assert "登记一条" not in as_role(Role.CASEWORKER).get("/try-outs/lines").text


def _leaving(**changes: str) -> dict[str, str]:
    fields = {"kind": "lifted", "reason": "income", "left_on": clock.today().isoformat()}
    return fields | {f"guarantee_{one.value}": "已核实" for one in Guarantee} | changes


def test_an_exit_waits_for_a_second_person_and_a_return_opens_the_file_as_a_draft(
    as_role: AsRole, household: str, sqlite_factory: SessionFactory
) -> None:
    clerk, chief = as_role(Role.CASEWORKER), as_role(Role.APPROVER)
    address = f"/files/{household}/exit"
    clerk.submit(address, **_leaving())
    assert "这是您提出的" in clerk.get(address).text
    with reading(sqlite_factory) as session:
        number = session.scalars(sa.select(HouseholdExit.public_id)).one()

    assert chief.submit(f"{address}/{number}/answer", answer="agree").status_code == 303
    assert _household(sqlite_factory, household).state is FileState.EXITED
    clerk.submit(
        f"/files/{household}/return",
        found_on=clock.today().isoformat(),
        found_by="call_back",
        outcome="reopened",
        evidence="又失业了",
    )

    assert _household(sqlite_factory, household).state is FileState.DRAFT
    page = clerk.get(address).text
    assert "返困" in page
    assert "又失业了" in page


def test_a_missing_guarantee_comes_back_at_its_field(as_role: AsRole, household: str) -> None:
    answer = as_role(Role.CASEWORKER).submit(
        f"/files/{household}/exit", **_leaving(guarantee_housing="")
    )

    assert answer.status_code == 422
    assert "五项保障都要落实" in answer.text
    assert 'id="error-guarantee_housing"' in answer.text


def test_titles_say_nothing_of_hardship(as_role: AsRole, household: str) -> None:
    client = as_role(Role.CASEWORKER)
    titles = [
        re.search(r"<title>([^<]*)", client.get(address).text)
        for address in (f"/files/{household}/assessment", "/try-outs", "/try-outs/lines")
    ]

    told = " ".join(found[1] for found in titles if found)
    assert told
    assert not re.search("困难|低保|脱困|帮扶|致困", told)


def test_a_long_history_asks_the_database_no_more_often(
    as_role: AsRole, household: str, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.CASEWORKER)
    address = f"/files/{household}/assessment"
    _assess(client, household)
    few = _statements(sqlite_factory, lambda: client.get(address))
    for _ in range(5):
        _assess(client, household)

    assert _statements(sqlite_factory, lambda: client.get(address)) == few


def _statements(factory: SessionFactory, act: Callable[[], object]) -> int:
    """Count what an act asks the database."""
    asked: list[object] = []
    engine = factory.kw["bind"]

    def note(*_: object) -> None:
        asked.append(1)

    sa.event.listen(engine, "before_cursor_execute", note)
    act()
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(asked)
