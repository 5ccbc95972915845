"""A cancelled fair: whoever still opens its wall or a booth's code reads that it is off, and nothing else."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds.fairs import FairState
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair
from matcher.models.postings import Posting
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

OFF = "这场招聘会取消了"


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> HallWorld:
    with transaction(sqlite_factory) as session:
        made = make_hall_world(session)
        fair = session.get_one(Fair, made.fair.id)
        fair.state, fair.cancelled_because = FairState.CANCELLED, "场地检修"
        session.flush()
        session.expunge_all()
    return made


def test_wall_and_booth_of_a_cancelled_fair_say_that_it_is_off_and_nothing_else(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        world.session = session
        code = world.code()
        employer = session.get_one(Employer, world.place.employer_id).name
        posting = session.get_one(Posting, world.posting.id).title
        queue = f"/q/{session.scalars(sa.select(Booth.public_id)).one()}"
    wall = f"/f/{world.fair.token}/wall"

    shown = [client.get(one) for one in (wall, f"{wall}/figures", queue)]
    refused = client.submit(f"{queue}/number", code=code)

    assert [one.status_code for one in (*shown, refused)] == [200, 200, 200, 409]
    for answer in (*shown, refused):
        assert OFF in answer.text
        assert "场地检修" in answer.text
        told = (employer, posting, code, "取号", "已入场", "达成意向")
        assert [word for word in told if word in answer.text] == []
    assert "hx-get" not in shown[1].text


def test_the_own_booth_of_a_cancelled_fair_leads_to_the_page_that_says_so(
    world: HallWorld, signed_in_as: SignInAs
) -> None:
    agent = signed_in_as(world.agent)

    led = agent.get(f"/my-fairs/{world.place.public_id}/booth")

    assert led.headers["Location"] == f"/my-fairs/{world.fair.public_id}"
    assert OFF in agent.get(led.headers["Location"]).text
    assert agent.get("/my-fairs/nothing/booth").status_code == 404
