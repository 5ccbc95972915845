"""Registering on a phone: a number is enough, each consent by itself, nobody is attached to a record."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Channel, ConsentPurpose
from matcher.models.accounts import Account, Membership
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.services import phone_codes, sign_in
from matcher.services.consents import current_text, seed_consent_texts
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.support.pages import PageClient
from web.auth import COOKIE

PHONE = "13912345678"


@pytest.fixture
def form(client: PageClient, sqlite_factory: SessionFactory) -> dict[str, str]:
    """Sign the client in with a phone nobody knows; give a form that is filled in."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        city = make_union(session, region_code="640100")
        make_union(session, city, region_code="640104", code="C1")
        drive = make_drive(session, city, neutral_name="2026 毕业生就业服务")
        token = sign_in.open_session(session, phone_codes.account_of(session, PHONE))
        texts = {
            purpose: current_text(session, purpose, clock.today()).id
            for purpose in (ConsentPurpose.SERVICE, ConsentPurpose.RANKING)
        }
    client.set_cookie(COOKIE, token)
    return {
        "drive": drive.public_id,
        "name": "王芳",
        "phone": PHONE,
        "school": "宁夏大学",
        "education": "bachelor",
        "major_1": "会计学",
        "origin": "银川市兴庆区",
        "service": "true",
        "ranking": "true",
        "service_text": str(texts[ConsentPurpose.SERVICE]),
        "ranking_text": str(texts[ConsentPurpose.RANKING]),
    }


def _consents(session: Session) -> set[tuple[ConsentPurpose, bool]]:
    rows = session.execute(sa.select(Consent.purpose, Consent.withdrawn_at))
    return {(row.purpose, row.withdrawn_at is None) for row in rows}


def test_somebody_without_a_record_is_sent_to_register(
    client: PageClient, form: dict[str, str]
) -> None:
    answers = [client.get(path) for path in ("/", "/me", "/me/profile", "/me/consents")]

    assert [answer.location for answer in answers] == ["/me", *["/register"] * 3]
    page = client.get("/register").text
    assert "2026 毕业生就业服务" in page
    assert "email" not in page


def test_a_registration_is_unconfirmed_and_belongs_to_the_nearest_union(
    client: PageClient, form: dict[str, str], sqlite_factory: SessionFactory
) -> None:
    answer = client.submit("/register", **form)

    assert answer.status_code == 303, answer.text
    with reading(sqlite_factory) as session:
        made = session.scalars(sa.select(Graduate)).one()
        assert (made.is_confirmed, made.entered_through) == (False, Channel.SELF)
        assert made.phone_masked == "139****5678"
        assert session.scalar(sa.select(Membership.graduate_id)) == made.id
        assert session.scalar(sa.select(sa.func.count(DriveEntry.id))) == 0
        county = session.scalar(sa.text("SELECT id FROM union_org WHERE region_code = '640104'"))
        assert made.union_id == county
        assert _consents(session) == {
            (ConsentPurpose.SERVICE, True),
            (ConsentPurpose.RANKING, True),
        }
    assert "等工作人员确认" in client.get("/me").text


def test_ranking_not_ticked_is_a_refusal(
    client: PageClient, form: dict[str, str], sqlite_factory: SessionFactory
) -> None:
    del form["ranking"]

    client.submit("/register", **form)

    with reading(sqlite_factory) as session:
        assert (ConsentPurpose.RANKING, False) in _consents(session)
    assert "已撤回参加排序的同意" in client.get("/me").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("service", "", "不同意这一项，我们就无法为你服务"),
        ("phone", "13900000000", "填登录用的那个手机号"),
        ("origin", "火星", "认不出这个地方"),
        ("drive", "unknown", "这个活动现在不接收登记"),
        ("name", "", "请填写姓名"),
        ("service_text", "999", "同意书内容已更新"),
    ],
)
def test_nothing_is_registered_when_something_is_wrong_and_what_was_typed_stays(
    client: PageClient,
    form: dict[str, str],
    sqlite_factory: SessionFactory,
    field: str,
    value: str,
    words: str,
) -> None:
    answer = client.submit("/register", **(form | {field: value}))

    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert 'value="宁夏大学"' in answer.text
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(Graduate.id))) == 0


def test_a_record_with_the_same_phone_is_never_shown_or_attached(
    client: PageClient, form: dict[str, str], sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        make_graduate(session, name="别人", school="别的学校", phone=PHONE)

    before = client.get("/register").text
    client.submit("/register", **form)

    assert "别的学校" not in before + client.get("/me/profile").text
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(Graduate.id))) == 2


def test_nobody_registers_twice(
    client: PageClient, form: dict[str, str], sqlite_factory: SessionFactory
) -> None:
    client.submit("/register", **form)

    again = client.submit("/register", **form)

    assert again.status_code == 409
    assert client.get("/register").status_code == 303
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(Graduate.id))) == 1
        assert session.scalar(sa.select(sa.func.count(Account.id))) == 1
