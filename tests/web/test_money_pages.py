"""Money at the screen: filters in the address, payers apart, cards masked, what a refusal says."""

import datetime as dt

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.models.money import LedgerEntry, PaymentLine
from matcher.models.tuition import TuitionApplication, TuitionStandard
from matcher.services.money.people import Person
from tests.factories.accounts import make_actor
from tests.factories.money import (
    Paying,
    make_approved_list,
    make_entry,
    make_list,
    make_paying,
    make_student,
    set_standard,
)
from tests.web.conftest import SignInAs

_CARD = "6222021234567890"


@pytest.fixture
def paying(sqlite_factory: SessionFactory) -> Paying:
    with transaction(sqlite_factory) as session:
        return make_paying(session)


def _entries(factory: SessionFactory, paying: Paying) -> None:
    with transaction(factory) as session:
        _, child, _ = make_student(session, paying.office.unit)
        person = Person(member_id=child.id)
        make_entry(session, paying.clerk, person, amount_fen=400_000)
        make_entry(session, paying.clerk, person, programme="gov_job_search", amount_fen=150_000)


def test_the_ledger_shows_payers_apart_and_never_one_sum(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    _entries(sqlite_factory, paying)
    client = signed_in_as(paying.clerk)

    pages = [client.get(f"/money{path}").text for path in ("", "/totals")]

    for page in pages:
        assert "4,000 元" in page
        assert "1,500 元" in page
        assert "5,500" not in page


def test_filters_of_the_ledger_stand_in_the_address(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    _entries(sqlite_factory, paying)
    client = signed_in_as(paying.clerk)

    union = client.get("/money?payer=union").text
    nothing = client.get(f"/money?year={clock.today().year - 1}").text

    assert "4,000 元" in union
    assert "1,500 元" not in union
    assert "没有这样的记录" in nothing


def test_names_are_masked_and_cards_too(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    _entries(sqlite_factory, paying)
    with transaction(sqlite_factory) as session:
        _, child, _ = make_student(session, paying.office.unit)
        public = make_list(session, paying, [child]).public_id
    client = signed_in_as(paying.clerk)

    for path in ("/money", f"/payments/{public}"):
        page = client.get(path).text
        assert "王小春" not in page
        assert "王*" in page
        assert _CARD not in page


def test_a_card_is_shown_once_for_a_reason(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        _, child, _ = make_student(session, paying.office.unit)
        made = make_list(session, paying, [child])
        line = session.scalars(sa.select(PaymentLine.public_id)).one()
        address = f"/payments/{made.public_id}/lines/{line}/card"
    client = signed_in_as(paying.clerk)
    token = client.token()

    refused = client.post(address, data={"csrf_token": token, "reason": "看"})
    shown = client.post(address, data={"csrf_token": token, "reason": "核对银行卡号"})

    assert refused.status_code == 422
    assert "请写明查看原因" in refused.text
    assert _CARD in shown.text


def test_the_same_form_sent_twice_is_booked_once(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        _, child, _ = make_student(session, paying.office.county)
        number = child.id
    client = signed_in_as(paying.clerk)
    form = {
        "csrf_token": client.token(),
        "programme": "civil_affairs",
        "payee": f"member:{number}",
        "amount": "800.50",
        "year": str(clock.today().year),
        "happened_on": clock.today().isoformat(),
        "payer_name": "区民政局",
        "once": "abc",
    }

    answers = [client.post("/money", data=form).status_code for _ in range(2)]

    with reading(sqlite_factory) as session:
        booked = session.scalars(sa.select(LedgerEntry.amount_fen)).all()
    assert answers == [303, 303]
    assert booked == [80_050]


def test_a_reversal_asks_for_its_reason_and_shows_both_entries(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    _entries(sqlite_factory, paying)
    with reading(sqlite_factory) as session:
        public = session.scalars(sa.select(LedgerEntry.public_id).order_by(LedgerEntry.id)).first()
    client = signed_in_as(paying.clerk)
    token = client.token()

    wrong = client.post(f"/money/{public}/reversal", data={"csrf_token": token, "reason": "other"})
    done = client.post(
        f"/money/{public}/reversal",
        data={"csrf_token": token, "reason": "returned"},
        follow_redirects=True,
    )

    assert wrong.status_code == 422
    assert "请写明冲销原因" in wrong.text
    assert "这是一笔冲销" in done.text
    assert "这笔已冲销" in client.get(f"/money/{public}").text


def test_only_who_had_no_hand_in_a_list_is_offered_its_approval(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        _, child, _ = make_student(session, paying.office.unit)
        made = make_list(session, paying, [child])
        public = made.public_id
    clerk, approver = signed_in_as(paying.clerk), signed_in_as(paying.approver)
    sent = clerk.post(
        f"/payments/{public}/submission", data={"csrf_token": clerk.token(), "version": ""}
    )

    assert sent.status_code == 303
    assert "批准发放" not in clerk.get(f"/payments/{public}").text
    assert "批准发放" in approver.get(f"/payments/{public}").text


def test_prints_and_exports_are_posts_and_stand_in_the_trail(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        _, child, _ = make_student(session, paying.office.unit)
        public = make_approved_list(session, paying, [child]).public_id
    client = signed_in_as(paying.clerk)
    token = client.token()

    printed = client.post(f"/payments/{public}/print", data={"csrf_token": token})
    table = client.post(
        f"/payments/{public}/export", data={"csrf_token": token, "reason": "报银行代发"}
    )

    assert client.get(f"/payments/{public}/print").status_code == 405
    assert printed.data.startswith(b"%PDF")
    assert table.data.startswith(b"PK")
    assert "filename=payment-list-" in table.headers["Content-Disposition"]
    with reading(sqlite_factory) as session:
        told = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"payment_list.printed", "payment_list.exported"} <= told


def test_a_county_reads_the_standard_and_has_no_form_for_it(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        set_standard(session, paying)
        county = make_actor(session, Role.DRIVE_MANAGER, union=paying.office.county)
    below, city = signed_in_as(county), signed_in_as(paying.manager)
    form = {
        "csrf_token": below.token(),
        "from_year": str(clock.today().year),
        "home_region": "640000",
        "batches": "first",
        "source": "县通知",
        "new_inside_bachelor": "9000",
    }

    refused = below.post("/tuition/standards", data=form)

    assert "4,000 元" in below.get("/tuition/standards").text
    assert "保存标准" not in below.get("/tuition/standards").text
    assert "保存标准" in city.get("/tuition/standards").text
    assert refused.status_code == 409
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(TuitionStandard.id))) == 1


def test_a_city_sets_its_standard_on_the_page(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    city = signed_in_as(paying.manager)
    form = {
        "csrf_token": city.token(),
        "from_year": str(clock.today().year),
        "home_region": "640000",
        "source": "市工办〔2026〕1 号",
        "new_inside_bachelor": "4000",
    }

    refused = city.post("/tuition/standards", data=form)
    done = city.post("/tuition/standards", data={**form, "batches": ["first", "second"]})

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "请选择资助的录取批次" in refused.text


def test_an_application_is_made_judged_and_sent_from_its_pages(
    app: APIFlask, sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        set_standard(session, paying)
        _, _, schooling = make_student(session, paying.office.unit)
        number = schooling.id
    chair = signed_in_as(paying.office.chair)
    year = clock.today().year
    form = {
        "csrf_token": chair.token(),
        "year": str(year),
        "stage": "new",
        "term_starts_on": dt.date(year, 9, 1).isoformat(),
        "need": "父亲下岗",
    }

    chair.post(f"/tuition?schooling={number}", data=form)
    with reading(sqlite_factory) as session:
        row = session.scalars(sa.select(TuitionApplication)).one()
    draft = chair.get(f"/tuition/{row.public_id}").text
    chair.post(
        f"/tuition/{row.public_id}",
        data={**form, "batch": "first", "version": str(row.version_id)},
    )
    judged = chair.get(f"/tuition/{row.public_id}").text
    sent = chair.post(
        f"/tuition/{row.public_id}/submission", data={"csrf_token": form["csrf_token"]}
    )

    assert "录取批次，在下面补填" in draft
    assert "提交审批</button>" not in draft
    assert "4,000 元" in judged
    assert sent.status_code == 303
    assert "/approvals/" in sent.headers["Location"]
    assert "看申请" in chair.get(sent.headers["Location"]).text


def test_a_fair_organiser_and_a_grassroots_officer_see_no_money(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, paying: Paying
) -> None:
    with transaction(sqlite_factory) as session:
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=paying.office.county)

    for somebody in (organiser, paying.office.chair):
        client = signed_in_as(somebody)
        for path in ("/money", "/money/totals", "/payments", "/tuition/sheet"):
            assert client.get(path).status_code == 403
