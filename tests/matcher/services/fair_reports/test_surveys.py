"""The survey of both sides: while it is open, once a link or page, of the own side and fair, read by who may."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.fairs import FairState
from matcher.models.fair_reports import FairSurveyAnswer
from matcher.services.fair_reports import asking, surveys
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, after_link, make_held_fair
from tests.factories.fair_hall import make_agent
from tests.factories.people import make_graduate
from tests.support.at_once import all_at_once, committed

_GOOD = {"overall": ["5"]}
_VISITOR, _EMPLOYER = SurveySide.VISITOR, SurveySide.EMPLOYER


def _answer(
    session: Session, made: HeldFair, number: str = "n", side: SurveySide = _VISITOR
) -> None:
    surveys.answer_openly(session, made.fair.token, side, _GOOD, None, number=number)


def _n(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(FairSurveyAnswer.id))) or 0


@pytest.mark.parametrize(("days", "is_open"), [(-1, False), (0, True), (90, True), (91, False)])
def test_anybody_may_answer_from_the_first_day_to_the_last_of_the_links(
    session: Session, made: HeldFair, days: int, is_open: bool
) -> None:
    made.fair.first_on = made.fair.last_on = clock.today() - dt.timedelta(days=days)
    session.flush()

    assert surveys.is_survey_open(made.fair) is is_open
    if is_open:
        _answer(session, made)
    else:
        with pytest.raises(RuleBrokenError, match="三个月"):
            _answer(session, made)
    assert _n(session) == is_open


@pytest.mark.parametrize("state", [FairState.DRAFT, FairState.CANCELLED])
def test_a_fair_that_is_not_held_asks_nobody(
    session: Session, made: HeldFair, state: FairState
) -> None:
    made.fair.state = state
    session.flush()

    with pytest.raises(NotFoundError):
        _answer(session, made)


def test_a_link_works_to_the_end_of_its_ninetieth_day(session: Session, made: HeldFair) -> None:
    token = after_link(session, made.visitors[0])
    ends = dt.datetime.combine(
        clock.today() + dt.timedelta(days=91), dt.time.min, tzinfo=clock.CHINA
    )

    with clock.set_by_hand(ends.astimezone(dt.UTC) - dt.timedelta(seconds=1)) as hands:
        assert asking.look(session, token)
        hands.move_to(hands.instant + dt.timedelta(seconds=1))
        with pytest.raises(NotFoundError):
            asking.look(session, token)


def test_a_page_sent_twice_is_one_answer_at_this_fair_and_its_number_binds_no_other(
    session: Session, made: HeldFair
) -> None:
    other = make_held_fair(session, n_visitors=0)

    for one in (made, made, other):
        _answer(session, one)
    _answer(session, made, "m")

    assert _n(session) == 3


def test_a_number_of_any_length_is_kept_short_and_known_again(
    session: Session, made: HeldFair
) -> None:
    for _ in range(2):
        _answer(session, made, "n" * 10_000)

    [kept] = session.scalars(sa.select(FairSurveyAnswer.paper_code))
    assert kept == "page:" + "n" * 32


def test_a_link_answered_by_many_presses_at_once_is_one_answer(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        made = make_held_fair(session, n_places=0, n_visitors=1)
        token = after_link(session, made.visitors[0])

    def answers(session: Session) -> None:
        surveys.answer_by_link(session, token, _GOOD, None)

    ended = all_at_once([committed(connect(), answers) for _ in range(5)])

    assert ended == {"done": 1, "fair_survey_done": 4}
    with reading(session_factory) as session:
        assert _n(session) == 1


def test_sides_are_counted_apart_and_fairs_too(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    other = make_held_fair(session, n_visitors=0)
    for n in range(5):
        _answer(session, made, f"v{n}")
    _answer(session, made, "e", _EMPLOYER)
    _answer(session, other, "o")

    found = {
        side: surveys.read_results(session, organiser, made.fair, side)
        for side in (_VISITOR, _EMPLOYER)
    }

    assert {side: one.n_answers for side, one in found.items()} == {_VISITOR: 5, _EMPLOYER: 1}
    assert (found[_VISITOR].is_hidden, found[_EMPLOYER].is_hidden) == (False, True)
    assert found[_EMPLOYER].words == []


def test_free_words_stand_in_an_order_of_their_own(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    for n, words in enumerate(["丁", "丙", None, "乙", "甲"]):
        surveys.answer_openly(session, made.fair.token, _VISITOR, _GOOD, words, number=str(n))

    found = surveys.read_results(session, organiser, made.fair, _VISITOR)

    assert found.words == sorted(["丁", "丙", "乙", "甲"])


def test_an_answer_says_something_and_not_too_much(session: Session, made: HeldFair) -> None:
    for sent, words in (({}, None), ({}, "  "), ({"overall": ["9"]}, None), (_GOOD, "长" * 501)):
        with pytest.raises(InvalidInputError):
            surveys.answer_openly(session, made.fair.token, _VISITOR, sent, words, number="x")
    surveys.answer_openly(session, made.fair.token, _VISITOR, {}, "长" * 500, number="y")

    assert _n(session) == 1


def test_employers_and_graduates_read_no_results(session: Session, made: HeldFair) -> None:
    person = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))
    for by in (make_agent(session, made.places[0]), person):
        with pytest.raises(NotAllowedError):
            surveys.read_results(session, by, made.fair, _VISITOR)
