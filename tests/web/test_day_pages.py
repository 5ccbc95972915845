"""Calls, batches, hand-overs, loads, notes and reminders at the screen."""

import re

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs


@pytest.fixture
def union(sqlite_factory: SessionFactory) -> Union:
    """Give a union."""
    with transaction(sqlite_factory) as session:
        return make_union(session)


@pytest.fixture
def worker(sqlite_factory: SessionFactory, union: Union) -> Actor:
    """Give a caseworker."""
    with transaction(sqlite_factory) as session:
        return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def desk(signed_in_as: SignInAs, worker: Actor) -> PageClient:
    """Give the caseworker's client."""
    return signed_in_as(worker)


def _people(
    factory: SessionFactory, union: Union, owner: Actor, count: int
) -> list[tuple[Household, Graduate, GraduateCase]]:
    with transaction(factory) as session:
        made = []
        for _ in range(count):
            household, graduate = make_family(session, union, owner)
            made.append((household, graduate, make_case(session, graduate, owner)))
        return made


def _public(factory: SessionFactory, actor: Actor) -> str:
    with reading(factory) as session:
        return session.get_one(Account, actor.account_id).public_id


def test_a_number_is_shown_by_one_tap_and_written_down(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    [(_, graduate, _)] = _people(sqlite_factory, union, worker, 1)
    page = desk.get("/calls").text
    assert "tel:" not in page

    shown = desk.submit("/calls/number", person=f"g-{graduate.public_id}").text

    number = re.search(r'href="tel:(\d{11})"', shown)
    assert number is not None
    with reading(sqlite_factory) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "number.revealed")
        ).one()
    assert entry.subject_id == graduate.id


def test_a_tap_records_the_result_goes_on_and_can_be_undone(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    first, second = _people(sqlite_factory, union, worker, 2)
    key = f"g-{first[1].public_id}"

    answer = desk.submit("/calls/result", person=key, outcome="reached")
    page = desk.get(answer.headers["Location"]).text
    undo = re.search(r'action="(/calls/\w+/undo)"', page)
    assert undo is not None
    assert f'value="g-{second[1].public_id}"' in page
    back = desk.submit(undo[1])

    assert back.headers["Location"].endswith(key)
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(ServiceAct.id))) == 2


def test_calling_again_without_a_day_is_sent_back_and_others_people_are_not_there(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    [(_, graduate, _)] = _people(sqlite_factory, union, worker, 1)
    with transaction(sqlite_factory) as session:
        colleague = make_colleague(session, worker)
    [(_, theirs, _)] = _people(sqlite_factory, union, colleague, 1)

    refused = desk.submit("/calls/result", person=f"g-{graduate.public_id}", outcome="follow_up")
    foreign = f"g-{theirs.public_id}"

    assert refused.status_code == 422
    assert "明天起" in refused.text
    assert desk.submit("/calls/result", person=foreign, outcome="reached").status_code == 404
    assert desk.submit("/calls/number", person=foreign).status_code == 404
    assert desk.get(f"/calls?person={foreign}").status_code == 404


def test_the_sheet_of_forty_has_masked_numbers_until_they_are_asked_for(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    _people(sqlite_factory, union, worker, 42)

    masked = desk.get("/calls/sheet").text
    shown = desk.submit("/calls/sheet").text

    main = masked[masked.index("<main") : masked.index("</main>")]
    assert main.count("<tr>") == 41
    assert not re.search(r"\b1\d{10}\b", main)
    assert len(re.findall(r"<td>1\d{10}</td>", shown)) == 40
    with reading(sqlite_factory) as session:
        revealed = sa.select(sa.func.count()).where(AuditEntry.action == "number.revealed")
        assert session.scalar(revealed) == 40


def test_a_batch_shows_a_result_for_every_row(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    made = _people(sqlite_factory, union, worker, 3)
    ids = [case.public_id for _, _, case in made]
    today = clock.today().isoformat()
    form = desk.get(f"/batch-acts?case={ids[0]}&case={ids[1]}").text
    assert form.count('name="case"') == 2
    desk.submit("/batch-acts", case=ids[:1], kind="policy", happened_on=today)

    result = desk.submit("/batch-acts", case=ids, kind="policy", happened_on=today).text
    nobody = desk.submit("/batch-acts", kind="policy", happened_on=today)

    assert "2 人已登记，1 人没有登记" in result
    assert "这一天已经登记过同样的服务" in result
    assert nobody.status_code == 422


def test_a_caseload_is_offered_and_a_part_of_it_accepted(
    desk: PageClient,
    sqlite_factory: SessionFactory,
    signed_in_as: SignInAs,
    union: Union,
    worker: Actor,
) -> None:
    first, second = _people(sqlite_factory, union, worker, 2)
    with transaction(sqlite_factory) as session:
        heir = make_colleague(session, worker)
    keys = [f"household:{one[0].public_id}" for one in (first, second)]
    form = desk.get("/hand-overs/new").text
    assert all(f'value="{key}"' in form for key in keys)
    missing = desk.submit("/hand-overs", to="", subjects=keys)
    desk.submit("/hand-overs", to=_public(sqlite_factory, heir), subjects=keys, note="请多费心")

    client = signed_in_as(heir)
    address = re.search(r'href="(/hand-overs/\w{18})"', client.get("/hand-overs").text)
    assert address is not None
    page = client.get(address[1]).text
    items = re.findall(r'name="items" value="(\d+)"', page)
    bare = client.submit(f"{address[1]}/answer", items=items[:1])
    client.submit(f"{address[1]}/answer", items=items[:1], reason="名额满了")

    assert missing.status_code == 422
    assert "请多费心" in page
    assert bare.status_code == 422
    with reading(sqlite_factory) as session:
        owners = session.scalars(sa.select(Household.owner_id).order_by(Household.id)).all()
    assert set(owners) == {worker.account_id, heir.account_id}
    assert "部分接收" in desk.get("/hand-overs").text


def test_a_supervisor_sees_loads_whose_figures_open_lists_and_orders_a_hand_over(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, union: Union, worker: Actor
) -> None:
    [(household, _, _)] = _people(sqlite_factory, union, worker, 1)
    with transaction(sqlite_factory) as session:
        make_task(session, union, ("household", household.id), days=-1)
        supervisor = make_actor(session, Role.APPROVER, union=union)
        heir = make_colleague(session, worker)
    client = signed_in_as(supervisor)
    owner = _public(sqlite_factory, worker)

    page = client.get("/loads").text
    key = f"household:{household.public_id}"
    made = client.submit(
        "/hand-overs",
        owner=owner,
        to=_public(sqlite_factory, heir),
        subjects=[key],
        note="休产假",
    )

    assert f"/today?when=overdue&amp;who={owner}" in page
    assert f"/hand-overs/new?owner={owner}" in page
    assert made.status_code == 303
    assert "安排" in client.get("/hand-overs").text


def test_the_families_without_work_of_a_colleague_open_a_list_of_as_many(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, union: Union, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        for n in range(3):
            make_family(session, union, worker, zero_employment=n < 2)
        supervisor = make_actor(session, Role.APPROVER, union=union)
    client = signed_in_as(supervisor)

    told = re.search(r'<a href="([^"]+home=yes[^"]*)">(\d+)</a>', client.get("/loads").text)

    assert told is not None
    rows = re.findall(r'href="/files/[0-9a-f]+"', client.get(told[1].replace("&amp;", "&")).text)
    assert (int(told[2]), len(set(rows))) == (2, 2)


def test_a_note_is_written_with_a_level_and_read_by_its_circle(
    desk: PageClient,
    sqlite_factory: SessionFactory,
    signed_in_as: SignInAs,
    union: Union,
    worker: Actor,
) -> None:
    [(household, _, case)] = _people(sqlite_factory, union, worker, 1)
    with transaction(sqlite_factory) as session:
        supervisor = make_actor(session, Role.APPROVER, union=union)
    address = f"/files/{household.public_id}/notes"

    desk.submit(address, words="晚上打电话", level="team")
    desk.submit(f"/cases/{case.public_id}/notes", words="想学电工", level="supervisors")
    empty = desk.submit(address, words=" ", level="team")

    assert empty.status_code == 422
    mine, theirs = desk.get(address).text, signed_in_as(supervisor).get(address).text
    assert ("晚上打电话" in mine, "想学电工" in mine) == (True, True)
    assert ("晚上打电话" in theirs, "想学电工" in theirs) == (False, True)


def test_reminders_are_set_and_mandatory_ones_stay(
    desk: PageClient, sqlite_factory: SessionFactory
) -> None:
    def send(**fields: object) -> int:
        data = {"csrf_token": desk.token(), "hour": "7", **fields}
        return desk.post("/account/reminders", data=data).status_code

    refused = send(kinds=[], channel="mail", address="nothing")
    taken = send(kinds=["calls"], channel="sms", address="13912345678")

    page = desk.get("/account/reminders").text
    assert (refused, taken) == (422, 303)
    assert "139****5678" in page
    assert "超期的事" in page
    assert 'value="calls" checked' in page
    assert 'value="unclaimed" checked' not in page
    assert desk.get("/messages").status_code == 200
