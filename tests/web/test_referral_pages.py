"""Pages of referrals at the desk: whose turn it is, the next step of each, for either side."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading
from matcher.identity import mask_name
from matcher.kinds import Role
from matcher.kinds.referrals import DeclineReason, ReferralState, ReferralVia
from matcher.models.audit import AuditEntry
from matcher.models.referrals import ReferralStep
from tests.support.pages import PageClient
from tests.web.desk_world import add_posting, add_referral, row_of, state_of, take_step
from tests.web.house import House, open_house


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give one house to all tests: each makes people and referrals of its own."""
    with open_house(sqlite_template, tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def test_the_list_groups_by_whose_turn_it_is(house: House, client: PageClient) -> None:
    posting = add_posting(house)
    waits = add_referral(house, ReferralState.PROPOSED, posting)
    offered = add_referral(house, ReferralState.OFFERED, posting)
    add_referral(house, ReferralState.DECLINED, posting)

    page = client.get(f"/referrals?group=person&posting={posting}").get_data(as_text=True)

    assert waits.public_id in page
    assert offered.public_id not in page
    assert "待本人同意 1" in page
    assert "录用待答 1" in page
    assert "已结束 1" in page
    assert "全部 3" in page


def test_names_are_masked_in_the_list(house: House, client: PageClient) -> None:
    made = add_referral(house, ReferralState.SENT)

    page = client.get(f"/referrals?q={made.name}").get_data(as_text=True)
    page = page.replace(f'value="{made.name}"', "").replace(f"含有：{made.name}", "")

    assert mask_name(made.name) in page
    assert made.name not in page


def test_the_list_narrows_by_day_owner_posting_and_words(house: House, client: PageClient) -> None:
    posting, yesterday = add_posting(house), clock.today() - dt.timedelta(days=1)
    over = add_referral(house, ReferralState.SENT, posting, decide_by_on=yesterday)
    due = add_referral(house, ReferralState.SENT, posting, decide_by_on=clock.today())

    def shown(query: str) -> str:
        return client.get(f"/referrals?posting={posting}&{query}").get_data(as_text=True)

    assert over.public_id in shown("due=over")
    assert due.public_id not in shown("due=over")
    assert due.public_id in shown("due=today")
    assert over.public_id not in shown("due=week")
    assert due.public_id not in shown("owner=me")
    assert due.public_id in shown(f"q={due.name}")
    assert over.public_id not in shown(f"q={due.name}")
    assert "没有这样的推荐" in shown("q=没有这个岗位")
    assert client.get(f"/referrals?posting={house.other.posting}").status_code == 404


def test_the_page_tells_who_is_awaited_why_and_what_may_come_next(
    house: House, client: PageClient
) -> None:
    made = add_referral(house, ReferralState.SENT)

    page = client.get(f"/referrals/{made.public_id}").get_data(as_text=True)

    assert "等单位答复" in page
    assert "还有 7 天" in page
    assert "人工推荐" in page
    for step in ("invite", "offer", "refuse", "hold", "decline", "withdraw"):
        assert f"/steps/{step}" in page
    for step in ("accept", "report", "agree"):
        assert f"/steps/{step}" not in page


def test_reasons_are_those_of_the_day_it_was_proposed(house: House, client: PageClient) -> None:
    part = {"name": "industry", "points": 321, "most": 400, "code": "industry_match", "params": {}}
    made = add_referral(house, ReferralState.SENT, reasons={"source": "run", "parts": [part]})

    page = client.get(f"/referrals/{made.public_id}").get_data(as_text=True)

    assert "行业与所填相符" in page
    assert "321" in page


@pytest.mark.parametrize(
    ("state", "step", "fields", "after"),
    [
        ("proposed", "agree", {"disclosed": ["name", "school"], "agreed": "true"}, "sent"),
        ("sent", "invite", {"on": "2099-01-01", "note": "带身份证"}, "interview"),
        ("sent", "offer", {}, "offered"),
        ("sent", "refuse", {"reason": "skill", "words": "谢谢"}, "refused"),
        ("sent", "decline", {"reason": "place", "words": "太远"}, "declined"),
        ("sent", "withdraw", {"reason": "mistake"}, "withdrawn"),
        ("on_hold", "resume", {}, "sent"),
        ("offered", "accept", {}, "accepted"),
        ("accepted", "report", {"on": "today"}, "reported"),
        ("reported", "in-post", {"on": "today"}, "in_post"),
        ("accepted", "fell-through", {"reason": "terms"}, "fell_through"),
    ],
)
def test_staff_record_each_step_for_either_side(
    house: House,
    client: PageClient,
    state: str,
    step: str,
    fields: dict[str, object],
    after: str,
) -> None:
    made = add_referral(house, ReferralState(state))
    sent = {name: clock.today().isoformat() if v == "today" else v for name, v in fields.items()}

    assert client.get(f"/referrals/{made.public_id}/steps/{step}").status_code == 200
    assert take_step(client, made, step, **sent) == 303

    assert state_of(house, made.public_id) is ReferralState(after)
    with reading(house.factory) as session:
        last = session.scalars(
            sa.select(ReferralStep)
            .where(ReferralStep.referral_id == row_of(session, made.public_id).id)
            .order_by(ReferralStep.id.desc())
        ).first()
        assert last is not None
        assert last.via is ReferralVia.STAFF
    assert "工会代为登记" in client.get(f"/referrals/{made.public_id}").get_data(as_text=True)


def test_a_step_that_is_not_allowed_now_is_not_offered_and_refused(
    house: House, client: PageClient
) -> None:
    made = add_referral(house, ReferralState.PROPOSED)

    page = client.get(f"/referrals/{made.public_id}/steps/report").get_data(as_text=True)

    assert "这一步现在不能登记" in page
    assert take_step(client, made, "report", on=clock.today().isoformat()) == 409
    assert state_of(house, made.public_id) is ReferralState.PROPOSED


def test_without_the_persons_agreement_nothing_is_sent(house: House, client: PageClient) -> None:
    made = add_referral(house, ReferralState.PROPOSED)

    assert take_step(client, made, "agree", disclosed=["name"]) == 422
    assert take_step(client, made, "send") == 409

    assert state_of(house, made.public_id) is ReferralState.PROPOSED


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(
    house: House, client: PageClient
) -> None:
    made = add_referral(house, ReferralState.SENT)
    colleague = house.client(house.own.actors[Role.DRIVE_MANAGER])
    assert take_step(colleague, made, "hold", version=1, decide_on=_days(3)) == 303

    answer = client.submit(
        f"/referrals/{made.public_id}/steps/refuse", version=1, reason="skill", words="写了半天"
    )

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "刚被别人修改过" in page
    assert "写了半天" in page
    assert state_of(house, made.public_id) is ReferralState.ON_HOLD


def _days(count: int) -> str:
    return (clock.today() + dt.timedelta(days=count)).isoformat()


def test_a_decline_keeps_the_persons_words_closed_and_shows_them_to_the_desk(
    house: House, client: PageClient
) -> None:
    made = add_referral(house, ReferralState.SENT)

    assert (
        take_step(client, made, "decline", reason=DeclineReason.FAMILY, words="要照顾母亲") == 303
    )

    assert "要照顾母亲" in client.get(f"/referrals/{made.public_id}").get_data(as_text=True)
    with reading(house.factory) as session:
        said = str(list(session.scalars(sa.select(AuditEntry.details))))
        assert "要照顾母亲" not in said
        assert row_of(session, made.public_id).decline_words_cipher is not None


def test_another_unions_referral_is_missing(house: House, client: PageClient) -> None:
    other = house.other.referral

    assert client.get(f"/referrals/{other}").status_code == 404
    assert client.get(f"/referrals/{other}/steps/withdraw").status_code == 404
    answer = client.submit(f"/referrals/{other}/steps/withdraw", reason="mistake")
    assert answer.status_code == 404
    page = client.submit("/referrals/batch", act="withdraw", r=[other], reason="mistake")
    assert "不在您的管辖范围内" in page.get_data(as_text=True)


def test_who_supervises_only_reads(house: House) -> None:
    client = house.client(house.own.actors[Role.APPROVER])

    page = client.get(f"/referrals/{house.own.referral}")

    assert page.status_code == 200
    assert "/steps/" not in page.get_data(as_text=True)
    assert "/steps/" not in client.get("/referrals").get_data(as_text=True)
