"""Entitlements on pages: asked, begun, led to the money; the list, the units', the graduate's own."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.models.entitlements import EntitlementApplication
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services.entitlements.september import list_year
from matcher.services.money import ledger
from matcher.services.money.ledger import EntryInput
from matcher.services.money.people import Person
from tests.factories.accounts import make_actor
from tests.factories.entitlements import make_claimant, make_student
from tests.factories.people import make_household
from tests.factories.placements import make_placement
from tests.support.pages import PageClient
from tests.web.house import House, open_house


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def _claimant(house: House, *, ask: bool = True) -> str:
    with transaction(house.factory) as session:
        by = house.own.actors[Role.CASEWORKER]
        union = session.get_one(Union, by.union_id)
        return make_claimant(session, by, union, ask=ask).public_id


def _text(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined]  # a response


def _person(public_id: str) -> str:
    return f"/entitlements/people/graduate/{public_id}"


def _begun(worker: PageClient, public_id: str, code: str = "job_seeking") -> str:
    made = worker.submit(f"{_person(public_id)}/start", code=code)
    assert made.status_code == 303, _text(made)
    return str(made.location)


def test_what_is_asked_is_written_down_and_changes_the_answers(
    house: House, worker: PageClient
) -> None:
    who = _claimant(house, ask=False)
    page = _text(worker.get(_person(who)))
    assert "马*兰" in page
    assert "马小兰" not in page
    assert "家里正在领低保吗？" in page

    done = worker.submit(
        f"{_person(who)}/facts",
        **{
            "fact-receives_minimum": "yes",
            "fact-received.job_seeking": "no",
            "fact-is_land_lost": "",
        },
        basis="本人电话里说",
    )

    assert done.status_code == 303
    page = _text(worker.get(_person(who)))
    assert "明天到期" in page
    assert "本人电话里说" in page
    wrong = worker.submit(f"{_person(who)}/facts", **{"fact-graduates_on": "去年夏天"})
    assert wrong.status_code == 422
    assert "日期写成 2026-06-30 这样" in _text(wrong)


def test_the_calendar_shows_tomorrow_and_is_taken_as_a_file(
    house: House, worker: PageClient
) -> None:
    _claimant(house)

    page = _text(worker.get("/entitlements"))
    assert "一次性求职补贴" in page
    assert "明天到期" in page
    file = worker.submit("/entitlements/calendar", days="60", owner="me", code="")

    tomorrow = clock.today() + dt.timedelta(days=1)
    assert file.mimetype == "text/calendar"
    assert f"DTSTART;VALUE=DATE:{tomorrow:%Y%m%d}" in _text(file)
    assert "马小兰" not in _text(file)
    with reading(house.factory) as session:
        acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert "entitlement.calendar_taken" in acts


def test_an_application_is_led_to_the_money(house: House, worker: PageClient) -> None:
    address = _begun(worker, _claimant(house))
    page = _text(worker.get(address))
    assert "备材料" in page
    assert "身份证复印件" in page

    assert worker.submit(f"{address}/paper", paper="identity", is_held="true").status_code == 303
    assert "收到了" in _text(worker.get(address))
    worker.submit(f"{address}/move", to="submitted")
    refused = worker.submit(f"{address}/move", to="refused")
    assert refused.status_code == 422
    assert "请写明原因" in _text(refused)
    nothing = worker.submit(f"{address}/move", to="paid")
    assert nothing.status_code == 422
    assert "请填实际发放的金额" in _text(nothing)
    worker.submit(f"{address}/move", to="paid", amount_yuan="1500")

    page = _text(worker.get(address))
    assert "1,500 元" in page
    assert "已记入政府资金台账" in page
    person = _text(worker.get(re.search(r"/entitlements/people/graduate/\w+", page)[0]))  # type: ignore[index]  # it is there
    assert "政府资金，政府一次性求职补贴，1,500 元" in person
    listed = _text(worker.get("/entitlements/applications?state=paid"))
    assert "1,500 元" in listed
    back = worker.submit(f"{address}/take-back", words="登记错了金额")
    assert back.status_code == 303
    assert "已撤回" in _text(worker.get(address))


def test_equal_aid_waits_for_a_person_on_the_page(house: House, worker: PageClient) -> None:
    who = _claimant(house)
    address = _begun(worker, who)
    worker.submit(f"{address}/move", to="submitted")
    with transaction(house.factory) as session:
        by = house.own.actors[Role.CASEWORKER]
        graduate = session.scalars(sa.select(Graduate).where(Graduate.public_id == who)).one()
        entry = EntryInput(
            programme="union_job_search", union_id=graduate.union_id,
            person=Person(graduate_id=graduate.id), year=clock.today().year, amount_fen=20_000,
            happened_on=clock.today(),
        )  # fmt: skip
        ledger.record(session, by, entry)
    assert "由人决定；系统不会自己拒绝" in _text(worker.get(address))
    assert worker.submit(f"{address}/move", to="paid", amount_yuan="1500").status_code == 409

    decided = worker.submit(f"{address}/same-payment", answer="pay", reason="来源不同，可以都领")

    assert decided.status_code == 303
    assert worker.submit(f"{address}/move", to="paid", amount_yuan="1500").status_code == 303


def test_it_is_given_to_a_colleague_with_a_day(house: House, worker: PageClient) -> None:
    address = _begun(worker, _claimant(house))
    with transaction(house.factory) as session:
        union = session.get_one(Union, house.own.actors[Role.CASEWORKER].union_id)
        colleague = make_actor(session, Role.CASEWORKER, union=union)

    done = worker.submit(f"{address}/give", owner_id=colleague.account_id, due_on="2099-01-01")

    assert done.status_code == 303
    with reading(house.factory) as session:
        row = session.scalars(
            sa.select(EntitlementApplication).order_by(EntitlementApplication.id.desc())
        ).first()
    assert row is not None
    assert (row.owner_id, row.due_on) == (colleague.account_id, dt.date(2099, 1, 1))


def test_what_the_rules_say_no_to_is_begun_with_a_reason(house: House, worker: PageClient) -> None:
    who = _claimant(house)
    refused = worker.submit(f"{_person(who)}/start", code="insurance_flexible_graduate")
    assert refused.status_code == 422
    assert "仍要办理请写明理由" in _text(refused)

    done = worker.submit(
        f"{_person(who)}/start", code="insurance_flexible_graduate", words="经办人同意先收材料"
    )
    assert done.status_code == 303
    assert worker.submit(f"{_person(who)}/start", code="nonsense").status_code == 404


def test_the_september_list_is_shown_and_leaves_with_a_trace(
    house: House, worker: PageClient
) -> None:
    with transaction(house.factory) as session:
        by = house.own.actors[Role.CASEWORKER]
        union = session.get_one(Union, by.union_id)
        home = make_household(session, union, owner_id=by.account_id)
        child = make_student(session, union, year=list_year(clock.today()), household=home)
        number = child.id

    page = _text(worker.get("/entitlements/september"))
    assert "王*明" in page
    assert "王小明" not in page
    assert f"/entitlements/people/member/{number}" in page
    assert "王*明" in _text(worker.get(f"/entitlements/people/member/{number}"))
    file = worker.submit("/entitlements/september/sheet", year=list_year(clock.today()))

    assert file.status_code == 200
    assert file.mimetype.endswith("sheet")
    with reading(house.factory) as session:
        trail = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "entitlement.list_exported")
        ).one()
    assert trail.details["rows"] == 1
    officer = house.client(house.own.actors[Role.GRASSROOTS_OFFICER])
    assert officer.get("/entitlements/september").status_code == 200
    assert officer.submit("/entitlements/september/sheet").status_code == 403


def test_units_are_answered_for_the_unions_staff_alone(house: House, worker: PageClient) -> None:
    who = _claimant(house)
    with transaction(house.factory) as session:
        graduate = session.scalars(sa.select(Graduate).where(Graduate.public_id == who)).one()
        hire = make_placement(
            session, graduate, employer_id=house.own.employer_id,
            contract_from_on=dt.date(2026, 7, 1),
        ).public_id  # fmt: skip
    address = f"/entitlements/employers/{house.own.employer_id}"
    assert "只供工会内部看" in _text(worker.get(address))
    assert worker.submit(f"{address}/facts", **{"fact-unit_is_small": "yes"}).status_code == 303
    assert address in _text(worker.get(f"/employers/{house.own.employer_id}"))

    page = _text(worker.get(f"/entitlements/hires/{hire}"))
    assert "小微企业招用毕业生社会保险补贴" in page
    done = worker.submit(
        f"/entitlements/hires/{hire}/facts",
        **{"fact-insured_months": "3", "fact-unit_is_eligible": "yes"},
    )
    assert done.status_code == 303
    begun = worker.submit(f"/entitlements/hires/{hire}/start", code="insurance_unit_small")
    assert begun.status_code == 303
    assert f"/entitlements/hires/{hire}" in _text(worker.get(f"/placements/{hire}"))
    for role in (Role.EMPLOYER, Role.FAIR_ORGANISER, Role.REVIEWER, Role.GRADUATE):
        other = house.client(house.own.actors[role])
        assert other.get(address).status_code in (403, 404)
        assert other.get(f"/entitlements/hires/{hire}").status_code in (403, 404)
    reviewer = house.client(house.own.actors[Role.REVIEWER])
    assert "单位能申请的政策" not in _text(reviewer.get(f"/employers/{house.own.employer_id}"))


def test_the_case_page_says_what_is_near_and_leads_to_it(house: House, worker: PageClient) -> None:
    who = _claimant(house)
    with reading(house.factory) as session:
        case = session.scalar(
            sa.text(
                "SELECT c.public_id FROM graduate_case c JOIN graduate g ON g.id = c.graduate_id"
                " WHERE g.public_id = :g"
            ),
            {"g": who},
        )

    page = _text(worker.get(f"/cases/{case}"))

    assert "能享受的政策" in page
    assert _person(who) in page


def test_the_own_page_names_no_reason(house: House) -> None:
    graduate = house.client(house.own.actors[Role.GRADUATE])

    page = _text(graduate.get("/me/entitlements"))

    assert "我能申请的" in page
    main = re.sub(r"<[^>]+>", "", page)
    for word in ("困难", "零就业", "低保", "帮扶", "援助", "优先", "保底"):
        assert word not in main
    file = graduate.submit("/me/entitlements/calendar")
    assert file.mimetype == "text/calendar"


def test_nonsense_in_addresses_is_missing_and_in_filters_narrows_nothing(
    house: House, worker: PageClient
) -> None:
    assert worker.get("/entitlements/people/member/abc").status_code == 404
    assert worker.get("/entitlements/people/household/1").status_code == 404
    assert worker.get("/entitlements/people/graduate/nobody").status_code == 404
    assert worker.get("/entitlements?days=x&code=x&owner=x").status_code == 200
    assert worker.get("/entitlements/september?year=1&answer=x&union=9999").status_code == 200
    assert worker.get("/entitlements/applications?state=x&code=x").status_code == 200
