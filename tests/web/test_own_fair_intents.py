"""A graduate's own page of fairs: sessions, booths, and what became of the intents, answered as by the link."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState, OutcomeSaid, OutcomeSide, SurveySide
from matcher.kinds.referrals import ReferralVia
from matcher.models.drives import Drive
from matcher.models.fair_reports import FairFollow, FairOutcomeStep
from matcher.models.organisations import Union
from matcher.services.fair_reports import asking, closing, following
from matcher.services.fair_reports.following import Told
from tests.factories.accounts import make_actor
from tests.factories.fair_after import come_in, make_contact, make_held_fair, place_employer
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

PAGE = "/my-fairs-visits"
TELL = f"{PAGE}/intents"


@dataclass(frozen=True)
class World:
    """A closed fair two graduates reached an intent at; one is signed in, the other is somebody else."""

    mine: PageClient
    other: PageClient
    nobody: PageClient
    """A graduate who came to no fair."""
    anybody: PageClient
    token: str
    own: str
    others: str
    unit: str
    post: str
    spoken: str
    """An employer that refused the graduate."""


@pytest.fixture
def world(sqlite_factory: SessionFactory, signed_in_as: SignInAs, client: PageClient) -> World:
    with transaction(sqlite_factory) as session:
        made = make_held_fair(session, n_visitors=0)
        people = [make_graduate(session), make_graduate(session)]
        came = [come_in(session, made, one) for one in people]
        organiser = make_actor(
            session, Role.FAIR_ORGANISER, union=session.get_one(Union, made.fair.union_id)
        )
        unit = place_employer(session, made.places[0])
        post = make_posting(
            session, session.get_one(Drive, made.fair.drive_id), unit, title="装配工"
        )
        for visitor in came:
            make_contact(session, made.places[0], visitor, ContactState.INTENT, posting_id=post.id)
        make_contact(session, made.places[1], came[0], ContactState.REFUSED)
        closing.close_fair(session, organiser, made.fair.public_id)
        asking.ask_visitor(session, came[0].id)
        follows = {one.visitor_id: one.public_id for one in session.scalars(sa.select(FairFollow))}
        following.tell(
            session,
            make_actor(session, Role.EMPLOYER, employer=unit),
            follows[came[0].id],
            Told(OutcomeSaid.NOT_HIRED),
        )
        actors = [make_actor(session, Role.GRADUATE, graduate=one) for one in people]
        nobody = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))
        token = asking.token_of(session, SurveySide.VISITOR, came[0].public_id)
        spoken = place_employer(session, made.places[1]).name
        made_of = (follows[came[0].id], follows[came[1].id], unit.name, post.title, spoken)
    return World(
        signed_in_as(actors[0]),
        signed_in_as(actors[1]),
        signed_in_as(nobody),
        client,
        token,
        *made_of,
    )


def _words(factory: SessionFactory, follow_id: str) -> list[tuple[str, str]]:
    """Return what the person said of an intent and through what, oldest first."""
    with reading(factory) as session:
        found = (
            sa.select(FairOutcomeStep)
            .join(FairFollow, FairFollow.id == FairOutcomeStep.follow_id)
            .where(FairFollow.public_id == follow_id, FairOutcomeStep.side == OutcomeSide.VISITOR)
        )
        return [(one.said, one.via) for one in session.scalars(found.order_by(FairOutcomeStep.id))]


def test_the_own_page_shows_session_booths_and_intents_of_the_reader_alone(world: World) -> None:
    mine, others = world.mine.get(PAGE).text, world.other.get(PAGE).text

    assert "已入场" in mine
    assert f"{world.unit}，{world.post}，达成意向" in mine
    assert (world.own in mine, world.others in mine) == (True, False)
    assert (world.own in others, world.others in others) == (False, True)
    assert world.spoken not in others


def test_a_booths_refusal_and_the_employers_word_are_not_told_on_the_own_page(
    world: World,
) -> None:
    page = world.mine.get(PAGE).text

    assert f"{world.spoken}，已接触" in page
    assert "不合适" not in page
    assert "等你答复" in page
    assert FollowState.NOT_HIRED.label not in page


def test_a_word_on_the_own_page_and_by_the_link_are_one_record_and_correct_each_other(
    world: World, sqlite_factory: SessionFactory
) -> None:
    told = world.mine.submit(TELL, follow=world.own, said="hired")
    assert told.status_code == 303
    assert "你上次说的是：已被录用" in world.mine.get(PAGE).text
    assert "你上次说的是：已被录用" in world.anybody.get(f"/after/{world.token}").text

    world.anybody.submit(f"/after/{world.token}/intents", follow=world.own, said="started")

    assert "你上次说的是：已经上班" in world.mine.get(PAGE).text
    assert _words(sqlite_factory, world.own) == [
        (OutcomeSaid.HIRED, ReferralVia.SELF),
        (OutcomeSaid.STARTED, ReferralVia.LINK),
    ]


def test_of_an_intent_of_somebody_else_nothing_can_be_told(
    world: World, sqlite_factory: SessionFactory
) -> None:
    assert world.mine.submit(TELL, follow=world.others, said="hired").status_code == 404
    assert world.anybody.submit(TELL, follow=world.own, said="hired").status_code != 200

    assert _words(sqlite_factory, world.others) == _words(sqlite_factory, world.own) == []


def test_an_intent_that_is_none_any_more_is_neither_listed_nor_told_of(
    world: World, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        found = sa.select(FairFollow).where(FairFollow.public_id == world.own)
        session.scalars(found).one().ended_at = clock.now()

    assert world.own not in world.mine.get(PAGE).text
    assert world.mine.submit(TELL, follow=world.own, said="hired").status_code == 404


def test_a_day_that_lies_ahead_is_refused_beside_the_field_and_nothing_is_kept(
    world: World, sqlite_factory: SessionFactory
) -> None:
    ahead = clock.today() + dt.timedelta(days=3)

    page = world.mine.submit(TELL, follow=world.own, said="hired", happened_on=ahead.isoformat())

    assert page.status_code == 422
    assert 'id="field-happened_on"' in page.text
    assert "日期不能晚于今天" in page.text
    assert _words(sqlite_factory, world.own) == []


def test_who_came_to_no_fair_and_who_reached_no_intent_read_so(
    world: World, sqlite_factory: SessionFactory
) -> None:
    assert "还没有招聘会" in world.nobody.get(PAGE).text
    with transaction(sqlite_factory) as session:
        found = sa.select(FairFollow).where(FairFollow.public_id == world.own)
        session.scalars(found).one().ended_at = clock.now()

    assert "还没有谈成的意向" in world.mine.get(PAGE).text
