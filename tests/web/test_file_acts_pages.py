"""Acts on a file at the screen: full values, scans, the sheet, paper in step, withdrawing, taking up."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.households import FileState
from matcher.models.household_facts import (
    HomeVisit,
    HouseholdDocument,
)
from matcher.services.hardship import people
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.files import child, holder, open_draft
from tests.factories.people import make_household
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.file_world import actions, file_of


@pytest.fixture
def worker(sqlite_factory: SessionFactory) -> Actor:
    with transaction(sqlite_factory) as session:
        return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def clerk(worker: Actor, signed_in_as: SignInAs) -> PageClient:
    return signed_in_as(worker)


@pytest.fixture
def draft(sqlite_factory: SessionFactory, worker: Actor) -> str:
    """Give the public number of a draft with a holder and a child."""
    with transaction(sqlite_factory) as session:
        return open_draft(session, worker, holder(), child(), file_number="D1").public_id


def test_a_sealed_value_is_shown_once_for_a_typed_reason(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        made = open_draft(session, worker, holder(illness="尘肺三期"))
        member = people.members_of(session, made.id)[0]
        address, what = f"/files/{made.public_id}/reveal", f"member:{member.id}:illness"

    short = clerk.submit(address, what=what, reason="看")
    foreign = clerk.submit(address, what="member:999:illness", reason="入户核实病情")
    shown = clerk.submit(address, what=what, reason="入户核实病情")

    assert (short.status_code, foreign.status_code, shown.status_code) == (422, 422, 200)
    assert "尘肺三期" in shown.text
    assert "尘肺三期" not in short.text
    assert "number.revealed" in actions(sqlite_factory)


def test_findings_of_a_visit_are_read_for_a_typed_reason(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    clerk.submit(
        f"/files/{draft}/facts/visits/new",
        visited_on="2026-03-01",
        outcome="met",
        visitors="李、张",
        findings="卧床两年",
    )
    with reading(sqlite_factory) as session:
        visit = session.scalars(sa.select(HomeVisit)).one()

    assert "卧床两年" not in clerk.get(f"/files/{draft}").text
    shown = clerk.submit(
        f"/files/{draft}/reveal", what=f"visit:{visit.id}:findings", reason="写评议意见"
    )

    assert "卧床两年" in shown.text
    assert "household.findings_read" in actions(sqlite_factory)


def test_a_scan_is_kept_encrypted_and_its_reading_logged(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    base = f"/files/{draft}/facts/papers/new"
    content = b"%PDF-1.7 secret"
    sent = {"kind": "diagnosis", "csrf_token": clerk.token()}
    wrong = clerk.post(
        base,
        data={**sent, "scan": (io.BytesIO(b"MZ evil"), "王芳诊断.pdf", "application/pdf")},
        content_type="multipart/form-data",
    )
    clerk.post(
        base,
        data={**sent, "scan": (io.BytesIO(content), "王芳诊断.pdf", "application/pdf")},
        content_type="multipart/form-data",
    )
    with reading(sqlite_factory) as session:
        paper = session.scalars(sa.select(HouseholdDocument)).one()

    got = clerk.submit(f"/files/{draft}/scans/{paper.public_id}")

    assert wrong.status_code == 422
    assert got.data == content
    assert "王芳" not in got.headers["Content-Disposition"]
    assert "household.paper_read" in actions(sqlite_factory)


def test_the_sheet_is_printed_masked_or_in_full_for_a_reason_and_logged(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    masked = clerk.submit(f"/files/{draft}/sheet")
    refused = clerk.submit(f"/files/{draft}/sheet", in_full="true", reason="")
    full = clerk.submit(f"/files/{draft}/sheet", in_full="true", reason="交区总工会盖章")

    assert masked.data.startswith(b"%PDF")
    assert refused.status_code == 422
    assert full.data.startswith(b"%PDF")
    assert actions(sqlite_factory).count("household.printed") == 2
    assert "number.revealed" in actions(sqlite_factory)


def test_paper_is_marked_a_draft_withdrawn_with_a_reason_and_a_free_file_taken_up(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor, draft: str
) -> None:
    with transaction(sqlite_factory) as session:
        free = make_household(session, None, union_id=worker.union_id).public_id
    tomorrow = clock.today() + dt.timedelta(days=1)

    late = clerk.submit(f"/files/{draft}/paper", on=str(tomorrow))
    clerk.submit(f"/files/{draft}/paper", on=str(clock.today()))
    bare = clerk.submit(f"/files/{draft}/withdraw", reason="")
    clerk.submit(f"/files/{draft}/withdraw", reason="本人不申请了")
    clerk.submit(f"/files/{free}/take-up")

    assert (late.status_code, bare.status_code) == (422, 422)
    found = file_of(sqlite_factory, draft)
    assert (found.paper_on, found.state) == (clock.today(), FileState.WITHDRAWN)
    assert file_of(sqlite_factory, free).owner_id == worker.account_id
