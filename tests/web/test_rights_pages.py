"""Pages of exports, requests about data, the own file and publicity, from end to end."""

import datetime as dt
import io
import json
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, ring_of, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.people_rights import RightsState
from matcher.models.accounts import Membership
from matcher.models.audit import AuditEntry
from matcher.models.people_rights import ExportRequest, RightsRequest, StoryConsent
from matcher.services import phone_codes, sealing
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate, make_member, make_phone
from tests.factories.people_rights import PURPOSE, Caseload, make_caseload
from tests.factories.ranked_drives import drain
from tests.support.pages import PageClient
from workers import exports as export_jobs

SignInAs = Callable[[Actor], PageClient]
BODIES = (export_jobs,)
"""Modules whose import registers the bodies that are run here."""


@pytest.fixture
def load(sqlite_factory: SessionFactory) -> Caseload:
    with transaction(sqlite_factory) as session:
        made = make_caseload(session)
        for household in made.files:
            household.tier = HardshipTier.DEEP
        sealing_of(session, made)
        session.flush()
        _ = [one.public_id for one in made.files]
        session.expunge_all()
        return made


def sealing_of(session: Session, made: Caseload) -> None:
    made.holders[0].illness_cipher = ring_of(session).encrypt(
        "慢性肾炎", "household_member.illness"
    )
    sealing.seal_address(session, made.files[0], "兴庆区某路 1 号")


def test_an_export_goes_from_asking_to_the_file(
    load: Caseload, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    asker, approver = signed_in_as(load.worker), signed_in_as(load.approver)
    refused = asker.submit("/exports", purpose="总结")
    assert refused.status_code == 422
    assert "至少" in refused.text or "用途" in refused.text

    asked = asker.submit("/exports", fields=["file_number", "holder", "phone"], purpose=PURPOSE)
    address = asked.headers["Location"]
    assert "等待审批" in asker.get(address).text
    assert asker.submit(f"{address}/decide", decision="approve").status_code == 403

    waiting = approver.get("/exports/to-decide").text
    assert PURPOSE in waiting
    empty = approver.submit(f"{address}/decide", decision="refuse")
    assert empty.status_code == 409
    assert "理由" in empty.text
    approver.submit(f"{address}/decide", decision="approve", version="1")
    assert "exports.make" in drain(sqlite_factory)

    page = asker.get(address)
    assert "下载文件" in page.text
    answer = asker.submit(f"{address}/download")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert len(list(book.worksheets[0].iter_rows())) == 3 + len(load.files)
    assert approver.submit(f"{address}/download").status_code == 403
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(ExportRequest)).one().n_downloads == 1


def test_a_request_is_entered_answered_and_read(
    load: Caseload, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    worker, officer = signed_in_as(load.worker), signed_in_as(load.officer)
    entry = f"/rights/new/member/{load.holders[0].id}"
    assert "登记申请" in worker.get(entry).text
    received = clock.today() - dt.timedelta(days=3)
    made = worker.submit(entry, kind="copy", words="要一份复印件", received_on=received.isoformat())
    address = made.headers["Location"]

    assert "要一份复印件" in worker.get(address).text
    assert worker.submit(f"{address}/answer", decision="grant", result="好").status_code == 403
    listed = officer.get("/rights").text
    assert "复制" in listed
    assert officer.submit(f"{address}/answer", decision="refuse").status_code == 422
    officer.submit(f"{address}/answer", decision="grant", result="已当面交给本人")

    assert "已当面交给本人" in worker.get("/rights/entered").text + worker.get(address).text
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(RightsRequest)).one().state is RightsState.DONE


def _link(factory: SessionFactory, load: Caseload, client: PageClient, phone: str) -> Actor:
    """Link a phone to the first holder and return who signs in with it."""
    address = f"/files/{load.files[0].public_id}/own-access"
    assert client.submit(address, phone=phone).status_code == 409
    assert client.submit(address, phone=phone, document_seen="yes").status_code == 303
    with reading(factory) as session:
        held = sa.select(Membership).where(Membership.member_id == load.holders[0].id)
        membership = session.scalars(held).one()
        return Actor(membership.account_id, Role.HOLDER, member_id=membership.member_id)


def test_a_holder_signs_in_by_phone_and_reads_the_own_file_but_no_adult_childs(
    load: Caseload, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        child = make_graduate(session, name="王小明", household=None, phone=make_phone())
        make_member(session, load.files[0], name="王小明", relation="子女", graduate_id=child.id)
        phone_of_child = sealing.open_sealed(session, child, "phone") or ""
    holder = _link(sqlite_factory, load, signed_in_as(load.worker), make_phone())
    client = signed_in_as(holder)

    first = client.get("/my-file")
    assert client.get("/").headers["Location"] == "/my-file"
    assert "深度困难" not in first.text
    assert "慢性肾炎" not in first.text
    opened = client.submit("/my-file/contents")
    assert "深度困难" in opened.text
    assert "慢性肾炎" in opened.text
    assert "王小明" in opened.text
    assert phone_of_child not in opened.text
    copy = json.loads(client.submit("/my-file/data").data)
    assert copy["holder"]["illness"] == "慢性肾炎"
    assert copy["family"] == [{"name": "王小明", "relation": "子女"}]
    assert phone_of_child not in json.dumps(copy)
    for address in ("/me/matches", "/me/profile", "/me/consents", "/graduates", "/files"):
        assert client.get(address).status_code in (403, 404)
    with reading(sqlite_factory) as session:
        acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert {"file.own_read", "file.own_copied", "holder.linked"} <= set(acts)


def test_the_phone_of_a_child_is_no_key_to_the_parents_file(
    load: Caseload, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    phone = make_phone()
    with transaction(sqlite_factory) as session:
        child = make_graduate(session, phone=phone)
        account_id = phone_codes.account_of(session, phone)
        session.add(Membership(account_id=account_id, role=Role.GRADUATE, graduate_id=child.id))
    client = signed_in_as(load.worker)

    refused = client.submit(
        f"/files/{load.files[0].public_id}/own-access", phone=phone, document_seen="yes"
    )

    assert refused.status_code == 409
    assert "另一个人" in refused.text


def test_a_graduate_reads_no_illness_of_a_parent_and_asks_of_all_kinds(
    load: Caseload, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        child = make_graduate(session, household=None)
        child.household_id = load.files[0].id
        child.union_id = load.union.id
        own = make_actor(session, Role.GRADUATE, graduate=child)
    client = signed_in_as(own)

    told = client.submit("/me/consents/data", form="json").text + client.get("/me/requests").text
    assert "肾炎" not in told
    assert "深度" not in told
    assert (
        client.submit("/me/requests", kind="explanation", words="为什么排在后面").status_code == 303
    )
    assert "为什么排在后面" in client.get("/me/requests").text
    assert client.submit("/my-file/contents").status_code == 403


def test_publicity_is_recorded_released_and_taken_back(
    load: Caseload, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(load.worker)
    entry = f"/stories/new/member/{load.holders[0].id}"
    fields = {
        "text": "他每天骑车去上班，今年转正了。",
        "media": "区总公众号、日报",
        "answered_on": clock.today().isoformat(),
        "answer": "given",
    }
    assert client.submit(entry, **fields).status_code == 422
    paper = (io.BytesIO(b"%PDF-1.4 signed"), "paper.pdf")
    assert client.submit(entry, **fields, paper=paper).status_code == 303
    with reading(sqlite_factory) as session:
        public_id = session.scalars(sa.select(StoryConsent)).one().public_id

    changed = client.submit(f"/stories/{public_id}/release", text="他骑车上班。", medium="日报")
    assert changed.status_code == 409
    assert "完全一致" in changed.text
    same = client.submit(f"/stories/{public_id}/release", text=fields["text"], medium="日报")
    assert same.status_code == 303
    assert "日报" in signed_in_as(load.officer).get("/rights/disclosures").text
    client.submit(f"/stories/{public_id}/withdraw")
    assert "已撤回" in client.get(f"/stories/{public_id}").text
