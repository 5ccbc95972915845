"""Pages of a plan that is done: lists narrowed by the address, masked; rules anybody reads; who may see what."""

import re
from dataclasses import dataclass
from typing import Any, cast

import pytest
from apiflask import APIFlask

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, Role, RunState
from matcher.kinds.referrals import ReferralState
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.plans import PlanPin, PlanPublication, PlanRun
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services import drives
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.plan_rows import add_pin, add_shift, make_plan_rows, mark_published, people_of
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referral
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

WORDS = re.compile("困难|零就业|低保|帮扶|援助|脱困|优先|预留|保底|阳光就业")
IN_ADDRESSES = re.compile("(?:href|action)=[^>]*(reserved|released|fallback|hardship|pinned=no)")


@dataclass(frozen=True)
class World:
    """Numbers of what was made: a plan of six people, five with a seat."""

    drive_id: int
    drive: str
    plan: str
    plan_id: int
    person: str
    posting: str
    manager: Actor
    worker: Actor
    employer: Actor
    stranger: Actor


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a drive with a plan that is done."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        employer = make_employer(session, union, name="滨海会计师事务所")
        posting = make_posting(session, drive, employer, title="出纳", headcount=6)
        worker = make_actor(session, Role.CASEWORKER, union=union)
        for number in range(6):
            zero = number == 5
            home = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=zero)
            person = make_graduate(session, union, household=home, name=f"周七{number}")
            make_entry(session, drive, person)
            if number < 3:
                make_case(session, person, owner_id=worker.account_id)
        plan = make_plan_rows(session, drive.id)
        return World(
            drive_id=drive.id,
            drive=drive.public_id,
            plan=plan.public_id,
            plan_id=plan.id,
            person=people_of(session, plan)[0].public_id,
            posting=posting.public_id,
            manager=make_actor(session, Role.DRIVE_MANAGER, union=union),
            worker=worker,
            employer=make_actor(session, Role.EMPLOYER, employer=employer),
            stranger=make_actor(session, Role.DRIVE_MANAGER, union=make_union(session)),
        )


@pytest.fixture
def client(world: World, signed_in_as: SignInAs) -> PageClient:
    """Give the drive's manager."""
    return signed_in_as(world.manager)


@pytest.fixture
def nobody(app: APIFlask) -> PageClient:
    """Give somebody who is not signed in."""
    return cast(PageClient, app.test_client())


def rows(page: str) -> int:
    """Count the rows of a page's list."""
    return max(0, page.count('<tr role="row"') - 1)


def publish(factory: SessionFactory, world: World) -> list[str]:
    """Publish the plan as rows; return the public numbers of its unconfirmed referrals."""
    with transaction(factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        posting = session.query(Posting).filter_by(public_id=world.posting).one()
        people, state = people_of(session, plan), ReferralState.PROPOSED
        made = [make_referral(session, posting, one, state=state) for one in people]
        mark_published(session, plan, made)
        return [one.public_id for one in made]


def test_both_results_stand_side_by_side_with_pictures_and_what_is_proved(
    world: World, client: PageClient
) -> None:
    page = client.get(f"/plans/{world.plan}").text
    listed = client.get(f"/plans?drive={world.drive_id}").text

    for words in ("安置总人数", "零就业安置", "平均契合分", "平均志愿名次", "得第 1 志愿"):
        assert words in page
    assert page.count("<svg") >= 8
    assert "这 1 人的全部合格岗位放在一起，只有 0 个席位" in page
    assert "选用公平方案" in page
    assert "还没有选定方案" in page
    assert f"/plans/{world.plan}" in listed
    assert "周七" not in page + listed
    assert not IN_ADDRESSES.search(page + listed)


def test_a_chosen_plan_says_how_much_comes_before_it_is_published(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    stale = client.submit(f"/plans/{world.plan}/choose", rule="fair", version="99")
    client.submit(f"/plans/{world.plan}/choose", rule="most")

    page = client.get(f"/plans/{world.plan}").text

    assert stale.status_code == 409
    assert "发布 5 条推荐" in page
    assert "占住 5 个席位" in page
    assert "现在不发任何通知，专干逐人确认以后才问本人" in page
    assert "先不发布" in page
    assert client.submit(f"/plans/{world.plan}/publish").status_code == 303
    assert "data-reload-when-over" in client.get(f"/plans/{world.plan}").text
    assert client.submit(f"/plans/{world.plan}/choose", rule="fair").status_code == 409


def test_a_published_plan_counts_what_became_of_it_and_is_taken_back(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)

    page = client.get(f"/plans/{world.plan}").text
    client.submit(f"/plans/{world.plan}/withdraw")
    after = client.get(f"/plans/{world.plan}").text

    assert "已生成推荐" in page
    assert "去逐人确认" in page
    assert "撤回第 1 次方案？" in page
    assert "不能再次发布" in after


def test_promises_a_plan_breaks_are_counted_before_it_is_published(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        row = session.query(PlanPublication).first()
        assert row is not None
        second = make_plan_rows(session, world.drive_id)
        add_shift(session, second, session.get_one(Referral, row.referral_id))
        address = f"/plans/{second.public_id}"
    client.submit(f"{address}/choose", rule="fair")

    page = client.get(address).text

    assert "有 1 条这次不再保留，随之撤回" in page
    assert f"{address}/changes" in page


def test_seats_are_narrowed_by_the_address_masked_and_add_up(
    world: World, client: PageClient
) -> None:
    address = f"/plans/{world.plan}/seats"

    everybody = client.get(address).text
    of_kind = [rows(client.get(f"{address}?kind={letter}").text) for letter in "abcd"]
    without = client.get(f"{address}?list=b").text

    assert rows(everybody) == 5
    assert of_kind == [2, 1, 1, 1]
    assert rows(without) == 1
    assert "只列出应保证的人" in without
    assert "周*" in everybody
    assert "周七" not in everybody + without
    assert rows(client.get(f"{address}?q=出纳").text) == 5
    assert rows(client.get(f"{address}?q=没有这个人").text) == 0
    assert rows(client.get(f"{address}?moved=yes").text) == 0
    assert not IN_ADDRESSES.search(everybody + without)


def test_somebodys_seat_has_a_page_by_each_rule(world: World, client: PageClient) -> None:
    page = client.get(f"/plans/{world.plan}/seats/{world.person}").text

    assert "志愿名次" in page
    assert "rule=most" in page
    assert "周七" not in page
    assert client.get(f"/plans/{world.plan}/seats/nobody").status_code == 404


def test_a_pair_is_ruled_out_with_a_reason_shown_with_its_price_and_lifted(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    wish = {"person": world.person, "posting": world.posting, "kind": "forbid"}
    wish |= {"drive": str(world.drive_id)}

    form = client.get(
        f"/plans/pins/new?drive={world.drive_id}&person={world.person}&posting={world.posting}"
    ).text
    wordless = client.submit("/plans/pins", **wish, reason="不")
    kept = client.submit("/plans/pins", **wish, reason="单位说不合适")
    again = client.submit("/plans/pins", **wish, reason="单位说不合适")
    unpriced = client.get(f"/plans/pins?drive={world.drive_id}").text
    _price(sqlite_factory, world)
    priced = client.get(f"/plans/pins?drive={world.drive_id}").text
    lift = re.search(r"/plans/pins/\d+/lift", priced)
    assert lift is not None
    client.submit(lift[0])

    assert "出纳，滨海会计师事务所" in form
    assert (wordless.status_code, kept.status_code, again.status_code) == (422, 303, 422)
    assert "原因至少 4 个字" in wordless.text
    assert "已经固定或排除" in again.text
    assert "单位说不合适" in unpriced
    assert "下次做方案时算出" in unpriced
    assert "少安置 2 人，另有 3 人换了席位" in priced
    assert "少安置 2 人" in client.get(f"/plans/{world.plan}").text
    assert "没有固定或禁止任何一对" in client.get(f"/plans/pins?drive={world.drive_id}").text


def _price(factory: SessionFactory, world: World) -> None:
    with transaction(factory) as session:
        pin, plan = session.query(PlanPin).one(), session.get_one(PlanRun, world.plan_id)
        cost: dict[str, Any] = {"kind": "forbid", "fair": {"seats": 2, "moved": 3}}
        cost |= {"graduate_id": pin.graduate_id, "posting_id": pin.posting_id}
        plan.figures = {**plan.figures, "pins": [cost]}


def test_a_comparison_without_its_files_says_so(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        second = make_plan_rows(session, world.drive_id).public_id

    alone = client.get(f"/plans/{world.plan}/changes").text
    page = client.get(f"/plans/{second}/changes").text

    assert "以前没有做过方案" in alone
    assert "说不出变动的原因了" in page
    assert client.get(f"/plans/{second}/changes?with=nothing").status_code == 404


def test_a_dry_run_shows_figures_and_nobody(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        dry = make_plan_rows(session, world.drive_id, is_dry=True).public_id

    page = client.get(f"/plans/{dry}").text

    assert "这是试算，只留数字" in page
    assert "/choose" not in page
    assert f"{dry}/seats" not in page
    assert client.get(f"/plans/{dry}/seats").status_code == 409


def test_a_plan_that_failed_says_why_and_what_to_do(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        plan.state = RunState.FAILED
        plan.figures = {"error_message": "固定毕业生 7 — 岗位 9：不符合"}

    page = client.get(f"/plans/{world.plan}").text

    assert "固定毕业生 7 — 岗位 9：不符合" in page
    assert "看固定与禁止" in page
    assert "重新做一次" in page


def test_rules_are_saved_as_a_revision_and_anybody_reads_all_of_them(
    world: World, client: PageClient, nobody: PageClient
) -> None:
    wish = {
        "drive": str(world.drive_id), "guarantee_class": "4", "reserves": "over_and_above",
        "unfilled": "hold", "intent": "100", "text": "30", "major": "20", "stickiness": "50",
        "list_length": "40",
    }  # fmt: skip

    wrong = client.submit("/plans/rules", **{**wish, "intent": "0", "text": "0", "major": "0"})
    saved = client.submit("/plans/rules", **wish)
    page = nobody.get(f"/rules/{world.drive}").text

    assert wrong.status_code == 422
    assert "志愿权重不能全为零" in wrong.text
    assert saved.status_code == 303
    assert "第 4 级及以上的人" in page
    assert "先用普通席位，再用专设席位" in page
    assert "意向 100%，技能说明 30%，专业 20%" in page
    assert "第 1 版" in page
    assert "意向 100%，技能说明 25%，专业 25%" in page
    assert not WORDS.search(page)


def test_the_lottery_key_is_told_when_the_drive_is_closed(
    world: World, nobody: PageClient, sqlite_factory: SessionFactory
) -> None:
    address = f"/rules/{world.drive}"

    before = nobody.get(address).text
    with transaction(sqlite_factory) as session:
        drives.close_drive(session, SYSTEM, world.drive_id)
    with reading(sqlite_factory) as session:
        drive = session.get_one(Drive, world.drive_id)
        key, commitment = drives.lottery_key(session, drive).hex(), drive.lottery_commitment
    after = nobody.get(address).text

    assert commitment in before
    assert "活动结束后公开" in before
    assert key not in before
    assert key in after
    assert nobody.get("/rules/nothing").status_code == 404


def test_own_people_are_read_out_and_confirmed_one_or_many(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    worker = signed_in_as(world.worker)
    before = worker.get(f"/my-seats?drive={world.drive_id}").text
    made = publish(sqlite_factory, world)

    mine = worker.get(f"/my-seats?drive={world.drive_id}").text
    everybody = worker.get(f"/my-seats?drive={world.drive_id}&all=yes").text
    without = worker.get(f"/my-seats?drive={world.drive_id}&all=yes&group=without").text
    nothing = worker.submit(f"/my-seats/confirm?drive={world.drive_id}")
    done = worker.submit(f"/my-seats/confirm?drive={world.drive_id}", r=made[:2]).text
    after = worker.get(f"/my-seats?drive={world.drive_id}&group=waiting").text

    assert "还没有发布方案" in before
    assert (rows(mine), rows(everybody), rows(without)) == (3, 6, 1)
    assert "您有一个席位：出纳，滨海会计师事务所，是您志愿里的第 1 个" in mine
    assert "这次还没有轮到" in without
    assert not re.search("零就业|困难|类别|分数线", without.split('id="my-seats"')[1])
    assert nothing.status_code == 422
    assert "请先勾选" in nothing.text
    assert "2 条已办，0 条没有办" in done
    assert rows(after) == 1
    assert "周七" not in mine + everybody


def test_a_published_but_unsent_plan_changes_nothing_an_employer_sees(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    agent = signed_in_as(world.employer)
    pages = ("/home", "/people", "/my/postings", f"/my/postings/{world.posting}")
    pages += ("/my/interviews", "/today", "/plans", "/my-seats", f"/plans/{world.plan}")

    before = [_seen(agent, address) for address in pages]
    publish(sqlite_factory, world)
    after = [_seen(agent, address) for address in pages]

    assert after == before
    assert {status for status, _ in before[-3:]} <= {403, 404}


def _seen(client: PageClient, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, re.sub(
        r'(csrf_token" value|nonce)="[^"]*"|X-CSRFToken[^}]*|编号[^<]*', "", answer.text
    )


def test_plans_of_elsewhere_are_not_there_and_no_other_role_sees_any(
    world: World, signed_in_as: SignInAs
) -> None:
    stranger, worker = signed_in_as(world.stranger), signed_in_as(world.worker)

    for path in ("", "/seats", "/changes", f"/seats/{world.person}"):
        assert stranger.get(f"/plans/{world.plan}{path}").status_code == 404
        assert worker.get(f"/plans/{world.plan}{path}").status_code == 403
    for act in ("publish", "withdraw", "stop", "choose", "file"):
        answer = stranger.submit(f"/plans/{world.plan}/{act}", rule="fair")
        assert answer.status_code == 404


def test_a_pin_of_elsewhere_is_not_lifted(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        person = people_of(session, plan)[0]
        posting = session.query(Posting).filter_by(public_id=world.posting).one()
        pin = add_pin(session, world.drive_id, person.id, posting.id).id

    assert signed_in_as(world.stranger).submit(f"/plans/pins/{pin}/lift").status_code == 404
    with reading(sqlite_factory) as session:
        assert "plan.pin_lifted" not in {one.action for one in session.query(AuditEntry)}
