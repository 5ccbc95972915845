"""Rules of the targets' pages: each figure with its denominator, lists as long as figures, one's own part only."""

import html
import re
from collections.abc import Callable

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.drives import Drive
from matcher.models.graduate_cases import GraduateCase
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.targets import (
    DAY,
    Town,
    count_in,
    fill_town,
    make_town,
    make_year_before,
    serve,
)
from tests.support.pages import PageClient
from tests.support.queries import count_queries

SignInAs = Callable[[Actor], PageClient]


@pytest.fixture
def town(sqlite_factory: SessionFactory) -> Town:
    """Give a town with fourteen people who need help."""
    with transaction(sqlite_factory) as session:
        made = make_town(session)
        fill_town(session, made)
    return made


@pytest.fixture
def desk(signed_in_as: SignInAs, town: Town) -> PageClient:
    """Give a client signed in as the city's manager."""
    return signed_in_as(town.manager)


def _text(page: str) -> str:
    """Return the words of a page with single blanks between them."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def _panel(page: str, key: str) -> str:
    return _text("<main" + page.partition(f'id="target-{key}"')[2].partition("</section>")[0])


def test_each_target_says_its_share_its_people_and_what_is_not_counted(
    desk: PageClient, town: Town
) -> None:
    page = desk.get(f"/drives/{town.drive.id}/targets").text

    served, placed, home = (_panel(page, key) for key in ("served", "placed", "home"))
    assert "64% 目标 100% 9 / 14 人" in served
    assert "42% 目标 60% 6 / 14 人" in placed
    assert "自报待核 1 人，没有计入" in placed
    assert "应届 6 / 13 往届 0 / 1" in placed
    assert "到目标还差 3 人；还没达到的 8 人，先列 3 人" in placed
    assert "50% 目标 100% 1 / 2 人 按户 50%， 1 / 2 户" in home


def test_the_page_says_who_counts_since_when_and_who_left(desk: PageClient, town: Town) -> None:
    text = _text(desk.get(f"/drives/{town.drive.id}/targets").text)

    start = town.drive.opens_on
    assert "毕业生总数 16 人，其中往届 1" in text
    assert "16 − 1 − 1 = 14" in text
    assert f"按 {start.month}月{start.day}日 的情况统计" in text
    assert "重复登记 1 不再计入" in text


def test_every_list_of_missing_people_is_as_long_as_its_panel_says(
    desk: PageClient, town: Town
) -> None:
    page = desk.get(f"/drives/{town.drive.id}/targets").text
    links = re.findall(r'<footer><a href="([^"]+)">看全部 (\d+) 人</a>', page)

    assert len(links) == 3
    for address, said in links:
        rows = desk.get(html.unescape(address)).text.count('<td role="cell" class="lead">')
        assert rows == int(said)


def test_the_missing_of_a_district_are_narrowed_and_the_filter_stays_in_the_address(
    desk: PageClient, town: Town
) -> None:
    address = f"/drives/{town.drive.id}/targets/missing?of=placed"
    child = town.counties[1]

    page = desk.get(f"{address}&child={child.id}").text

    assert "帮扶就业，还差 3 人" in _text(page)
    assert f'value="{child.id}" selected' in page
    assert "滨城区总工会</td>" not in page


def test_a_missing_person_is_masked_and_leads_to_the_next_act(desk: PageClient, town: Town) -> None:
    page = desk.get(f"/drives/{town.drive.id}/targets/missing?of=placed").text

    assert town.people[9].name not in page
    assert "找岗位推荐" in page
    assert "看去向" in page  # the one who said so and waits to be checked


def test_who_may_record_services_chooses_several_at_once_of_the_cases_one_opens(
    signed_in_as: SignInAs, town: Town, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        worker = make_actor(session, Role.CASEWORKER, union=town.counties[0])
        session.query(GraduateCase).filter_by(graduate_id=town.people[9].id).update(
            {"owner_id": town.caseworker.account_id}
        )
    client = signed_in_as(worker)

    page = client.get(f"/drives/{town.drive.id}/targets/missing?of=served").text

    chosen = re.findall(r'<input type="checkbox" form="batch" name="case" value="([^"]+)"', page)
    assert len(chosen) == 1  # of two who wait, one is a colleague's
    form = client.get("/batch-acts?" + "&".join(f"case={one}" for one in chosen)).text
    assert form.count(" checked>") == 1


def test_a_day_in_the_past_is_counted_as_it_was_known_then(desk: PageClient, town: Town) -> None:
    day = town.drive.opens_on + 2 * DAY

    page = desk.get(f"/drives/{town.drive.id}/targets?as_of={day.isoformat()}").text

    assert "3 / 15 人" in _panel(page, "served")  # the one taken out left later
    assert f"截至 {day.month}月{day.day}日，按当天已录入的记录" in _text(page)


@pytest.mark.parametrize("asked", ["", "nonsense", "2999-01-01", "20260230"])
def test_a_day_that_is_none_or_not_over_is_now(desk: PageClient, town: Town, asked: str) -> None:
    text = _text(desk.get(f"/drives/{town.drive.id}/targets?as_of={asked}").text)

    assert "截至现在" in text


def test_last_year_stands_beside_only_if_somebody_was_counted(
    desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        before = make_year_before(session, town)
    empty = _panel(desk.get(f"/drives/{town.drive.id}/targets").text, "served")
    with transaction(sqlite_factory) as session:
        person = count_in(session, session.merge(before), town.counties[0])
        serve(session, town.caseworker, person, before.opens_on)

    page = desk.get(f"/drives/{town.drive.id}/targets").text

    assert "去年同期 没有人计入" in empty
    assert "去年同期 100%，1 / 1" in _panel(page, "served")
    assert "去年同期" in page.partition('id="districts"')[2]


def test_years_show_each_drive_and_a_drive_without_targets_says_so(
    desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        before = make_year_before(session, town)
        bare = make_drive(session, town.city)

    page = _text(desk.get(f"/drives/{town.drive.id}/targets/years").text)
    empty = _text(desk.get(f"/drives/{bare.id}/targets/years").text)

    assert page.index(before.name) < page.rindex(town.drive.name)
    assert "42% 6/14" in page
    assert "这个活动没有设目标" in empty


def test_before_the_census_the_page_says_that_nobody_counts_yet(
    desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        bare = make_drive(session, town.city, targets=town.drive.targets)

    page = desk.get(f"/drives/{bare.id}/targets").text

    assert "还没有统计人群" in _text(page)
    assert "没有人计入" in _panel(page, "served")
    assert "—" in _panel(page, "served")


def test_a_county_sees_its_own_part_and_no_other(
    signed_in_as: SignInAs, town: Town, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=town.counties[0])
        stranger = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session))
    client = signed_in_as(officer)
    address = f"/drives/{town.drive.id}/targets"

    assert "9 / 10" not in client.get(address).text
    assert "8 / 10 人" in _panel(client.get(address).text, "served")
    assert client.get("/targets").status_code == 303
    for union in (town.city, town.counties[1]):
        assert client.get(f"{address}?union={union.id}").status_code == 404
        assert client.get(f"{address}/missing?union={union.id}").status_code == 404
        assert client.get(f"{address}/years?union={union.id}").status_code == 404
    assert signed_in_as(stranger).get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.FAIR_ORGANISER, Role.ADMINISTRATOR])
def test_who_may_not_see_hardship_gets_no_target(
    signed_in_as: SignInAs, town: Town, sqlite_factory: SessionFactory, role: Role
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, role, union=town.city)
    client = signed_in_as(actor)

    assert client.get(f"/drives/{town.drive.id}/targets").status_code == 403
    assert client.get(f"/drives/{town.drive.id}/targets/missing").status_code == 403
    assert "三项目标" not in client.get(f"/drives/{town.drive.id}").text


def test_the_home_of_the_drive_and_the_day_carry_the_targets_in_a_line(
    desk: PageClient, signed_in_as: SignInAs, town: Town
) -> None:
    home = _text(desk.get(f"/drives/{town.drive.id}").text)
    day = _text(signed_in_as(town.caseworker).get("/today").text)

    for page in (home, day):
        assert "42% 6/14，目标 60%" in page
        assert "还有 8 人没达到" in page


def test_without_a_drive_the_targets_and_the_day_still_open(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        worker = make_actor(session, Role.CASEWORKER)
    client = signed_in_as(worker)

    assert "还没有活动" in client.get("/targets").text
    assert client.get("/today").status_code == 200


def test_addresses_of_the_targets_name_nobodys_status(desk: PageClient, town: Town) -> None:
    page = desk.get(f"/drives/{town.drive.id}/targets").text

    own = [one for one in re.findall(r'href="([^"]+)"', page) if "/targets" in one]

    assert own
    assert not [one for one in own if "zero" in one or "hard" in one]


def test_the_number_of_queries_does_not_grow_with_the_list(
    signed_in_as: SignInAs, town: Town, sqlite_factory: SessionFactory
) -> None:
    client, counts = signed_in_as(town.manager), []
    for _ in range(2):
        with sqlite_factory() as session, count_queries(session) as counted:
            client.get(f"/drives/{town.drive.id}/targets/missing?of=placed")
            client.get(f"/drives/{town.drive.id}/targets")
        counts.append(counted.n)
        with transaction(sqlite_factory) as session:
            drive = session.get_one(Drive, town.drive.id)
            for _ in range(20):
                count_in(session, drive, town.counties[0])

    assert counts[0] == counts[1] > 0
