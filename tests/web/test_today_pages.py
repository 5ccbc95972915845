"""The caseworker's day at the screen: the landing, figures that open their lists, words of rules, putting off."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs


@pytest.fixture
def union(sqlite_factory: SessionFactory) -> Union:
    """Give a union."""
    with transaction(sqlite_factory) as session:
        return make_union(session)


@pytest.fixture
def worker(sqlite_factory: SessionFactory, union: Union) -> Actor:
    """Give a caseworker."""
    with transaction(sqlite_factory) as session:
        return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def desk(signed_in_as: SignInAs, worker: Actor) -> PageClient:
    """Give the caseworker's client."""
    return signed_in_as(worker)


def _tasks(factory: SessionFactory, union: Union, worker: Actor, *days: int) -> list[str]:
    with transaction(factory) as session:
        _, graduate = make_family(session, union, worker, name="陈大强")
        case = make_case(session, graduate, worker)
        return [
            make_task(session, union, ("graduate_case", case.id), owner=worker, days=n).public_id
            for n in days
        ]


def test_a_caseworker_lands_on_the_day_with_figures_that_open_their_lists(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    _tasks(sqlite_factory, union, worker, -2, -1, 0, 1, 5)

    start = desk.get("/")
    page = desk.get("/today").text

    assert start.headers["Location"] == "/today"
    figures = re.findall(
        r'<a href="(/today[^"]+)"[^>]*>\s*<span>[^<]+</span><strong>(\d+)</strong>', page
    )
    assert [int(value) for _, value in figures] == [2, 1, 1]
    for address, value in figures:
        rows = desk.get(address.replace("&amp;", "&")).text.count('/defer"')
        assert rows == int(value)
    assert desk.get("/today?when=nonsense").status_code == 200


@pytest.mark.parametrize("role", [Role.GRASSROOTS_OFFICER, Role.APPROVER, Role.DRIVE_MANAGER])
def test_every_figure_of_the_day_is_a_link_only_for_who_may_open_it(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory, union: Union, role: Role
) -> None:
    with transaction(sqlite_factory) as session:
        colleague = make_actor(session, role, union=union)
    client = signed_in_as(colleague)

    page = client.get("/today").text

    figures = page.partition('<div class="figures">')[2].partition("</section>")[0]
    addresses = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', figures)]
    assert addresses
    assert {client.get(one).status_code for one in addresses} == {200}


def test_a_row_says_the_person_masked_the_act_and_the_rule_that_made_it(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        _, graduate = make_family(session, union, worker, name="陈大强")
        make_task(session, union, ("graduate", graduate.id), owner=worker, rule="graduate_confirm")
        make_task(session, union, ("nobody", 1), owner=worker, rule="brand.new_rule")

    page = desk.get("/today").text

    assert "陈*强 家" in page
    assert "陈大强" not in page
    assert "有人自行登记，等核对" in page
    assert "手机号不等于身份" in page
    assert f'href="/registrations/{graduate.public_id}"' in page
    assert "brand, new rule" in page
    assert "规则 brand.new_rule" in page


def test_people_chosen_in_the_day_come_to_the_form_of_a_batch(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    _tasks(sqlite_factory, union, worker, 0)
    _tasks(sqlite_factory, union, worker, 0)

    page = desk.get("/today").text

    chosen = re.findall(r'form="batch" name="case" value="(\w+)"', page)
    form = desk.get("/batch-acts", query_string={"case": chosen}).text
    assert len(chosen) == 2
    assert form.count(" checked") == 2


def test_a_task_is_put_off_and_what_was_typed_stays_when_it_is_refused(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    [public_id] = _tasks(sqlite_factory, union, worker, 0)
    day = (clock.today() + dt.timedelta(days=3)).isoformat()

    refused = desk.submit(f"/today/{public_id}/defer", to=day, reason="忙")
    taken = desk.submit(f"/today/{public_id}/defer", to=day, reason="约好下周上门")

    assert refused.status_code == 422
    assert f'value="{day}"' in refused.text
    assert taken.headers["Location"] == "/today"
    assert "原定" in desk.get("/today?when=week").text


def test_what_nobody_owes_is_taken_by_one_click(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        household, _ = make_family(session, union)
        task = make_task(session, union, ("household", household.id))
    assert "认领" in desk.get("/today?when=unclaimed").text

    desk.submit(f"/today/{task.public_id}/claim")
    late = desk.submit(f"/today/{task.public_id}/claim")

    assert late.status_code == 409
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(Task.assignee_id)) == worker.account_id


def test_the_sheet_has_numbers_and_masked_names_only(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        household, _ = make_family(session, union, worker, name="陈大强", zero_employment=True)
        make_task(
            session, union, ("household", household.id), owner=worker, rule="graduate_confirm"
        )

    page = desk.get("/today/sheet").text

    main = page[page.index("<main") : page.index("</main>")]
    assert household.file_number in main
    assert "陈*强" in main
    assert "陈大强" not in main
    assert "零就业" not in main


def test_a_supervisor_opens_the_day_of_a_colleague_and_changes_nothing(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, union: Union, worker: Actor
) -> None:
    _tasks(sqlite_factory, union, worker, 0)
    with transaction(sqlite_factory) as session:
        supervisor = make_actor(session, Role.APPROVER, union=union)
        colleague = make_colleague(session, worker)
        from_account = session.execute(
            sa.text("SELECT public_id FROM account WHERE id = :id"), {"id": worker.account_id}
        ).scalar_one()

    page = signed_in_as(supervisor).get(f"/today?who={from_account}")
    refused = signed_in_as(colleague).get(f"/today?who={from_account}")

    assert "陈*强 家" in page.text
    assert "/defer" not in page.text
    assert refused.status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_caseload(
    desk: PageClient, sqlite_factory: SessionFactory, union: Union, worker: Actor
) -> None:
    engine = sqlite_factory.kw["bind"]
    counted = [0]

    def count(*_given: object) -> None:
        counted[0] += 1

    def queries() -> int:
        desk.get("/today")
        counted[0] = 0
        desk.get("/today?when=all")
        return counted[0]

    _tasks(sqlite_factory, union, worker, -2, 0)
    sa.event.listen(engine, "before_cursor_execute", count)
    few = queries()
    for _ in range(20):
        _tasks(sqlite_factory, union, worker, -2, 0)

    assert queries() == few
    sa.event.remove(engine, "before_cursor_execute", count)
