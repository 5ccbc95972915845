"""Rules of the page of a figure's rows: as many rows as the figure, masked, one's own part only."""

import html
import re
from collections.abc import Callable

import pytest

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.cohorts import CohortStanding, LeaveReason
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import moment_of
from matcher.services.permissions import Actor
from matcher.statistics.indicators import load_indicators
from tests.factories.accounts import make_actor
from tests.factories.targets import DAY, Town, count_in, fill_town, make_town, serve
from tests.support.pages import PageClient
from tests.support.queries import count_queries

SignInAs = Callable[[Actor], PageClient]

_ROW = '<td role="cell" class="lead">'


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


def _rows(client: PageClient, town: Town, code: str, **asked: object) -> int:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return client.get(f"/drives/{town.drive.id}/figures/{code}?{query}").text.count(_ROW)


def test_every_indicator_opens_as_many_rows_as_it_says(
    desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    with sqlite_factory() as session:
        drive = session.get_one(Drive, town.drive.id)
        moment = moment_of(session, drive)
        values = count_figures(session, town.manager, drive.id, town.city.id, moment).values
    said = {
        one.code: values[one.code].numerator if one.is_ratio else values[one.code].value
        for one in load_indicators()
        if not one.is_sum
    }

    listed = {code: _rows(desk, town, code) for code in said}

    assert listed == said
    assert sum(n or 0 for n in said.values()) > 100


def test_a_row_is_masked_and_says_its_state_its_day_and_when_it_was_entered(
    desk: PageClient, town: Town
) -> None:
    page = desk.get(f"/drives/{town.drive.id}/figures/signed").text

    assert "1 人" in page
    assert CohortStanding.SIGNED.label in page
    assert not [one for one in town.people if one.name in page]
    left = desk.get(f"/drives/{town.drive.id}/figures/left_out").text
    assert LeaveReason.DUPLICATE.label in left


def test_a_child_and_a_day_narrow_the_rows_and_can_be_taken_off(
    desk: PageClient, town: Town
) -> None:
    day = (town.drive.opens_on + 10 * DAY).isoformat()

    assert _rows(desk, town, "helped", child=town.counties[0].id) == 5
    assert _rows(desk, town, "helped", child=town.counties[1].id) == 1
    assert _rows(desk, town, "helped", as_of=day) == 3
    page = desk.get(f"/drives/{town.drive.id}/figures/helped?child={town.counties[1].id}").text
    assert f'href="/drives/{town.drive.id}/figures/helped"' in page


def test_what_was_entered_later_is_listed_only_if_it_is_asked_for(
    desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    day = town.drive.opens_on + 2 * DAY
    with transaction(sqlite_factory) as session:
        drive = session.get_one(Drive, town.drive.id)
        county = session.get_one(Union, town.counties[0].id)
        late = count_in(session, drive, county)
        serve(session, town.caseworker, late, day, entered_at=clock.now() - DAY)

    assert _rows(desk, town, "served", as_of=day.isoformat()) == 3
    assert _rows(desk, town, "served", as_of=day.isoformat(), known="now") == 4
    before = (clock.now() - 2 * DAY).date().isoformat() + "T00:00:00%2B08:00"
    assert _rows(desk, town, "served", as_of=day.isoformat(), known=before) == 3


@pytest.mark.parametrize("known", ["", "x", "2026-01-01", "9999-01-01T00:00:00%2B00:00"])
def test_nonsense_in_the_address_narrows_nothing(desk: PageClient, town: Town, known: str) -> None:
    address = f"/drives/{town.drive.id}/figures/need_help?known={known}&as_of=x&child=x&page=x"

    answer = desk.get(address)

    assert answer.status_code == 200
    assert answer.text.count(_ROW) == 14


def test_the_rows_of_others_and_of_no_figure_answer_like_missing_ones(
    signed_in_as: SignInAs, desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=town.counties[0])
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=town.city)
    client, address = signed_in_as(officer), f"/drives/{town.drive.id}/figures"

    assert _rows(client, town, "need_help") == 10
    assert client.get(f"{address}/need_help?union={town.city.id}").status_code == 404
    assert client.get(f"{address}/need_help?union={town.counties[1].id}").status_code == 404
    assert desk.get(f"{address}/none_of_them").status_code == 404
    assert desk.get("/drives/999/figures/need_help").status_code == 404
    assert signed_in_as(organiser).get(f"{address}/events").status_code == 403


def test_an_empty_figure_says_so(desk: PageClient, town: Town) -> None:
    page = desk.get(f"/drives/{town.drive.id}/figures/internships").text

    assert "没有可列的记录" in page


def test_every_figure_on_the_targets_page_opens_a_list_of_that_length(
    desk: PageClient, town: Town
) -> None:
    page = desk.get(f"/drives/{town.drive.id}/targets").text
    links = re.findall(r'<a href="([^"]*/figures/[^"]+)">(?:<b>)?([\d,]+)<', page)

    assert len(links) > 10
    for address, said in links:
        assert desk.get(html.unescape(address)).text.count(_ROW) == int(said), address


def test_every_bar_and_every_week_opens_a_list_of_that_length(desk: PageClient, town: Town) -> None:
    page = desk.get(f"/drives/{town.drive.id}/targets").text
    bars = re.findall(
        r'<a href="([^"]+)"><span class="words">[^<]*</span><span class="value">([^<]+)(?:<span class="dim">(\d+)/)?',
        page,
    )
    weeks = re.findall(r'<a href="([^"]+)"><span>[^<]*止，(\d+) 人</span></a>', page)

    said = [(address, dim or text) for address, text, dim in bars] + weeks

    assert len(bars) == 8
    assert len(weeks) == 5
    for address, n in said:
        assert desk.get(html.unescape(address)).text.count(_ROW) == int(n), address


def test_the_number_of_queries_does_not_grow_with_the_rows(
    desk: PageClient, town: Town, sqlite_factory: SessionFactory
) -> None:
    counts = []
    for _ in range(2):
        with sqlite_factory() as session, count_queries(session) as counted:
            _rows(desk, town, "need_help")
        counts.append(counted.n)
        with transaction(sqlite_factory) as session:
            drive = session.get_one(Drive, town.drive.id)
            county = session.get_one(Union, town.counties[0].id)
            for _ in range(15):
                count_in(session, drive, county)

    assert counts[0] == counts[1] > 0
