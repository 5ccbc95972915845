"""Pages of cases: the next act on one page, forms that keep what was typed, and lists that answer quickly."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.audit import AuditEntry
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.tasks import Task
from tests.support.pages import PageClient
from tests.web.house import House, open_house


def _send(
    client: PageClient, address: str, fields: Mapping[str, object] | None = None
) -> TestResponse:
    return client.submit(address, **(fields or {}))


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def _act(**changes: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "kind": ServiceKind.RECOMMENDATION.value,
        "outcome": ActOutcome.DONE.value,
        "happened_on": clock.today().isoformat(),
    }
    return fields | changes


def test_one_page_has_all_of_a_person(house: House, client: PageClient) -> None:
    page = client.get(f"/cases/{house.own.cases.case}").get_data(as_text=True)

    for words in (
        "下一步",
        "131 服务",
        "岗位推荐",
        "法律援助",
        "报名电工班",
        "每月改一次简历",
        "缺少技能或证书",
    ):
        assert words in page
    assert "○○○" in page
    assert f"/graduates/{house.own.graduate}" in page
    assert f"/files/{house.own.household}" in page


def test_an_act_is_recorded_and_the_next_date_becomes_a_task(
    house: House, client: PageClient
) -> None:
    address = f"/cases/{house.own.cases.case}"
    next_on = clock.today() + dt.timedelta(days=9)

    answer = _send(client, f"{address}/acts", _act(next_on=next_on.isoformat(), note="愿意面试"))

    assert answer.status_code == 303
    assert "愿意面试" in client.get(address).get_data(as_text=True)
    with reading(house.factory) as session:
        task = session.scalars(
            sa.select(Task).where(Task.rule == "case.next_date", Task.state == TaskState.OPEN)
        ).one()
        assert (task.due_on, task.assignee_id) == (
            next_on,
            house.own.actors[Role.CASEWORKER].account_id,
        )


def test_a_wrong_date_keeps_what_was_typed(house: House, client: PageClient) -> None:
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()

    answer = _send(
        client, f"/cases/{house.own.cases.case}/acts", _act(happened_on=tomorrow, note="写了半天")
    )

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "服务日期不能晚于今天" in page
    assert "写了半天" in page


def test_a_correction_stays_beside_the_old_entry(house: House, client: PageClient) -> None:
    place = house.own.cases
    address = f"/cases/{place.case}/acts/{place.act}"
    assert client.get(address).status_code == 200

    answer = _send(client, address, _act(kind=ServiceKind.VISIT.value))

    assert answer.status_code == 303
    assert "更正过" in client.get(f"/cases/{place.case}").get_data(as_text=True)
    with reading(house.factory) as session:
        kinds = session.scalars(sa.select(ServiceAct.kind).order_by(ServiceAct.id)).all()
    assert kinds[0] is ServiceKind.GUIDANCE
    assert client.get(address).status_code == 404


def test_the_own_cases_phone_is_one_tap_and_logged(house: House, client: PageClient) -> None:
    answer = client.submit(f"/cases/{house.own.cases.case}/phone")

    assert "tel:139" in answer.get_data(as_text=True)
    with reading(house.factory) as session:
        assert "number.revealed" in session.scalars(sa.select(AuditEntry.action)).all()


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        ("need", {"kind": "medical", "words": "药费"}),
        ("obstacle", {"kind": "care"}),
        ("measure", {"kind": "training", "words": "报名", "due_on": "2099-01-01"}),
        ("package", {"package": "1131"}),
        ("closing", {"reason": "employed"}),
    ],
)
def test_each_small_form_does_what_it_says(
    house: House, client: PageClient, what: str, sent: dict[str, object]
) -> None:
    address = f"/cases/{house.own.cases.case}/add/{what}"
    assert client.get(address).status_code == 200

    assert _send(client, address, sent).status_code == 303


def test_who_saw_an_older_version_is_told_and_nothing_is_lost(
    house: House, client: PageClient
) -> None:
    address = f"/cases/{house.own.cases.case}/add/package"

    answer = _send(client, address, {"package": "1131", "version": "999"})

    assert answer.status_code == 409
    with reading(house.factory) as session:
        assert session.scalars(sa.select(GraduateCase.package)).first() == "131"


def test_a_need_goes_to_the_right_body_and_its_reply_comes_back(
    house: House, client: PageClient
) -> None:
    address = f"/cases/{house.own.cases.case}/needs/{house.own.cases.need_id}"
    assert client.get(address).status_code == 200
    assert _send(client, f"{address}/reply", {"reply": "已受理"}).status_code == 409
    assert client.submit(f"{address}/pass-on").status_code == 422

    assert _send(client, f"{address}/pass-on", {"body": "区法律援助中心"}).status_code == 303
    assert _send(client, f"{address}/reply", {"reply": "已受理"}).status_code == 303
    assert "已受理" in client.get(f"/cases/{house.own.cases.case}").get_data(as_text=True)


def test_a_colleague_sees_the_line_and_not_the_page(house: House) -> None:
    with transaction(house.factory) as session:
        case = session.scalars(
            sa.select(GraduateCase).where(GraduateCase.public_id == house.own.cases.case)
        ).one()
        case.owner_id = house.own.actors[Role.DRIVE_MANAGER].account_id
    colleague = house.client(house.own.actors[Role.CASEWORKER])

    listed = colleague.get("/cases").get_data(as_text=True)

    assert "没有这样的个案" not in listed
    assert house.own.cases.case not in listed
    assert colleague.get(f"/cases/{house.own.cases.case}").status_code == 404


def test_a_request_is_taken_down_answered_and_its_number_shown_by_a_tap(
    house: House, client: PageClient
) -> None:
    assert _send(client, "/requests", {"words": "想找工作"}).status_code == 422
    answer = _send(client, "/requests", {"words": "想找工作", "phone": "13900001234"})
    assert answer.status_code == 303
    address = answer.headers["Location"]

    page = client.get(address).get_data(as_text=True)
    assert "想找工作" in page
    assert "13900001234" not in page
    shown = client.submit(f"{address}/phone").get_data(as_text=True)
    assert "tel:13900001234" in shown
    assert _send(client, f"{address}/pass-on", {"body": "区就业局"}).status_code == 303
    assert _send(client, f"{address}/answer", {"answer": "已约见"}).status_code == 303
    assert "已答复" in client.get("/requests").get_data(as_text=True)
