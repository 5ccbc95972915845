"""Numbers of posts on printed sheets: each means one post of its employer for good, whatever is chosen later."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.migrations import run as migrations
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContactStep
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.postings import Posting
from matcher.services.fair_employers.posts import choose_posts
from matcher.services.fair_employers.sight import Place
from matcher.services.fair_sheets import batches, layouts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, place_employer
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.factories.fairs import make_fair_posting
from tests.factories.postings import make_posting
from tests.matcher.services.fair_sheets.paper_world import YES, enter_book, upload_book, verdicts

Shown = tuple[Place, list[Posting]]


@pytest.fixture
def agent(session: Session, made: HeldFair) -> Actor:
    return make_actor(session, Role.EMPLOYER, employer=place_employer(session, made.places[0]))


@pytest.fixture
def shown(session: Session, made: HeldFair, agent: Actor) -> Shown:
    """Give a place that shows three posts on the day of the fair, as its sheet is printed."""
    fair = session.get_one(Fair, made.fair.id)
    fair.first_on = fair.last_on = made.held.held_on = clock.today()
    employer = session.get_one(Employer, made.places[0].employer_id)
    drive = session.get_one(Drive, fair.drive_id)
    place = Place(fair, made.places[0], employer)
    first = session.get_one(Posting, place.row.numbered_postings[0])
    posts = [first, *(make_posting(session, drive, employer, title=f"岗位{n}") for n in "乙丙")]
    session.flush()
    _choose(session, agent, place, posts)
    return place, posts


def _choose(session: Session, agent: Actor, place: Place, posts: list[Posting]) -> None:
    choose_posts(session, agent, place, [one.public_id for one in posts])


def _numbers(session: Session, place: Place) -> dict[int, int]:
    """Return what a sheet printed now lists: numbers, and the post of each."""
    listed = layouts.numbered_places(session, place.fair)
    mine = next(one for one in listed if one.id == place.row.id)
    return {post.number: post.posting_id for post in mine.shown}


def _book(made: HeldFair, post: str) -> bytes:
    """Return a line of the booth of somebody with an intent for a post."""
    came = sign_in_line(made.fair, 1, "", "张三", "13911112222", "", "", "", YES)
    return typed_book([came], [contact_line(made.fair, 1, came[0], "", "", YES, post)])


def _intents(session: Session) -> list[int | None]:
    found = sa.select(FairContactStep.posting_id).where(FairContactStep.kind == "intent")
    return list(session.scalars(found))


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_printed_number_means_the_same_post_after_another_is_taken_off(
    session: Session, made: HeldFair, organiser: Actor, agent: Actor, shown: Shown, at: int
) -> None:
    place, posts = shown
    printed = _numbers(session, place)
    _choose(session, agent, place, posts[1:])

    enter_book(session, organiser, made, _book(made, str(at + 1)))

    assert printed == {n: post.id for n, post in enumerate(posts, start=1)}
    assert _intents(session) == [posts[at].id]


def test_a_number_is_never_given_twice_and_comes_back_with_its_post(
    session: Session, agent: Actor, shown: Shown
) -> None:
    place, posts = shown
    drive = session.get_one(Drive, place.fair.drive_id)
    _choose(session, agent, place, posts[:1])
    later = make_posting(session, drive, place.employer, title="岗位丁")

    _choose(session, agent, place, [posts[0], later])
    assert _numbers(session, place) == {1: posts[0].id, 4: later.id}

    _choose(session, agent, place, [later, posts[1]])
    assert _numbers(session, place) == {2: posts[1].id, 4: later.id}


def test_sheets_printed_before_numbers_were_kept_mean_what_they_meant(
    session: Session, engine: sa.Engine, made: HeldFair
) -> None:
    drive = session.get_one(Drive, made.fair.drive_id)
    employer = place_employer(session, made.places[0])
    later, sooner = (make_posting(session, drive, employer) for _ in range(2))
    for posting in (sooner, later):
        make_fair_posting(session, made.places[0], posting)
    wanted = [list(place.numbered_postings) for place in made.places]
    ids = [place.id for place in made.places]
    session.commit()
    session.close()

    migrations.downgrade(engine, "0049")
    migrations.upgrade(engine)

    assert len(wanted[0]) == 3
    assert [session.get_one(FairEmployer, one).numbered_postings for one in ids] == wanted


def test_choosing_the_same_posts_again_changes_no_row(
    session: Session, agent: Actor, shown: Shown
) -> None:
    place, posts = shown
    version = place.row.version_id

    _choose(session, agent, place, posts)

    assert place.row.version_id == version


def test_an_unwritten_post_is_not_the_one_left_of_several_printed(
    session: Session, made: HeldFair, organiser: Actor, agent: Actor, shown: Shown
) -> None:
    place, posts = shown
    _choose(session, agent, place, posts[:1])

    enter_book(session, organiser, made, _book(made, ""))

    assert _intents(session) == [None]


def test_a_number_no_sheet_ever_had_is_refused_with_where_and_why(
    session: Session, made: HeldFair, organiser: Actor, agent: Actor, shown: Shown
) -> None:
    place, posts = shown
    make_posting(session, session.get_one(Drive, place.fair.drive_id), place.employer)
    _choose(session, agent, place, posts[:2])

    batch = upload_book(session, organiser, made, _book(made, "4"))

    [_, refused] = batches.list_lines(session, batch)[::-1]
    assert (refused.row.problem_column, refused.typed) == (layouts.POST, "4")
    assert refused.row.problem == "这家单位在本场没有这个岗位，请填序号或岗位全名。"


def test_a_title_two_posts_have_asks_for_the_number(
    session: Session, made: HeldFair, organiser: Actor, agent: Actor, shown: Shown
) -> None:
    place, posts = shown
    posts[1].title = posts[2].title
    _choose(session, agent, place, posts[1:])

    batch = upload_book(session, organiser, made, _book(made, posts[2].title))

    why = "这家单位有几个岗位都是这个名称，请填纸上的岗位序号。"
    assert verdicts(session, batch)[-1] == ("refused", why)
