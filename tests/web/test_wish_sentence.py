"""「帮我填」: a sentence of wishes read into the form, with and without a script; nothing is saved by it."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Mobility, Role
from matcher.models.graduates import Graduate, Intent
from matcher.models.organisations import Union
from matcher.services import sign_in
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from tests.support.pages import PageClient
from tests.support.serving import served
from tests.web.conftest import SignInAs, actor_of
from web.auth import COOKIE

SENTENCE = "想在银川或附近做会计、行政，4000以上，国企优先，不要销售，双休"
STUDY = {"school": "宁夏大学", "education": "bachelor", "major_1": "财务管理"}


@pytest.fixture
def graduate(sqlite_factory: SessionFactory) -> Graduate:
    """Give a graduate of a union."""
    with transaction(sqlite_factory) as session:
        return make_graduate(session, make_union(session))


@pytest.fixture
def client(
    graduate: Graduate, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> PageClient:
    """Give a client signed in as the graduate."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.GRADUATE, graduate=session.get_one(Graduate, graduate.id))
    return signed_in_as(actor)


def test_a_sentence_fills_the_fields_and_keeps_what_no_field_holds(client: PageClient) -> None:
    answer = client.submit("/me/profile/fill", sentence=SENTENCE, about="会用金蝶", **STUDY)

    assert answer.status_code == 200
    page = answer.text
    assert "<html" in page
    for value in (
        "宁夏回族自治区银川市",
        "会计专业人员 2-06-03-00",
        "行政办事员 3-01-01-01",
        "4000",
    ):
        assert f'value="{value}"' in page
    assert 'value="state_owned" checked' in page
    assert 'value="province" checked' in page
    assert "双休；不要销售</textarea>" in page
    assert "会用金蝶" in page


def test_filling_shows_each_word_with_what_it_became(client: PageClient) -> None:
    page = client.submit("/me/profile/fill", sentence="在朝阳做会计，呱唧呱唧", **STUDY).text

    assert ">会计</mark>" in page
    assert '<mark class="r-restriction" title="要你来定">朝阳</mark>' in page
    assert ">呱唧呱唧</mark>" in page
    assert "“朝阳”可能是：北京市朝阳区" in page


def test_with_a_script_only_the_wishes_come_back(client: PageClient) -> None:
    page = client.post(
        "/me/profile/fill",
        data={"sentence": SENTENCE, "csrf_token": client.token()},
        headers={"HX-Request": "true"},
    ).text

    assert "<html" not in page
    assert 'id="wishes"' in page
    assert 'value="宁夏回族自治区银川市"' in page


def test_filling_saves_nothing(
    client: PageClient, graduate: Graduate, sqlite_factory: SessionFactory
) -> None:
    client.submit("/me/profile/fill", sentence=SENTENCE, **STUDY)

    with reading(sqlite_factory) as session:
        intent = session.get(Intent, graduate.id)
        assert intent is None or "640100" not in intent.places or intent.text is None


def test_what_the_sentence_does_not_say_stays_as_typed(client: PageClient) -> None:
    page = client.submit(
        "/me/profile/fill", sentence="想做出纳", place_1="石嘴山市", wanted_pay_yuan="3800", **STUDY
    ).text

    assert 'value="石嘴山市"' in page
    assert 'value="3800"' in page
    assert 'value="会计专业人员 2-06-03-00"' in page


def test_a_sentence_nobody_filled_in_is_kept_whole_when_saved(
    client: PageClient, graduate: Graduate, sqlite_factory: SessionFactory
) -> None:
    answer = client.submit("/me/profile", sentence="想离海近一点", text="会游泳", **STUDY)

    assert answer.status_code == 303, answer.text
    with reading(sqlite_factory) as session:
        assert session.get_one(Intent, graduate.id).text == "会游泳；想离海近一点"


def test_a_filled_sentence_is_not_kept_twice(
    client: PageClient, graduate: Graduate, sqlite_factory: SessionFactory
) -> None:
    sent = {"sentence": SENTENCE, "sentence_read": SENTENCE, "text": "双休", "place_1": "银川市"}

    client.submit("/me/profile", mobility="province", **sent, **STUDY)

    with reading(sqlite_factory) as session:
        intent = session.get_one(Intent, graduate.id)
        assert (intent.text, intent.mobility) == ("双休", Mobility.PROVINCE)


def test_a_caseworker_fills_somebodys_form_from_a_sentence(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory, graduate: Graduate
) -> None:
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, session.get_one(Graduate, graduate.id).union_id)
        clerk_actor = make_actor(session, Role.CASEWORKER, union=union)
    clerk = signed_in_as(clerk_actor)

    new = clerk.submit("/registrations/fill", sentence=SENTENCE, name="张三", **STUDY)
    old = clerk.submit(
        f"/registrations/{graduate.public_id}/fill", sentence=SENTENCE, name="李四", **STUDY
    )

    for answer in (new, old):
        assert answer.status_code == 200, answer.text
        assert 'value="宁夏回族自治区银川市"' in answer.text
    assert 'value="张三"' in new.text


def test_nobody_else_fills_a_graduates_form(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        actor = actor_of(session, Role.AUDITOR)
    stranger = signed_in_as(actor)

    assert stranger.submit("/me/profile/fill", sentence=SENTENCE).status_code == 403
    assert stranger.submit("/registrations/fill", sentence=SENTENCE).status_code == 403


@pytest.fixture
def address(app: APIFlask) -> Iterator[str]:
    """Serve the application on a free port."""
    with served(app) as address:
        yield address


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.browser
def test_a_person_fills_the_form_by_a_sentence_in_a_browser(
    address: str,
    new_page: NewPage,
    sqlite_factory: SessionFactory,
    graduate: Graduate,
    width: int,
    *,
    scripted: bool,
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.GRADUATE, graduate=session.get_one(Graduate, graduate.id))
        token = sign_in.open_session(session, actor.account_id or 0)
    page = new_page(width)
    said = complaints(page)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    if not scripted:
        page.route("**/*.js*", lambda route: route.abort())

    page.goto(f"{address}/me/profile")
    look(page)
    page.get_by_label("用一句话说说想找什么样的工作").fill(
        "在朝阳或银川做会计，4000以上，不要销售，呱唧"
    )
    page.get_by_role("button", name="帮我填").click()

    expect(page.locator("#read-sentence")).to_contain_text("已填到下面")
    expect(page.locator("#field-place_1")).to_have_value("宁夏回族自治区银川市")
    expect(page.locator("#field-text")).to_have_value("呱唧；不要销售；朝阳")
    look(page)
    assert said == []
