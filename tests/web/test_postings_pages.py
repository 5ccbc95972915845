"""Rules of the postings' pages: filters, the reading of a requirement, and who sees what."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role, SeatClass
from matcher.models.accounts import Account
from matcher.models.organisations import Union
from matcher.models.postings import Seat
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.services.permissions import GRANTS, Permission
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world, posting_of

HARDSHIP = (
    "困难",
    "零就业",
    "低保",
    "帮扶",
    "援助",
    "脱困",
    "优先",
    "预留",
    "保底",
    "契合",
    "符合人数",
)


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive."""
    return make_world(sqlite_factory)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", {"出纳", "文员"}),
        ("q=出", {"出纳"}),
        ("employer=滨海", {"出纳", "文员"}),
        ("employer=别家", set()),
        ("region=6401", {"出纳", "文员"}),
        ("region=37", set()),
        ("state=closed", set()),
        ("state=published", {"出纳", "文员"}),
        ("incomplete=yes", {"文员"}),
        ("undecided=yes", {"文员"}),
        ("state=nonsense&page=x", {"出纳", "文员"}),
    ],
)
def test_filters_narrow_the_list_and_stay_in_the_address(
    world: World, signed_in_as: SignInAs, query: str, kept: set[str]
) -> None:
    page = signed_in_as(world.manager).get(f"/postings?{query}").text

    shown = set(re.findall(r'<td role="cell" class="lead"><a [^>]+>([^<]+)</a>', page))
    assert shown == kept


def test_a_row_says_seats_by_class_and_how_its_list_stands(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get("/postings?q=出").text

    assert re.search(r'data-l="普通席位">2<', page)
    assert re.search(r'data-l="预留席位">1<', page)
    assert re.search(r'data-l="符合人数">4<', page)
    assert re.search(r'data-l="最高契合分">\d,\d{3}<', page)


def test_an_organisers_list_tells_nothing_of_hardship(world: World, signed_in_as: SignInAs) -> None:
    page = signed_in_as(world.organiser).get("/postings").text

    assert "出纳" in page
    for word in HARDSHIP:
        assert word not in page


def test_an_organisers_list_is_the_same_whatever_is_reserved_or_ranked(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    """Order, counts and length give nothing away."""
    client = signed_in_as(world.organiser)
    before = client.get("/postings").text
    with transaction(sqlite_factory) as session:
        session.execute(sa.update(Seat).values(seat_class=SeatClass.ZERO_EMPLOYMENT))
        session.execute(sa.delete(RankedList))
        session.execute(sa.delete(RankingRun))

    after = client.get("/postings").text

    assert _without_tokens(after) == _without_tokens(before)


def _without_tokens(page: str) -> str:
    page = re.sub(r'nonce="[^"]+"', "", page)
    return re.sub(r'(csrf_token" value="|X-CSRFToken": ")[^"]+', "", page)


def test_an_organiser_narrows_by_nothing_that_comes_from_lists(
    world: World, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(world.organiser)

    plain, asked = client.get("/postings").text, client.get("/postings?undecided=yes").text

    assert plain.count("<tr") == asked.count("<tr")


GET_ROUTES = {
    "/postings": Permission.VIEW_POSTINGS,
    "/postings/{posting}": Permission.VIEW_RANKING,
    "/postings/{posting}/requirement": Permission.VIEW_RANKING,
    "/postings/{posting}/as-of": Permission.VIEW_RANKING,
    "/postings/{posting}/people/{person}": Permission.VIEW_RANKING,
    "/graduates": Permission.VIEW_RANKING,
    "/graduates/{person}": Permission.VIEW_RANKING,
    "/graduates/{person}/as-of": Permission.VIEW_RANKING,
    "/ranking": Permission.VIEW_RANKING,
    "/ranking/parameters": Permission.MANAGE_DRIVE,
}
POST_ROUTES = {
    "/postings/{posting}/sheet": Permission.EXPORT_LIST,
    "/graduates/{person}/sheet": Permission.EXPORT_LIST,
    "/graduates/{person}/number": Permission.VIEW_GRADUATES,
    "/ranking/run": Permission.RUN_RANKING,
    "/ranking/parameters": Permission.MANAGE_DRIVE,
}
UNION_ROLES = [role for role in Role if role not in (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER)]


@pytest.mark.parametrize("role", UNION_ROLES)
def test_every_role_opens_exactly_what_its_permissions_say(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory, role: Role
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, role, union=session.get_one(Union, world.union_id))
        if role is Role.REVIEWER:  # pages must not ask to set up the second factor
            session.get_one(Account, actor.account_id).totp_cipher = b"\0"
    client = signed_in_as(actor)
    places = {"posting": world.posting, "person": world.people["周一"]}

    for routes, ask in ((GET_ROUTES, client.get), (POST_ROUTES, client.submit)):
        for route, permission in routes.items():
            answer = ask(route.format(**places))
            allowed = permission in GRANTS[role]
            assert (answer.status_code != 403) is allowed, (role, route, answer.status_code)
            assert answer.status_code < 500


def test_postings_and_lists_of_another_tree_answer_like_missing_ones(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        elsewhere = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session))
    client = signed_in_as(elsewhere)

    for address in (
        f"/postings/{world.posting}",
        f"/postings/{world.posting}/requirement",
        f"/postings/{world.posting}/as-of",
        f"/postings?drive={world.drive_id}",
        "/postings/nothing",
    ):
        assert client.get(address).status_code == 404
    assert client.submit(f"/postings/{world.posting}/sheet").status_code == 404


def test_the_requirement_page_colours_what_was_read_and_counts_people(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.open_ended}/requirement").text

    assert '<mark class="r-major"' in page
    assert "等相关专业" in page
    assert "要人工确认的专业" in page
    assert "财务管理" in page


def test_words_that_were_not_read_are_kept_and_shown(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        posting_of(session, world).requirement = {"混合": "会计学、甲乙丙丁戊方术"}

    page = signed_in_as(world.manager).get(f"/postings/{world.posting}/requirement").text

    assert "甲乙丙丁戊方术" in page
    assert "没有读懂" in page or "目录外的专业名" in page


@contextmanager
def counting(factory: SessionFactory) -> Iterator[list[str]]:
    """Collect the statements sent meanwhile."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    engine = factory.kw["bind"]
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow_with_the_list(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(world.manager)
    addresses = ("/postings", f"/postings/{world.posting}", "/graduates")
    counts = []
    for address in addresses:
        with counting(sqlite_factory) as sent:
            client.get(address)
        counts.append(len(sent))
    with transaction(sqlite_factory) as session:
        posting = posting_of(session, world)
        drive = make_drive(session)
        posting_drive = posting.drive_id
        for _ in range(20):
            made = make_posting(session, drive)
            made.drive_id = posting_drive
            made.lottery_number += 1000
            session.flush()

    again = []
    for address in addresses:
        with counting(sqlite_factory) as sent:
            client.get(address)
        again.append(len(sent))

    assert again == counts
    assert max(counts) <= 30


def test_without_a_drive_the_pages_say_what_to_do_next(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        manager = make_actor(session, Role.DRIVE_MANAGER)
    client = signed_in_as(manager)

    for address in ("/postings", "/graduates", "/ranking"):
        assert "还没有活动" in client.get(address).text
    assert client.get("/ranking/parameters").status_code == 404
