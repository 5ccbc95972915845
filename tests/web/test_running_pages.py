"""Rules of running the ranking from a page, and of the parameters of its order."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading
from matcher.kinds import PriorityMode, RunState
from matcher.models.drives import Drive, DriveRevision
from matcher.models.ranking_runs import RankingRun
from tests.support.pages import parse_strictly
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world
from tests.web.test_ranking_pages import names


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive."""
    return make_world(sqlite_factory)


def test_asking_twice_makes_one_run_and_stopping_keeps_the_lists(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(world.manager)

    client.submit("/ranking/run", drive=world.drive_id)
    client.submit("/ranking/run", drive=world.drive_id)
    with reading(sqlite_factory) as session:
        runs = session.scalars(sa.select(RankingRun).order_by(RankingRun.number)).all()
    progress = client.get(f"/ranking/runs/{runs[-1].public_id}")
    going = client.get("/ranking").text
    client.submit(f"/ranking/runs/{runs[-1].public_id}/stop")

    assert [run.number for run in runs] == [1, 2]
    assert "hx-trigger" in progress.text
    assert "正在排序，第 2 次运行" in going
    assert names(client.get(f"/postings/{world.posting}").text) == ["周*", "吴*", "郑*"]
    with reading(sqlite_factory) as session:
        assert session.get_one(RankingRun, runs[-1].id).state is RunState.CANCELLED


def test_a_run_that_is_over_is_not_asked_for_again(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with reading(sqlite_factory) as session:
        run = session.scalars(sa.select(RankingRun)).one()

    part = signed_in_as(world.manager).get(f"/ranking/runs/{run.public_id}").text

    assert "hx-trigger" not in part
    assert 'data-job-over="done"' in part


def _present(page: str) -> dict[str, str]:
    """Return the fields of the form of parameters as they are shown."""
    fields = {}
    for one in parse_strictly(page).iter("input"):
        kind, name = one.get("type", "text"), one.get("name")
        if name and name != "csrf_token" and (kind != "radio" or one.get("checked") is not None):
            fields[name] = one.get("value", "")
    return {
        name: fields[name] for name in fields if name not in ("next", "language", "filter-toggle")
    }


def test_saving_parameters_makes_a_revision_and_asks_for_a_run(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(world.manager)
    form = _present(client.get("/ranking/parameters").text)

    client.submit(
        "/ranking/parameters",
        **(form | {"ordinary_mode": "points", "text": "1,500".replace(",", "")}),
    )

    with reading(sqlite_factory) as session:
        revision = session.get_one(DriveRevision, (world.drive_id, 2))
    assert revision.parameters["ordinary_mode"] == PriorityMode.POINTS
    assert revision.parameters["points"]["text"] == 1500
    assert "请重新排序" in client.get("/ranking").text


def test_parameters_against_the_rules_are_refused_and_kept_as_typed(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(world.manager)
    form = _present(client.get("/ranking/parameters").text)

    answer = client.submit("/ranking/parameters", **(form | {"major_leaf": "10"}))

    assert answer.status_code == 422
    assert "分值应按志愿顺序和专业远近递减" in answer.text
    assert 'value="10"' in answer.text
    with reading(sqlite_factory) as session:
        assert session.get_one(Drive, world.drive_id).revision == 1
