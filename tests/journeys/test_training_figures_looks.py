"""The figures of training and of filled seats are read on a wide screen and on a phone."""

import pytest

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.follow_ups import SeatOutcomeKind
from matcher.kinds.placements import PlacementState
from matcher.services.follow_ups import seat_answers
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import answers, hiring
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.follow_ups import make_survey
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from tests.factories.training import begin_today, make_course, make_training
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def manager(sqlite_factory: SessionFactory) -> Actor:
    """Give a manager of a union with two courses, somebody hired, and a survey answered."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        by = make_actor(session, Role.DRIVE_MANAGER, union=union)
        courses = [make_course(session, union, places=9) for _ in range(2)]
        for count in (1, 2):
            person = make_graduate(session, union)
            for course in courses[:count]:
                begin_today(session, course)
                row = make_training(session, by, course, person)
                answers.accept(session, by, row.id)
                answers.start(session, by, row.id)
                answers.finish(session, by, row.id)
            make_placement(session, person, started_on=clock.today(), state=PlacementState.VERIFIED)
        hiring.link_found(session, SYSTEM)
        posting = make_posting(session, drive=make_drive(session, union), headcount=3)
        survey = make_survey(session, posting)
        counts = {SeatOutcomeKind.OTHER: survey.seats - 1, SeatOutcomeKind.NOT_FILLED: 1}
        seat_answers.answer_seats(session, by, survey.public_id, counts)
        return by


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "page", ["/training", "/training/figures", "/training?counted=began", "/seat-surveys"]
)
def test_figures_are_read_at_any_width(
    address: str, open_as: OpenAs, manager: Actor, width: int, page: str
) -> None:
    desk = open_as(manager, width)
    said = complaints(desk)

    desk.goto(f"{address}{page}")

    look(desk)
    assert said == []
