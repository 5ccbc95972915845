"""A run that failed says on its pages what failed and what to do."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import RunState
from matcher.models.ranking_runs import RankingRun
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_runs import DeadRun, fail_run, request_run
from tests.support.pages import parse_strictly
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world

SENTENCE = "岗位要求的证书有 65 种，排序最多支持 64 种。请合并名称不同的同一种证书。"


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive whose next run failed."""
    made = make_world(sqlite_factory)
    with transaction(sqlite_factory) as session:
        run = request_run(session, SYSTEM, made.drive_id)
        fail_run(session, DeadRun(run.id, "too_many_certificates", SENTENCE))
    return made


def test_the_page_of_runs_and_the_drives_home_say_why(world: World, signed_in_as: SignInAs) -> None:
    client = signed_in_as(world.manager)

    page = client.get(f"/ranking?drive={world.drive_id}").text

    parse_strictly(page)
    assert page.count(SENTENCE) == 2  # beside the button, and in the list of runs


def test_the_progress_of_a_failed_run_ends_with_why(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    failed = sa.select(RankingRun.public_id).where(RankingRun.state == RunState.FAILED)
    with transaction(sqlite_factory) as session:
        public_id = session.scalars(failed).one()

    fragment = signed_in_as(world.manager).get(f"/ranking/runs/{public_id}").text

    assert SENTENCE in fragment
    assert "hx-get" not in fragment


def test_after_a_run_that_went_well_nothing_is_said_of_the_failed_one(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        request_run(session, SYSTEM, world.drive_id)

    page = signed_in_as(world.manager).get(f"/ranking?drive={world.drive_id}").text

    assert page.count(SENTENCE) == 1  # in the list of runs alone
