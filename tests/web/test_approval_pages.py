"""Approval at the screen: what a page refuses, what the link says, what the sheet and the lists show."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.approvals import ApprovalState, Decision, InterestKind
from matcher.models.approvals import Approval, ApprovalChain
from matcher.models.publicity import Notice
from matcher.services.approvals import interests, placing, publicity, steps
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.hardship.applications import submit_file
from tests.factories.accounts import make_actor
from tests.factories.approvals import Office, make_draft, make_office
from tests.factories.people import make_household
from tests.matcher.intake.sheets import make_xlsx
from tests.web.conftest import SignInAs


@pytest.fixture
def office(sqlite_factory: SessionFactory) -> Office:
    with transaction(sqlite_factory) as session:
        return make_office(session)


@pytest.fixture
def at_county(sqlite_factory: SessionFactory, office: Office) -> str:
    """Give the public id of an approval that stands at the county's decision."""
    with transaction(sqlite_factory) as session:
        household = make_draft(session, office.unit, entered_by=office.chair)
        approval = submit_file(session, office.chair, household.id)
        placing.place(session, approval, 3)
        return approval.public_id


@pytest.fixture
def notice(sqlite_factory: SessionFactory, office: Office) -> tuple[str, str]:
    """Give public id and token of a notice that hangs."""
    with transaction(sqlite_factory) as session:
        household = make_draft(session, office.unit, entered_by=office.chair)
        approval = submit_file(session, office.chair, household.id)
        steps.end_visit(session, office.chair, approval.id)
        facts = NoticeInput(contact="0951-5012345", with_page=True)
        made = publicity.publish(session, office.chair, ("household", household.id), facts)
        assert made.token is not None
        return made.public_id, made.token


def _state(factory: SessionFactory) -> ApprovalState:
    with reading(factory) as session:
        return session.scalars(sa.select(Approval.state)).one()


def test_a_refusal_without_a_reason_comes_back_with_what_was_typed(
    signed_in_as: SignInAs, office: Office, at_county: str, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(office.county_approver)

    page = client.submit(f"/approvals/{at_county}/decision", decision=Decision.REFUSE.value)

    assert page.status_code == 422
    assert "不予通过时须写明原因" in page.text
    assert 'value="refuse" checked' in page.text
    assert _state(sqlite_factory) is ApprovalState.RUNNING


def test_sending_a_file_without_a_tier_says_so_at_the_field(
    signed_in_as: SignInAs, office: Office, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        household = make_draft(
            session, office.unit, entered_by=office.chair, tier=HardshipTier.NONE
        )

    page = signed_in_as(office.chair).submit(f"/files/{household.public_id}/approval", tier="")

    assert page.status_code == 422
    assert 'id="error-tier"' in page.text


def test_who_has_to_stand_aside_is_told_why_and_gets_no_form(
    signed_in_as: SignInAs, office: Office, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        make_actor(session, Role.APPROVER, union=office.county)
        household = make_draft(session, office.unit, entered_by=office.chair)
        approval = submit_file(session, office.chair, household.id)
        placing.place(session, approval, 3)
        interests.declare(
            session, office.county_approver, unit_name="红星机械厂", kind=InterestKind.OWN
        )
        public_id = approval.public_id

    page = signed_in_as(office.county_approver).get(f"/approvals/{public_id}")

    assert "您须回避" in page.text
    assert "材料涉及与您有利益关系的单位" in page.text
    assert "提交意见" not in page.text


def test_a_version_seen_before_anothers_decision_is_told_and_not_overwritten(
    signed_in_as: SignInAs, office: Office, at_county: str, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(office.county_approver)
    with reading(sqlite_factory) as session:
        seen = session.scalars(sa.select(Approval.version_id)).one()
    sent = {"decision": Decision.PASS.value, "version": str(seen)}

    first = client.submit(f"/approvals/{at_county}/decision", **sent)
    again = client.submit(f"/approvals/{at_county}/decision", **sent)

    assert (first.status_code, again.status_code) == (303, 409)


def test_the_link_is_kept_by_nobody_and_gone_after_its_days(
    app: APIFlask, notice: tuple[str, str], sqlite_factory: SessionFactory
) -> None:
    client = app.test_client()
    page = client.get(f"/n/{notice[1]}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert {"noindex", "noarchive"} <= set(page.headers["X-Robots-Tag"].split(", "))
    assert "张*国" in page.text
    for hidden in ("张建国", "小雨", "H0"):
        assert hidden not in page.text

    with transaction(sqlite_factory) as session:
        row = session.scalars(sa.select(Notice)).one()
        row.from_on -= dt.timedelta(days=10)
        row.to_on = clock.today() - dt.timedelta(days=1)
    over = client.get(f"/n/{notice[1]}")

    assert (over.status_code, client.get("/n/never").status_code) == (410, 404)
    assert "张" not in over.text
    assert "noindex" in over.headers["X-Robots-Tag"]


def test_the_sheet_is_a_pdf_whose_name_says_nothing(
    signed_in_as: SignInAs, office: Office, notice: tuple[str, str]
) -> None:
    answer = signed_in_as(office.chair).get(f"/notices/{notice[0]}/sheet.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == f'inline; filename="notice-{notice[0]}.pdf"'


def test_the_queue_shows_whose_turn_it_is_and_counts_what_it_lists(
    signed_in_as: SignInAs, office: Office, at_county: str
) -> None:
    county = signed_in_as(office.county_approver).get("/approvals").text
    chair = signed_in_as(office.chair).get("/approvals").text

    assert f"/approvals/{at_county}" in county
    assert "待我办理 1" in county
    assert f"/approvals/{at_county}" not in chair
    assert "待我办理 0" in chair
    assert "办理中 1" in chair


def test_an_administrator_sets_the_unions_own_chain(
    signed_in_as: SignInAs, office: Office, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        administrator = make_actor(session, Role.ADMINISTRATOR, union=office.county)
    client = signed_in_as(administrator)
    fields = {
        "name": "hardship_file",
        "kinds": ["visit", "publicity", "decision", ""],
        "levels": ["grassroots", "grassroots", "county", "grassroots"],
        "limits": [
            "approval.visit",
            "publicity.union_practice",
            "approval.decision",
            "approval.visit",
        ],
    }

    assert client.submit("/chains", **fields, source="").status_code == 422
    assert client.submit("/chains", **fields, source="区总〔2026〕1号").status_code == 303

    with reading(sqlite_factory) as session:
        chain = session.scalars(sa.select(ApprovalChain)).one()
        assert (chain.union_id, chain.edition) == (office.county.id, 1)
    assert "区总〔2026〕1号" in client.get("/chains").text


def test_an_exported_file_is_laid_beside_ours(
    signed_in_as: SignInAs, office: Office, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        make_household(session, office.unit, file_number="H7")
    client = signed_in_as(office.county_approver)
    data = make_xlsx([["档案编号", "姓名", "困难类别"], ["H8", "李国强", "深度困难"]])

    answer = client.post(
        "/national-register/compare",
        data={"csrf_token": client.token(), "file": (io.BytesIO(data), "a.xlsx")},
    )
    page = client.get(answer.headers["Location"])

    assert "李*强" in page.text
    assert "李国强" not in page.text
    assert "只在本系统 1" in page.text
    refused = client.post("/national-register/compare", data={"csrf_token": client.token()})
    assert refused.status_code == 422
