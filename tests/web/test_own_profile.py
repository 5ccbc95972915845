"""A graduate's own pages: the profile, the own list, consents, the copy of the own data."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, HardshipTier, Mobility, Role
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate, Intent
from matcher.services.consents import seed_consent_texts
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain, rank
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from workers import live

PROFILE = {
    "school": "宁夏大学",
    "education": "bachelor",
    "major_1": "财务管理",
    "major_2": "法学",
    "graduates_on": "2026-07-01",
    "origin": "银川市兴庆区",
    "place_1": "银川市",
    "place_2": "石嘴山市",
    "mobility": "province",
    "occupation_1": "会计",
    "industry_1": "软件",
    "wanted_pay_yuan": "4500",
    "unit_kinds": ["private", "institution"],
    "certificates": ["初级会计", ""],
    "about": "用过金蝶，做过两个月出纳",
}


@pytest.fixture
def graduate(sqlite_factory: SessionFactory) -> Graduate:
    """Give a graduate of a family on file, in an open drive."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session)
        household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
        made = make_graduate(session, union, household=household)
        make_entry(session, make_drive(session, union), made)
        return made


@pytest.fixture
def client(
    graduate: Graduate, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> PageClient:
    """Give a client signed in as the graduate."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.GRADUATE, graduate=session.get_one(Graduate, graduate.id))
    return signed_in_as(actor)


def _consents(session: Session) -> list[tuple[ConsentPurpose, bool]]:
    rows = session.scalars(sa.select(Consent).order_by(Consent.id))
    return [(one.purpose, one.withdrawn_at is None) for one in rows]


def _text_id(client: PageClient) -> str:
    page = client.get("/me/consents").text
    return page.split("ranking/give")[1].split('name="text_id" value="')[1].split('"')[0]


def test_a_profile_is_saved_as_codes_and_shown_in_words(
    client: PageClient, graduate: Graduate, sqlite_factory: SessionFactory
) -> None:
    answer = client.submit("/me/profile", **PROFILE)

    assert answer.status_code == 303, answer.text
    assert answer.location.startswith("/me?after=")
    with reading(sqlite_factory) as session:
        intent = session.get_one(Intent, graduate.id)
        assert (intent.places, intent.mobility) == (["640100", "640200"], Mobility.PROVINCE)
        assert (intent.occupations, intent.industries) == (["2-06-03-00"], ["65"])
        assert intent.unit_kinds == ["private", "institution"]
    page = client.get("/me/profile").text
    for words in ("财务管理", "法学", "宁夏回族自治区石嘴山市", "会计专业人员 2-06-03-00"):
        assert f'value="{words}"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"major_1": ""}, "请填写专业"),
        ({"place_1": "火星"}, "认不出这个地方"),
        ({"occupation_1": "打杂的"}, "没有找到这个职业"),
        ({"wanted_pay_yuan": "很多"}, "应为整数"),
        ({"certificates": ["没有这种证"]}, "没有找到“没有这种证”"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(
    client: PageClient, changes: dict[str, Any], words: str
) -> None:
    answer = client.submit("/me/profile", **(PROFILE | changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert "用过金蝶，做过两个月出纳" in answer.text


def test_a_profile_changed_elsewhere_meanwhile_is_not_overwritten(client: PageClient) -> None:
    client.submit("/me/profile", **PROFILE)

    late = client.submit("/me/profile", version="1", **(PROFILE | {"about": "另一种写法"}))

    assert late.status_code == 409
    assert "另一种写法" in late.text


def test_without_a_run_the_list_says_what_will_come(client: PageClient) -> None:
    assert "名单还没有排好" in client.get("/me").text


def test_a_withdrawal_takes_the_list_away_with_the_next_page(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    withdrawn = client.submit("/me/consents/ranking/withdraw")
    page = client.get("/me").text
    given = client.submit("/me/consents/ranking/give", text_id=_text_id(client))

    assert (withdrawn.status_code, given.status_code) == (303, 303)
    assert "已撤回参加排序的同意" in page
    assert "已撤回参加排序的同意" not in client.get("/me").text
    with reading(sqlite_factory) as session:
        assert _consents(session) == [
            (ConsentPurpose.RANKING, False),
            (ConsentPurpose.RANKING, True),
        ]


def test_withdrawing_the_service_withdraws_everything(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    client.submit("/me/consents/ranking/give", text_id=_text_id(client))

    client.submit("/me/consents/service/withdraw")

    with reading(sqlite_factory) as session:
        assert not any(live for _, live in _consents(session))
    assert "已撤回参加排序的同意" in client.get("/me").text


def test_a_consent_to_words_that_were_not_shown_is_refused(client: PageClient) -> None:
    assert client.submit("/me/consents/ranking/give", text_id="999").status_code == 409
    assert client.submit("/me/consents/ranking/give").status_code == 400
    assert client.submit("/me/consents/hardship_disclosure/give", text_id="1").status_code == 404


def test_the_copy_of_the_own_data_is_read_and_downloaded(
    client: PageClient, graduate: Graduate
) -> None:
    client.submit("/me/profile", **PROFILE)

    page = client.submit("/me/consents/data", form="page")
    file = client.submit("/me/consents/data", form="json")

    assert "宁夏回族自治区石嘴山市" in page.text
    assert "改资料" in page.text
    held = json.loads(file.data)
    assert held["profile"]["name"] == graduate.name
    assert "attachment" in file.headers["Content-Disposition"]
    assert "household" not in file.text


def test_a_page_that_waits_asks_until_the_change_is_followed(client: PageClient) -> None:
    saved = client.submit("/me/profile", **PROFILE)

    shown = client.get(saved.location).text

    assert "名单还没有排好" in shown  # no run: nothing to wait for
    assert client.get("/me/list?after=1&asked=99").status_code == 200


def test_a_saved_profile_is_waited_for_and_then_shown_in_its_new_order(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        drive = session.scalars(sa.select(Drive)).one()
        for title, place in (("出纳", "640104"), ("会计", "640200")):
            make_posting(
                session,
                drive,
                title=title,
                region_code=place,
                requirement={"混合": "会计学、财务管理"},
            )
        drive_id = drive.id
    live._states.clear()  # kept by run number, which every database of a test counts from 1
    rank(sqlite_factory, drive_id)

    before = client.get("/me").text
    saved = client.submit("/me/profile", **PROFILE)
    waiting = client.get(saved.location).text
    drain(sqlite_factory)
    after = client.get(saved.location.replace("/me?", "/me/list?")).text

    assert "出纳" in before
    assert ">会计</h2>" not in before
    assert "正在按新的资料重新排" in waiting
    assert "出纳" in after
    assert ">会计</h2>" in after
    assert "地点是你的第 2 志愿" in after
    assert "你的抽签编号是 1，" in after
    rules = re.search(r'href="(/rules/[^"]+)"', after)
    assert rules is not None
    assert client.get(rules[1]).status_code == 200


def test_a_withdrawal_empties_the_list_before_any_worker_has_followed(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        drive = session.scalars(sa.select(Drive)).one()
        make_posting(session, drive, title="出纳")
        drive_id = drive.id
    rank(sqlite_factory, drive_id)

    client.submit("/me/consents/ranking/withdraw")
    page = client.get("/me").text

    assert "出纳" not in page
    assert "已撤回参加排序的同意" in page
