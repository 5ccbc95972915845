"""Pages of plans: both results side by side, choose, publish, take back, pin, compare, seat by seat, the file."""

import json
import re

import pytest

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.plans import PlanRun
from matcher.models.postings import Posting
from matcher.services import drives
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import pins
from tests.factories.accounts import make_actor, make_union
from tests.factories.plans import plan, plan_row, publish, ranked_drive, seats_of
from tests.factories.ranked_drives import drain
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

NAMED = re.compile(r"毕业生\d+")


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory) -> int:
    """Give a ranked drive."""
    return ranked_drive(sqlite_factory)


@pytest.fixture
def client(drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> PageClient:
    """Give the drive's manager."""
    return signed_in_as(actor(sqlite_factory, drive_id))


def actor(factory: SessionFactory, drive_id: int, role: Role = Role.DRIVE_MANAGER) -> Actor:
    with transaction(factory) as session:
        union = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        return make_actor(session, role, union=union)


def someone(factory: SessionFactory, made: PlanRun) -> tuple[str, str]:
    """Return the public numbers of somebody with a seat, and of the posting."""
    graduate_id, posting_id = min(seats_of(factory, made).items())
    with reading(factory) as session:
        return (
            session.get_one(Graduate, graduate_id).public_id,
            session.get_one(Posting, posting_id).public_id,
        )


def test_a_plan_is_asked_for_followed_chosen_published_and_taken_back(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    before = client.get(f"/plans?drive={drive_id}").text
    address = client.submit("/plans", drive=str(drive_id)).headers["Location"]
    waiting = client.get(address).text
    drain(sqlite_factory)
    done = client.get(address).text
    client.submit(f"{address}/choose", rule="fair")
    chosen = client.get(address).text
    client.submit(f"{address}/publish")
    publishing = client.get(address).text
    drain(sqlite_factory)
    published = client.get(address).text
    client.submit(f"{address}/withdraw")
    drain(sqlite_factory)
    withdrawn = client.get(address).text

    with reading(sqlite_factory) as session:
        made = session.query(PlanRun).one()
    n = len(seats_of(sqlite_factory, made))
    assert "还没有做过方案" in before
    assert "data-reload-when-over" in waiting
    assert "停止" in waiting
    for words in ("安置总人数", "零就业安置", "平均契合分", "平均志愿名次", "得第 1 志愿"):
        assert words in done
    assert done.count("<svg") > 10
    assert "还没有选定方案" in done
    assert f"发布 {n} 条推荐" in chosen
    assert "现在不发任何通知" in chosen
    assert "data-reload-when-over" in publishing
    assert "去逐人确认" in published
    assert "已生成推荐" in published
    assert "不能再次发布" in withdrawn
    assert not any(NAMED.search(page) for page in (done, chosen, published))


def test_a_dry_run_shows_figures_and_nobody(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    address = client.submit("/plans", drive=str(drive_id), dry="yes").headers["Location"]
    drain(sqlite_factory)

    page = client.get(address).text

    assert "这是试算，只留数字" in page
    assert "/choose" not in page
    assert "/seats" not in page
    assert client.get(f"{address}/seats").status_code == 409


def test_a_plan_that_failed_says_why_and_what_to_do(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        row = session.get_one(PlanRun, made.id)
        row.state = type(row.state)("failed")
        row.figures = {"error_code": "plan_pins", "error_message": "固定毕业生 7 — 岗位 9：不符合"}

    page = client.get(f"/plans/{made.public_id}").text

    assert "固定毕业生 7 — 岗位 9：不符合" in page
    assert "看固定与禁止" in page
    assert "重新做一次" in page


def test_seats_are_filtered_by_the_address_masked_and_add_up(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)
    address = f"/plans/{made.public_id}/seats"

    everybody = client.get(address).text
    of_kind = [client.get(f"{address}?kind={letter}").text for letter in "abcd"]
    without = client.get(f"{address}?list=b").text

    total = made.figures["fair"]["total"]
    assert _rows(everybody) == total["seated"] == sum(map(_rows, of_kind))
    assert _rows(without) == total["people"] - total["seated"]
    assert not NAMED.search(everybody + without)
    assert not re.search("href=[^>]*(reserved|released|fallback)", everybody)
    assert _rows(client.get(f"{address}?q=没有这个人").text) == 0


def _rows(page: str) -> int:
    return max(0, page.count('<tr role="row"') - 1)


def test_somebodys_seat_has_its_own_page_by_both_rules(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)
    person, _ = someone(sqlite_factory, made)

    page = client.get(f"/plans/{made.public_id}/seats/{person}").text

    assert "志愿名次" in page
    assert "rule=most" in page
    assert not NAMED.search(page)
    assert client.get(f"/plans/{made.public_id}/seats/nobody").status_code == 404


def test_a_pair_is_ruled_out_with_a_reason_priced_and_lifted(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)
    person, posting = someone(sqlite_factory, made)
    wish = {"drive": str(drive_id), "person": person, "posting": posting, "kind": "forbid"}

    form = client.get(f"/plans/pins/new?drive={drive_id}&person={person}&posting={posting}").text
    wordless = client.submit("/plans/pins", **wish, reason="不")
    kept = client.submit("/plans/pins", **wish, reason="单位说不合适")
    again = client.submit("/plans/pins", **wish, reason="单位说不合适")
    unpriced = client.get(f"/plans/pins?drive={drive_id}").text
    address = client.submit("/plans", drive=str(drive_id)).headers["Location"]
    drain(sqlite_factory)
    priced, page = client.get(f"/plans/pins?drive={drive_id}").text, client.get(address).text
    lift = re.search(r"/plans/pins/\d+/lift", priced)
    assert lift is not None
    client.submit(lift[0])

    assert posting in form
    assert (wordless.status_code, kept.status_code, again.status_code) == (422, 303, 422)
    assert "已经固定或排除" in again.text
    assert "单位说不合适" in unpriced
    assert "下次做方案时算出" in unpriced
    assert "少安置" in priced
    assert "少安置" in page
    assert "没有固定或禁止任何一对" in client.get(f"/plans/pins?drive={drive_id}").text


def test_a_comparison_says_who_moves_and_why(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    first = publish(sqlite_factory, plan(sqlite_factory, drive_id))
    alone = client.get(f"/plans/{first.public_id}/changes").text
    graduate_id, posting_id = min(seats_of(sqlite_factory, first).items())
    with transaction(sqlite_factory) as session:
        pins.set_pin(
            session,
            SYSTEM,
            drive_id,
            graduate_id=graduate_id,
            posting_id=posting_id,
            kind=PinKind.FORBID,
            reason="单位说不合适",
        )
    second = plan(sqlite_factory, drive_id)

    page = client.get(f"/plans/{second.public_id}/changes").text
    home = client.get(f"/plans/{second.public_id}").text

    assert "以前没有做过方案" in alone
    assert "已不符合该岗位的条件，或组合被禁止" in page
    assert not NAMED.search(page)
    assert "与上次比较" in home
    assert client.get(f"/plans/{second.public_id}/changes?with=nothing").status_code == 404


def test_the_file_of_a_plan_names_nobody_and_is_written_into_the_trail(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)

    answer = client.submit(f"/plans/{made.public_id}/file", rule="most")

    told = json.loads(answer.data)
    assert set(told) == {"instance", "plan"}
    assert not NAMED.search(answer.text)
    assert f"plan-{made.number}-most.json" in answer.headers["Content-Disposition"]
    assert "plan.file_taken" in _actions(sqlite_factory)


def _actions(factory: SessionFactory) -> set[str]:
    from matcher.models.audit import AuditEntry

    with reading(factory) as session:
        return {row.action for row in session.query(AuditEntry)}


def test_rules_are_saved_as_a_revision_and_anybody_reads_them(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory, app: object
) -> None:
    wish = {
        "drive": str(drive_id), "guarantee_class": "4", "reserves": "over_and_above",
        "unfilled": "hold", "intent": "100", "text": "30", "major": "20", "stickiness": "50",
        "list_length": "40",
    }  # fmt: skip
    with reading(sqlite_factory) as session:
        address = f"/rules/{session.get_one(Drive, drive_id).public_id}"

    wrong = client.submit("/plans/rules", **{**wish, "intent": "0", "text": "0", "major": "0"})
    saved = client.submit("/plans/rules", **wish)
    nobody = app.test_client()  # type: ignore[attr-defined]
    page = nobody.get(address).text

    assert wrong.status_code == 422
    assert "志愿权重不能全为零" in wrong.text
    assert saved.status_code == 303
    assert "第 4 级及以上的人" in page
    assert "先用普通席位，再用专设席位" in page
    assert "意向 100%，技能说明 30%，专业 20%" in page
    assert "第 1 版" in page
    assert not re.search("困难|零就业|低保|帮扶|援助|脱困|优先|预留|保底|阳光就业", page)


def test_the_lottery_key_is_told_when_the_drive_is_closed(
    drive_id: int, sqlite_factory: SessionFactory, app: object
) -> None:
    with reading(sqlite_factory) as session:
        drive = session.get_one(Drive, drive_id)
        address, commitment = f"/rules/{drive.public_id}", drive.lottery_commitment
    nobody = app.test_client()  # type: ignore[attr-defined]

    before = nobody.get(address).text
    with transaction(sqlite_factory) as session:
        drives.close_drive(session, SYSTEM, drive_id)
    with reading(sqlite_factory) as session:
        key = drives.lottery_key(session, session.get_one(Drive, drive_id)).hex()
    after = nobody.get(address).text

    assert commitment in before
    assert "活动结束后公开" in before
    assert key not in before
    assert key in after
    assert nobody.get("/rules/nothing").status_code == 404


def test_a_manager_of_elsewhere_finds_no_plan(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    made = plan(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        other = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session))
    client = signed_in_as(other)

    for path in ("", "/seats", "/changes"):
        assert client.get(f"/plans/{made.public_id}{path}").status_code == 404
    for path in ("publish", "withdraw", "stop"):
        assert client.submit(f"/plans/{made.public_id}/{path}").status_code == 404


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.FAIR_ORGANISER])
def test_only_drive_managers_see_plans(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs, role: Role
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id, role))

    for address in ("/plans", "/plans/pins", "/plans/rules"):
        assert client.get(f"{address}?drive={drive_id}").status_code == 403


def test_a_plan_read_before_it_changed_is_not_chosen(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)

    answer = client.submit(f"/plans/{made.public_id}/choose", rule="fair", version="1")

    assert answer.status_code == 409
    assert plan_row(sqlite_factory, made.id).chosen_rule is None
    assert PlanRule.FAIR.value in client.get(f"/plans/{made.public_id}").text
