"""The pages of placements: recorded with its list and the bans before the eyes, proved, checked by another, counted."""

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.kinds.placements import AlertKind, PlacementState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.placements import EvidenceOwner, Placement, PlacementAlert, PlacementEvidence
from matcher.services.referrals import links
from tests.factories.people import make_graduate
from tests.factories.placements import CREDIT_CODE, make_placement, pdf
from tests.support.pages import PageClient
from tests.web.house import House, open_house


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def clerk(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


@pytest.fixture
def reviewer(house: House) -> PageClient:
    return house.client(house.own.actors[Role.REVIEWER])


def _person(house: House) -> str:
    with transaction(house.factory) as session:
        union = session.get_one(Graduate, house.own.graduate_id).union_id
        own = session.scalars(
            sa.select(Graduate)
            .where(Graduate.union_id == union, Graduate.id != house.own.graduate_id)
            .order_by(Graduate.id)
        ).first()
        assert own is not None
        return own.public_id


_JOB = {
    "destination": "graduate_destination:11",
    "started_on": "2026-11-02",
    "employer_name": "银川某科技有限公司",
    "credit_code": CREDIT_CODE,
    "job_title": "软件测试",
    "pay_yuan": "4500",
    "signed_on": "2026-11-03",
    "contract_from_on": "2026-11-02",
    "contract_until_on": "2029-11-01",
}


def _only(house: House, number: str) -> Placement:
    with reading(house.factory) as session:
        return session.scalars(sa.select(Placement).where(Placement.public_id == number)).one()


def test_from_the_record_to_counting_by_a_second_person(
    house: House, clerk: PageClient, reviewer: PageClient
) -> None:
    person = _person(house)
    page = clerk.get(f"/placements/new?graduate={person}").get_data(as_text=True)
    assert "不准将毕业生顶岗实习、见习证明材料作为就业证明材料" in page

    made = clerk.submit("/placements", graduate=person, **_JOB)
    assert made.status_code == 303
    address = str(made.headers["Location"])
    public_id = address.rsplit("/", 1)[-1]
    assert "自报" in clerk.get(address).get_data(as_text=True)

    refused = clerk.submit(
        f"{address}/evidence",
        kind="internship_paper",
        content=(io.BytesIO(pdf("实习")), "合同.pdf"),
    )
    assert refused.status_code == 409
    assert "四不准" in refused.get_data(as_text=True)
    fake = clerk.submit(
        f"{address}/evidence", kind="contract", content=(io.BytesIO(b"<html>"), "a.pdf")
    )
    assert fake.status_code == 422
    taken = clerk.submit(
        f"{address}/evidence", kind="contract", content=(io.BytesIO(pdf("合同")), "a.exe")
    )
    assert taken.status_code == 303
    assert clerk.submit(f"{address}/submit").status_code == 303
    assert clerk.submit(f"{address}/verify").status_code == 403

    queue = reviewer.get("/placements/checking").get_data(as_text=True)
    assert public_id in queue
    with reading(house.factory) as session:
        paper = session.scalars(
            sa.select(PlacementEvidence).join(Placement).where(Placement.public_id == public_id)
        ).one()
    unproved = reviewer.submit(f"{address}/verify")
    assert unproved.status_code == 409
    read = reviewer.submit(f"{address}/evidence/{paper.public_id}/file")
    assert read.data == pdf("合同")
    assert "attachment" in read.headers["Content-Disposition"]
    judged = reviewer.submit(
        f"{address}/evidence/{paper.public_id}/judge", verdict="good", method="original"
    )
    assert judged.status_code == 303
    assert reviewer.submit(f"{address}/verify", close_case="true").status_code == 303

    assert _only(house, public_id).state is PlacementState.VERIFIED
    counted = clerk.get("/placements?counts=yes").get_data(as_text=True)
    assert public_id in counted
    assert public_id not in reviewer.get("/placements/checking").get_data(as_text=True)


def test_what_looks_wrong_is_shown_and_kept_with_what_was_typed(
    house: House, clerk: PageClient
) -> None:
    person = _person(house)
    job = _JOB | {"credit_code": "", "job_title": "前台实习生"}

    refused = clerk.submit("/placements", graduate=person, **job)

    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "没有统一社会信用代码" in page
    assert "岗位名称像实习、见习" in page
    assert "前台实习生" in page
    made = clerk.submit("/placements", graduate=person, reason="已见劳动合同原件", **job)
    assert made.status_code == 303
    shown = clerk.get(str(made.headers["Location"])).get_data(as_text=True)
    assert "已见劳动合同原件" in shown


def test_a_second_placement_leads_to_the_one_that_stands(house: House, clerk: PageClient) -> None:
    refused = clerk.submit("/placements", graduate=house.own.graduate, **_JOB)

    page = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert f"/placements/{house.own.placements.placement}" in page


def test_who_recorded_sees_no_button_to_verify(house: House) -> None:
    manager = house.client(house.own.actors[Role.DRIVE_MANAGER])
    made = manager.submit("/placements", graduate=_person(house), **_JOB)
    address = str(made.headers["Location"])
    manager.submit(f"{address}/evidence", kind="contract", content=(io.BytesIO(pdf("x")), "a.pdf"))
    manager.submit(f"{address}/submit")

    page = manager.get(address).get_data(as_text=True)

    assert f"{address}/verify" not in page
    assert "不能核验它" in page
    assert manager.submit(f"{address}/verify").status_code == 409


def test_reviewers_read_nothing_of_hardship(house: House, reviewer: PageClient) -> None:
    own = house.own.placements.placement
    for address in ("/placements", "/placements/checking", f"/placements/{own}"):
        page = reviewer.get(address).get_data(as_text=True)
        main = page[page.index("<main") : page.index("</main>")]
        assert not re.search("零就业|低保|困难|家庭编号|深度|意外致困", main), address
        assert house.own.cases.case not in main


def test_names_are_masked_and_filters_stand_in_the_address(house: House, clerk: PageClient) -> None:
    with reading(house.factory) as session:
        name = session.get_one(Graduate, house.own.graduate_id).name
    page = clerk.get("/placements?state=checking").get_data(as_text=True)
    assert house.own.placements.placement in page
    assert name not in page[page.index("<main") :]
    for address in (
        "/placements?state=verified",
        "/placements?flag=warned",
        "/placements?code=graduate_destination:75",
        "/placements?q=没有这家",
    ):
        assert house.own.placements.placement not in clerk.get(address).get_data(as_text=True)


def test_an_anomaly_opens_its_rows_and_is_settled(house: House) -> None:
    manager = house.client(house.own.actors[Role.DRIVE_MANAGER])
    alert = house.own.placements.alert
    page = manager.get(f"/alerts/{alert}").get_data(as_text=True)
    assert f"/placements/{house.own.placements.placement}" in page
    rows = manager.get(f"/placements?alert={alert}").get_data(as_text=True)
    assert house.own.placements.placement in rows

    assert manager.submit(f"/alerts/{alert}/settle", finding="explained").status_code == 422
    done = manager.submit(f"/alerts/{alert}/settle", finding="explained", note="当天集中补录")
    assert done.status_code == 303
    assert "当天集中补录" in manager.get(f"/alerts/{alert}").get_data(as_text=True)
    with reading(house.factory) as session:
        kept = session.scalars(
            sa.select(PlacementAlert).where(PlacementAlert.public_id == alert)
        ).one()
        assert b"\xe5\xbd\x93" not in (kept.note_cipher or b"")


def test_another_persons_paper_is_refused_and_leaves_an_anomaly_once(
    house: House, clerk: PageClient
) -> None:
    with transaction(house.factory) as session:
        union = session.get_one(Graduate, house.own.graduate_id).union_id
        other = make_graduate(session, session.get_one(Union, union))
        paper = hashlib.sha256(pdf("same")).hexdigest()
        session.add(
            EvidenceOwner(mark=paper, graduate_id=house.own.graduate_id, since_at=clock.now())
        )
        placement = make_placement(session, other).public_id

    for _ in range(2):
        sent = {"kind": "contract", "content": (io.BytesIO(pdf("same")), "a.pdf")}
        refused = clerk.submit(f"/placements/{placement}/evidence", **sent)
        assert refused.status_code == 409

    kind = PlacementAlert.kind == AlertKind.EVIDENCE_REUSED
    with reading(house.factory) as session:
        assert len(session.scalars(sa.select(PlacementAlert).where(kind)).all()) == 1


def test_the_person_objects_on_the_own_page(house: House, clerk: PageClient) -> None:
    with transaction(house.factory) as session:
        me = house.own.actors[Role.GRADUATE]
        row = session.scalars(
            sa.select(Placement).where(Placement.graduate_id == me.graduate_id)
        ).first()
        if row is None:
            person = session.get_one(Graduate, me.graduate_id)
            row = make_placement(session, person)
        public_id = row.public_id
    own = house.client(me)
    assert "银川某科技有限公司" in own.get("/me/destination").get_data(as_text=True)

    assert own.submit(f"/me/destination/{public_id}", said="not_true").status_code == 422
    said = own.submit(f"/me/destination/{public_id}", said="not_true", words="我没去过")

    assert said.status_code == 303
    assert _only(house, public_id).state is PlacementState.DOUBTED
    assert "我没去过" in clerk.get(f"/placements/{public_id}").get_data(as_text=True)


def test_the_link_acts_by_its_button_alone(house: House) -> None:
    with transaction(house.factory) as session:
        row = make_placement(session, make_graduate(session))
        token = links.issue(
            session,
            purpose=LinkPurpose.PLACEMENT,
            subject=("placement", row.id),
            graduate_id=row.graduate_id,
        )
        public_id = row.public_id
    nobody = house.client(None)

    page = nobody.get(f"/a/{token}").get_data(as_text=True)
    nobody.head(f"/a/{token}")

    assert "银川某科技有限公司" in page
    assert _only(house, public_id).person_answer is None
    said = nobody.submit(f"/a/{token}", act="confirm", said="true")
    assert said.status_code == 303
    answered = _only(house, public_id)
    assert answered.person_answer is not None
    assert answered.person_answered_at is not None
    assert nobody.get(f"/a/{token}").status_code == 404
