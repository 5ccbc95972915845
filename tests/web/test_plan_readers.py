"""Who reads what of plans: rules everybody, own people their caseworker, employers nothing before it is sent."""

import re
from typing import Any, cast

import pytest
from apiflask import APIFlask
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import DeclineReason, ReferralState, RefusalReason
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.plans import PlanRun
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.services import drives
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor, make_union
from tests.factories.plan_rows import add_pin, make_plan_rows, mark_published, people_of
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.plan_world import World, make_world, publish, rows
from web.words import plan_rules

WORDS = re.compile("困难|零就业|低保|帮扶|援助|脱困|优先|预留|保底|阳光就业")


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a drive with a plan that is done."""
    return make_world(sqlite_factory)


@pytest.fixture
def client(world: World, signed_in_as: SignInAs) -> PageClient:
    """Give the drive's manager."""
    return signed_in_as(world.manager)


@pytest.fixture
def nobody(app: APIFlask) -> PageClient:
    """Give somebody who is not signed in."""
    return cast(PageClient, app.test_client())


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
    assert f'print(lot("{key}", 1))' in after
    assert "lot(" in before
    assert nobody.get("/rules/nothing").status_code == 404
    assert f'href="{address}"' in nobody.get("/rules").text
    assert 'href="/rules"' in nobody.get("/sign-in").text


def test_the_published_program_draws_the_lots_of_the_product() -> None:
    told: dict[str, Any] = {}
    exec(plan_rules.LOT_PROGRAM, told)  # noqa: S102 - the text anybody is given to run
    numbers = [1, 2, 65_536, 4_294_967_295]
    for side in Side:
        drawn = lottery_numbers(numbers, bytes(range(32)), side).tolist()
        assert [told["lot"](bytes(range(32)).hex(), one, side.value) for one in numbers] == drawn


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
    assert "您有一个席位：出纳，滨海会计师事务所，按您填的意向排第 1" in mine
    assert "这次还没有轮到" in without
    assert not re.search("零就业|困难|类别|分数线", without.split('id="my-seats"')[1])
    assert nothing.status_code == 422
    assert "请先勾选" in nothing.text
    assert "2 条已办，0 条没有办" in done
    assert rows(after) == 1
    assert "周七" not in mine + everybody


@pytest.mark.parametrize(
    ("state", "chip", "next_words"),
    [
        (ReferralState.DECLINED, "本人未接受", "您没有接受。下次再排时您照常参加"),
        (ReferralState.REFUSED, "单位未录用", "单位没有录用。下次再排时您照常参加"),
        (ReferralState.EXPIRED, "逾期未办", "到期没有答复，席位已经放回"),
    ],
)
def test_who_had_a_seat_and_lost_it_is_told_why_and_what_comes_next(
    world: World,
    signed_in_as: SignInAs,
    sqlite_factory: SessionFactory,
    state: ReferralState,
    chip: str,
    next_words: str,
) -> None:
    worker = signed_in_as(world.worker)
    made = publish(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        _end(session, made[0], state)
        person = session.query(Referral).filter_by(public_id=made[0]).one().graduate_id
        number = session.get_one(Graduate, person).public_id

    mine = worker.get(f"/my-seats?drive={world.drive_id}").text
    without = worker.get(f"/my-seats?drive={world.drive_id}&group=without").text
    waiting = worker.get(f"/my-seats?drive={world.drive_id}&group=waiting").text

    assert (rows(mine), rows(without), rows(waiting)) == (3, 1, 2)
    assert chip in without
    assert next_words in without
    assert "您有一个席位" not in without
    assert "出纳" in without
    assert number not in waiting

    with transaction(sqlite_factory) as session:
        again = make_plan_rows(session, world.drive_id, n_without=6)
        mark_published(session, again, [])
    later = worker.get(f"/my-seats?drive={world.drive_id}&group=without").text
    assert next_words in later


def _end(session: Session, public_id: str, state: ReferralState) -> None:
    referral = session.query(Referral).filter_by(public_id=public_id).one()
    referral.state, referral.ended_at = state, clock.now()
    referral.decline_reason = DeclineReason.PLACE if state is ReferralState.DECLINED else None
    referral.refusal_reason = RefusalReason.SKILL if state is ReferralState.REFUSED else None
    session.flush()


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


def test_what_a_union_above_set_is_no_form_of_a_union_below(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        above = session.get_one(Union, session.get_one(Drive, world.drive_id).union_id)
        below = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session, parent=above))
    manager = signed_in_as(below)

    for path in ("/plans/rules", "/plans/pins", "/plans/pins/new"):
        assert manager.get(f"{path}?drive={world.drive_id}").status_code == 404
    assert manager.get(f"/rules/{world.drive}").status_code == 200


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
