"""The list of people expected at booths: what nobody can wait for or follow is not written as a number."""

import re

from matcher.db.engine import SessionFactory, transaction
from matcher.models.fairs import Fair, FairEmployer
from tests.factories.fair_hall import make_hall_world
from tests.web.conftest import SignInAs


def _row(page: str) -> str:
    found = re.search(r"<tbody.*?</tbody>", page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_line_longer_than_the_session_is_said_so_and_no_more_hands_are_asked_than_have_room(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        world = make_hall_world(session)
        session.get_one(Fair, world.fair.id).expected_people = 560
        number, place = world.fair.id, world.place.id
        address = f"/fairs/{world.fair.public_id}/plan/expected"
    organiser = signed_in_as(world.organiser)

    crowded = _row(organiser.get(address).text)
    with transaction(sqlite_factory) as session:
        session.get_one(Fair, number).expected_people = 40
        session.get_one(FairEmployer, place).n_interviewers = 1
    busy = _row(organiser.get(address).text)

    assert "这一场排不完" in crowded
    assert "分钟" not in crowded
    assert "建议加 3 人" in crowded
    assert "分面试时段来" in crowded
    assert re.search(r"\d+ 分钟", busy)
    assert "建议加 1 人" in busy
    assert "排不完" not in busy
    assert "分面试时段来" not in busy
