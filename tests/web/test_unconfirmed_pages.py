"""Proposals of a plan nobody confirmed: the pages of referrals say so, and offer to confirm before anything else."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.plan_runs import PublishedAs
from matcher.models.plans import PlanPublication, PlanRun
from matcher.models.referrals import Referral
from tests.factories.plan_rows import make_plan_rows
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.plan_world import World, make_world, publish


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a drive whose plan was published."""
    made = make_world(sqlite_factory)
    publish(sqlite_factory, made)
    return made


def _first(factory: SessionFactory) -> str:
    with reading(factory) as session:
        return session.scalars(sa.select(Referral.public_id).order_by(Referral.id)).first() or ""


def test_a_proposal_nobody_confirmed_says_that_the_person_was_not_asked_and_is_confirmed_there(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client, number = signed_in_as(world.worker), _first(sqlite_factory)

    listed = client.get("/referrals").text
    before = client.get(f"/referrals/{number}").text
    told = client.submit("/my-seats/confirm", r=number).text
    after = client.get(f"/referrals/{number}").text

    assert "待专干确认，还没有征询本人" in listed
    assert "待专干确认，还没有征询本人" in before
    assert "本人还不知道" in before
    assert "确认，去问本人" in before
    assert "等本人同意" not in before
    assert f"/referrals/{number}" in told
    assert "等本人同意" in after
    assert "确认，去问本人" not in after


def test_who_takes_a_publication_back_is_told_how_many_people_were_asked_already(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    before = signed_in_as(world.manager).get(f"/plans/{world.plan}").text
    signed_in_as(world.worker).submit("/my-seats/confirm", r=_first(sqlite_factory))

    after = signed_in_as(world.manager).get(f"/plans/{world.plan}").text

    assert "已经问过本人" not in before
    assert "其中 1 人已经问过本人" in after


def test_of_a_seat_no_proposal_came_of_it_is_told_whose_and_why(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        row = session.scalars(sa.select(PlanPublication).order_by(PlanPublication.graduate_id))
        refused = row.first()
        assert refused is not None
        refused.published_as, refused.refusal_code = PublishedAs.REFUSED, "referral_hidden"

    page = signed_in_as(world.manager).get(f"/plans/{world.plan}").text

    assert world.person in page
    assert "本人不愿去这家单位" in page
    assert "只列前" not in page


def test_before_a_plan_is_published_anew_it_says_how_many_are_new_and_how_many_go_on(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client: PageClient = signed_in_as(world.manager)
    with transaction(sqlite_factory) as session:
        standing = session.scalar(sa.select(sa.func.count()).select_from(Referral)) or 0
        number = make_plan_rows(session, world.drive_id).public_id
    client.submit(f"/plans/{number}/choose", rule="fair")

    page = client.get(f"/plans/{number}").text

    with reading(sqlite_factory) as session:
        made = session.scalars(sa.select(PlanRun).where(PlanRun.public_id == number)).one()
        new = made.figures["fair"]["total"]["seated"] - standing
    assert f"发布：新生成 {new} 条推荐，{standing} 条继续有效" in page
    assert f"{standing} 条原有的推荐继续有效" in page
