"""Rules of the sheet's pages: figures as frozen, acts for who may, comments in place, nothing of neighbours."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.money.people import Person
from matcher.services.permissions import Actor
from matcher.services.reports import filling, locking
from matcher.statistics import checks
from tests.factories.accounts import make_actor
from tests.factories.money import make_entry
from tests.factories.sheets import Tree, count_person, make_period, make_tree, sheet_of
from tests.support.pages import PageClient

SignInAs = Callable[[Actor], PageClient]


@pytest.fixture
def tree(sqlite_factory: SessionFactory) -> Tree:
    """Give a city with counties, a drive and three people."""
    with transaction(sqlite_factory) as session:
        session.expire_on_commit = False
        return make_tree(session)


@pytest.fixture
def sheet(sqlite_factory: SessionFactory, tree: Tree) -> Sheet:
    """Give the county's draft of a period."""
    with transaction(sqlite_factory) as session:
        session.expire_on_commit = False
        return sheet_of(session, make_period(session, tree), tree.county)


def _state(factory: SessionFactory, sheet: Sheet) -> str:
    with reading(factory) as session:
        return str(session.get_one(Sheet, sheet.id).state)


def test_a_draft_says_what_the_records_say_and_offers_to_fill(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet
) -> None:
    page = signed_in_as(tree.filler).get(f"/sheets/{sheet.public_id}").text

    assert "固定数字，交本级审核" in page
    assert "还没有填报" in page


def test_buttons_are_for_who_may(signed_in_as: SignInAs, tree: Tree, sheet: Sheet,
                                 sqlite_factory: SessionFactory) -> None:  # fmt: skip
    with transaction(sqlite_factory) as session:
        filling.fill_sheet(session, tree.manager, sheet.id)
        worker = make_actor(session, Role.CASEWORKER, union=tree.county)
    address = f"/sheets/{sheet.public_id}"

    assert "审核通过" in signed_in_as(tree.reviewer).get(address).text
    for other in (tree.manager, tree.approver, worker):
        assert "审核通过" not in signed_in_as(other).get(address).text


def test_a_neighbour_finds_no_sheet(signed_in_as: SignInAs, tree: Tree, sheet: Sheet,
                                    sqlite_factory: SessionFactory) -> None:  # fmt: skip
    with transaction(sqlite_factory) as session:
        neighbour = make_actor(session, Role.APPROVER, union=tree.other)
        fair = make_actor(session, Role.FAIR_ORGANISER, union=tree.city)

    assert signed_in_as(neighbour).get(f"/sheets/{sheet.public_id}").status_code == 404
    live = f"/drives/{tree.drive.id}/sheet?union={tree.county.id}"
    assert signed_in_as(neighbour).get(live).status_code == 404
    assert signed_in_as(fair).get(live).status_code == 403


def test_the_live_sheet_is_of_the_day_in_the_address(
    signed_in_as: SignInAs, tree: Tree, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        count_person(session, tree.drive, tree.county, entered_at=clock.now())
    client, address = signed_in_as(tree.manager), f"/drives/{tree.drive.id}/sheet"

    def graduates(asked: str) -> str:
        page = client.get(address + asked).text
        return page.split('id="line-graduates"')[1].split("</tr>")[0]

    today = clock.today()
    assert ">4<" in graduates("")
    assert ">0<" in graduates(f"?as_of={today.replace(year=today.year - 1).isoformat()}")


def test_a_conflict_is_told_and_nothing_is_filled_twice(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(tree.filler)
    sent = {"version": str(sheet.version_id)}

    first = client.submit(f"/sheets/{sheet.public_id}/fill", **sent)
    second = client.submit(f"/sheets/{sheet.public_id}/fill", **sent)

    assert (first.status_code, second.status_code) == (303, 409)
    assert _state(sqlite_factory, sheet) == "filled"


def test_a_return_without_words_shows_the_form_again(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        filling.fill_sheet(session, tree.filler, sheet.id)
        filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")
    client = signed_in_as(tree.approver)

    refused = client.submit(f"/sheets/{sheet.public_id}/return", words=" ")
    client.submit(f"/sheets/{sheet.public_id}/comment", code="graduates", words="少一人")
    given = client.submit(f"/sheets/{sheet.public_id}/return", words="")

    assert (refused.status_code, given.status_code) == (422, 303)
    assert "写明要改什么" in refused.text
    assert _state(sqlite_factory, sheet) == "returned"


def test_a_check_that_asks_for_a_word_gets_its_field(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft = checks.Check("odd", ((1, "graduates"),), "le", ((1, "served"),), False, "人数不对。")
    monkeypatch.setattr(checks, "load_checks", lambda: (soft,))
    client, address = signed_in_as(tree.filler), f"/sheets/{sheet.public_id}/fill"

    silent = client.submit(address, w_graduates="")
    told = client.submit(address, w_graduates="三人都在外地")

    assert (silent.status_code, told.status_code) == (422, 303)
    assert "请说明原因" in silent.text


def test_verifying_says_what_holds(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        locking.lock_period(session, tree.manager, sheet.period_id)
    client, address = signed_in_as(tree.approver), f"/sheets/{sheet.public_id}/verify"
    whole = client.submit(address).text

    with transaction(sqlite_factory) as session:
        session.execute(sa.update(ReportPeriod).values(digest="0" * 64))
    touched = client.submit(address).text

    assert "都没有动过" in whole
    assert "请不要使用" in touched


def test_typed_figures_keep_what_was_typed_when_one_is_wrong(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet, sqlite_factory: SessionFactory
) -> None:
    with reading(sqlite_factory) as session:
        period = session.get_one(ReportPeriod, sheet.period_id).public_id
    client = signed_in_as(tree.manager)
    address = f"/periods/{period}/typed/{tree.offline.public_id}"

    wrong = client.submit(address, f_graduates="12", f_served="x", basis="传真")
    right = client.submit(address, f_graduates="12", f_served="9", basis="传真")

    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    assert right.status_code == 303
    assert "2 / " in client.get(f"/periods/{period}/typed").text
    book = client.get(f"/periods/{period}/typed/book.xlsx")
    assert book.data[:2] == b"PK"


def test_rows_of_money_open_for_who_sees_the_ledger_and_the_figure_for_all(
    signed_in_as: SignInAs, tree: Tree, sheet: Sheet, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        person = Person(graduate_id=tree.people[0].graduate_id)
        entry = {"union_id": tree.county.id, "amount_fen": 400_000}
        for programme in ("tuition_aid", "union_job_search", "gov_job_search"):
            make_entry(session, tree.manager, person, programme=programme, **entry)
    live = f"/drives/{tree.drive.id}/sheet?union={tree.county.id}"
    rows = f"/drives/{tree.drive.id}/figures/%s?union={tree.county.id}"
    officer, approver = signed_in_as(tree.filler), signed_in_as(tree.reviewer)

    assert "4,000" in officer.get(live).text
    for page in (live, f"/sheets/{sheet.public_id}"):
        assert "/figures/need_help" in officer.get(page).text
        assert "/figures/tuition" not in officer.get(page).text
        assert "/figures/tuition" in approver.get(page).text
    for code in ("tuition_people", "tuition_fen", "job_aid_fen", "job_aid_times",
                 "government_fen", "government_people"):  # fmt: skip
        assert officer.get(rows % code).status_code == 403
        assert approver.get(rows % code).status_code == 200
        correction = f"/sheets/{sheet.public_id}/corrections/{code}"
        assert approver.get(correction).status_code == 200
