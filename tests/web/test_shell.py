"""The parts every page uses: forms, pages of rows, filters, limits, background progress."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask import render_template_string
from pydantic import Field

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import InvalidInputError
from matcher.kinds import JobQueue, Role
from matcher.services import jobs
from tests.factories.accounts import make_actor
from tests.support.pages import PageClient, parse_strictly
from tests.web.conftest import SignInAs
from web import filters
from web.forms import Form, FormErrors, blank_form, read_form, refused_form
from web.paging import Slice, page_of, requested_slice, with_query


class Wish(Form):
    """A form with one field of each kind."""

    title: str = Field(title="名称", min_length=2)
    seats: int = Field(title="人数", ge=1)
    closes_on: dt.date | None = Field(title="截止日期", default=None)
    places: list[str] = Field(title="地点", default_factory=list, max_length=3)
    is_urgent: bool = Field(title="急", default=False)


def test_empty_text_is_none_and_lists_read_every_value(app: APIFlask) -> None:
    sent = {"title": " 前台 ", "seats": "2", "closes_on": " ", "places": ["a", "", "b"]}

    with app.test_request_context("/", method="POST", data=sent):
        wish = read_form(Wish)

    assert isinstance(wish, Wish)
    assert wish == Wish(title="前台", seats=2, closes_on=None, places=["a", "b"], is_urgent=False)


@pytest.mark.parametrize(
    ("sent", "field", "why"),
    [
        ({"seats": "2"}, "title", "请填写名称"),
        ({"title": "", "seats": "2"}, "title", "请填写名称"),
        ({"title": "前", "seats": "2"}, "title", "名称至少 2 个字"),
        ({"title": "前台", "seats": "两个"}, "seats", "人数应为整数"),
        ({"title": "前台", "seats": "0"}, "seats", "人数不能小于 1"),
        (
            {"title": "前台", "seats": "1", "closes_on": "7月1日"},
            "closes_on",
            "截止日期应为日期，改为 2026-06-30 这样的写法",
        ),
        ({"title": "前台", "seats": "1", "places": list("abcd")}, "places", "地点最多选 3 项"),
    ],
)
def test_a_wrong_field_says_in_chinese_what_is_wrong(
    app: APIFlask, sent: dict[str, Any], field: str, why: str
) -> None:
    with app.test_request_context("/", method="POST", data=sent):
        wish = read_form(Wish)

    assert isinstance(wish, FormErrors)
    assert wish.errors == {field: why}


def test_what_was_typed_stays_and_errors_are_tied_to_their_fields(app: APIFlask) -> None:
    page = (
        '{% import "_parts/field.html" as field %}{{ field.summary(form) }}'
        '{{ field.text(form, "title") }}{{ field.text(form, "seats", type="number") }}'
        '{{ field.checks(form, "places", [("a", "甲"), ("b", "乙")]) }}'
    )

    with app.test_request_context(
        "/", method="POST", data={"title": "<前台>", "seats": "两个", "places": "b"}
    ):
        shown = render_template_string(page, form=read_form(Wish))

    parse_strictly(shown)
    assert 'value="&lt;前台&gt;"' in shown
    assert 'href="#field-seats"' in shown
    assert 'id="error-seats"' in shown
    assert 'aria-describedby=" error-seats" aria-invalid="true"' in shown
    assert 'value="b" checked' in shown
    assert 'value="a" checked' not in shown


def test_what_a_use_case_refuses_is_shown_beside_its_field(app: APIFlask) -> None:
    error = InvalidInputError("taken", "名称已有人用。", fields={"title": "名称已有人用。"})

    with app.test_request_context("/", method="POST", data={"title": "前台"}):
        form = refused_form(Wish, error)

    assert form.error("title") == "名称已有人用。"
    assert form.value("title") == "前台"


def test_a_blank_form_shows_what_is_known(app: APIFlask) -> None:
    with app.test_request_context("/"):
        form = blank_form(Wish, title="前台", places=["a"])

        assert form.value("title") == "前台"
        assert form.chosen("places") == ["a"]
        assert form.required("title")
        assert not form.required("closes_on")


@pytest.mark.parametrize(
    ("asked", "number"), [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("9" * 12, 1)]
)
def test_a_page_number_that_makes_no_sense_is_the_first(
    app: APIFlask, asked: str, number: int
) -> None:
    with app.test_request_context(f"/?page={asked}"):
        assert requested_slice().number == number


def test_pages_say_which_rows_they_show(app: APIFlask) -> None:
    with app.test_request_context("/list?page=3&level=a&level=b"):
        rows = requested_slice()
        shown = page_of(rows, 126)

        assert (rows.offset, shown.first, shown.last, shown.pages) == (100, 101, 126, 3)
        assert (shown.before, shown.after) == (2, None)
        assert with_query(page=2) == "/list?page=2&level=a&level=b"
        assert with_query(page=None, level=None) == "/list"


def test_an_empty_list_has_one_page_and_no_rows() -> None:
    from_none = page_of(Slice(1, 50), 0)

    assert (from_none.first, from_none.last, from_none.pages) == (0, 0, 1)


@pytest.mark.parametrize(
    ("days", "words", "look"),
    [
        (-3, "超期 3 天", "over"),
        (0, "今天到期", "near"),
        (1, "明天到期", "near"),
        (4, "还有 4 天", "ontime"),
    ],
)
def test_near_deadlines_are_told_by_their_distance(
    app: APIFlask, days: int, words: str, look: str
) -> None:
    date = clock.today() + dt.timedelta(days=days)

    with app.test_request_context("/"):
        assert filters.deadline(date) == words
    assert filters.clock_class(date) == look


def test_dates_carry_the_year_only_if_it_is_another_one(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 7, 1))

    with app.test_request_context("/"):
        assert filters.day(dt.date(2026, 7, 15)) == "7月15日"
        assert filters.day(dt.date(2027, 1, 2)) == "2027年1月2日"


@pytest.mark.parametrize(
    ("fen", "words"), [(None, ""), (500_000, "5,000"), (500_050, "5,000.50"), (-5, "-0.05")]
)
def test_money_kept_in_fen_is_shown_in_yuan(fen: int | None, words: str) -> None:
    assert filters.yuan(fen) == words


def test_pay_is_shown_as_its_range(app: APIFlask) -> None:
    with app.test_request_context("/"):
        assert filters.pay(500_000, 650_000) == "5,000 – 6,500 元/月"
        assert filters.pay(500_000, 500_000) == "5,000 元/月"
        assert filters.pay(None) == "薪酬未写明"


def test_too_many_attempts_from_one_address_wait_though_the_broker_is_away(
    client: PageClient,
) -> None:
    answers = [client.submit("/sign-in/phone", phone="12345").status_code for _ in range(8)]

    assert answers[0] == 422
    assert answers[-1] == 429


def test_progress_of_a_job_is_seen_by_its_union_only(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        owner, stranger = make_actor(session), make_actor(session)
        job = jobs.enqueue(
            session,
            "tests.count",
            {},
            queue=JobQueue.BATCH,
            total_units=10,
            union_id=owner.union_id,
        )
        job.done_units = 4
    address = f"/jobs/{job.public_id}/progress"

    mine, theirs = signed_in_as(owner).get(address), signed_in_as(stranger).get(address)

    assert mine.status_code == 200
    assert "4 / 10" in mine.text
    assert "every 1s" in mine.text
    assert theirs.status_code == 404


def test_an_administrator_makes_an_account_that_can_sign_in(
    client: PageClient, as_role: Callable[[Role], PageClient]
) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    union_id = admin.get("/accounts/new").text.split('name="union_id"')[1].split('value="')[1]
    fields = {"display_name": "王芳", "role": "caseworker", "union_id": union_id.split('"')[0]}

    made = admin.submit("/accounts", login="Wang.Fang", **fields)
    again = admin.submit("/accounts", login="wang.fang", **fields)

    password = made.text.split("<code>")[2].split("</code>")[0]
    assert client.submit("/sign-in", login="wang.fang", password=password).status_code == 303
    assert again.status_code == 422
    assert "登录名已有人用" in again.text
    assert "王芳" in admin.get("/accounts").text


def test_an_administrator_closes_and_mends_accounts(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        admin = make_actor(session, Role.ADMINISTRATOR)
        other = make_actor(session, Role.CASEWORKER)
    page = signed_in_as(admin)
    colleague = signed_in_as(other)

    refused = page.submit("/accounts/unknown/active", active="false")

    assert refused.status_code == 404
    assert colleague.get("/home").status_code == 200
