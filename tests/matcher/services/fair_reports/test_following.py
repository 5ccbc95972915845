"""Intents followed to hires: each side tells of its own, nobody reads the other's word, tasks ask who is silent."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState, OutcomeSaid, OutcomeSide, SurveySide
from matcher.kinds.referrals import ReferralVia
from matcher.models.employers import Employer
from matcher.models.fair_reports import FairAsk, FairFollow, FairOutcomeStep, FairSurveyAnswer
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.services.fair_reports import (
    asking,
    closing,
    figures,
    following,
    reporting,
    surveys,
)
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.fair_after import (
    HeldFair,
    come_in,
    make_contact,
    make_held_fair,
    place_employer,
)
from tests.factories.people import make_graduate

PHONE = "13912345678"


def _ask(session: Session, made: HeldFair, side: SurveySide) -> tuple[FairAsk, str]:
    place, visitor = made.places[0], made.visitors[0]
    if side is SurveySide.EMPLOYER:
        asking.ask_place(session, place.id)
        public_id = place.public_id
    else:
        asking.ask_visitor(session, visitor.id)
        public_id = visitor.public_id
    token = asking.token_of(session, side, public_id)
    return asking.look(session, token), token


def test_a_link_speaks_for_its_own_intents_only(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    asking.ask_visitor(session, made.visitors[1].id)
    other = asking.token_of(session, SurveySide.VISITOR, made.visitors[1].public_id)
    with pytest.raises(NotFoundError):
        surveys.tell_by_link(session, other, follow.public_id, Told(OutcomeSaid.HIRED))

    _, token = _ask(session, made, SurveySide.VISITOR)
    surveys.tell_by_link(session, token, follow.public_id, Told(OutcomeSaid.HIRED))

    assert follow.state is FollowState.HIRED


def test_two_who_disagree_are_no_hire_until_staff_found_out(
    session: Session, made: HeldFair, organiser: Actor, follow: FairFollow
) -> None:
    _, employer = _ask(session, made, SurveySide.EMPLOYER)
    _, visitor = _ask(session, made, SurveySide.VISITOR)
    surveys.tell_by_link(session, employer, follow.public_id, Told(OutcomeSaid.STARTED))
    surveys.tell_by_link(session, visitor, follow.public_id, Told(OutcomeSaid.NOT_GOING))
    assert follow.state is FollowState.DISPUTED
    assert figures.count_all(session, made.fair)["hires"] == 0

    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.STARTED))

    assert figures.count_all(session, made.fair)["hires"] == 1


def test_a_correction_is_a_row_and_the_same_word_again_is_none(
    session: Session, organiser: Actor, follow: FairFollow
) -> None:
    for said in (OutcomeSaid.HIRED, OutcomeSaid.HIRED, OutcomeSaid.NOT_HIRED):
        following.tell(session, organiser, follow.public_id, Told(said))

    steps = session.scalars(sa.select(FairOutcomeStep).order_by(FairOutcomeStep.id)).all()
    assert [(one.said.value, one.replaces_id) for one in steps] == [
        ("hired", None),
        ("not_hired", steps[0].id),
    ]
    assert follow.state is FollowState.NOT_HIRED


def test_another_employer_and_another_union_see_nothing_of_it(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    other = place_employer(session, made.places[1])
    agent = make_actor(session, Role.EMPLOYER, employer=other)
    stranger = make_actor(session, Role.FAIR_ORGANISER)

    for by in (agent, stranger):
        with pytest.raises(NotFoundError):
            following.tell(session, by, follow.public_id, Told(OutcomeSaid.HIRED))


def test_the_employer_tells_of_its_own_and_cannot_say_nobody_was_reached(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    agent = make_actor(session, Role.EMPLOYER, employer=place_employer(session, made.places[0]))

    with pytest.raises(InvalidInputError):
        following.tell(session, agent, follow.public_id, Told(OutcomeSaid.LOST))
    following.tell(session, agent, follow.public_id, Told(OutcomeSaid.HIRED))

    assert follow.state is FollowState.HIRED


@pytest.mark.parametrize("days", [1, -5])
def test_a_day_ahead_or_before_the_fair_is_refused(
    session: Session, organiser: Actor, follow: FairFollow, days: int
) -> None:
    day = clock.today() + dt.timedelta(days=days)

    with pytest.raises(InvalidInputError):
        following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.HIRED, day))


def test_everybody_who_took_part_is_asked_once_by_a_neutral_message(
    session: Session, organiser: Actor
) -> None:
    made = make_held_fair(session)
    come_in(session, made, phone=PHONE)
    for _ in range(2):
        for number in asking.visitors_to_ask(session, made.fair):
            asking.ask_visitor(session, number)
        for number in asking.places_to_ask(session, made.fair):
            asking.ask_place(session, number)

    assert session.scalar(sa.select(sa.func.count(FairAsk.id))) == 8
    written = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.template == asking.TEMPLATE)
    ).all()
    assert {tuple(one.parameters) for one in written} == {("fair",)}


def test_a_made_up_or_cut_link_and_one_that_is_over_answer_alike(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    ask, token = _ask(session, made, SurveySide.VISITOR)
    for wrong in ("", token[:-1], token[:-1] + "!", "e" + token[1:], "x" * 43, "é" * 43):
        with pytest.raises(NotFoundError):
            asking.look(session, wrong)

    ask.expires_at = clock.now() - dt.timedelta(seconds=1)
    session.flush()
    with pytest.raises(NotFoundError):
        asking.look(session, token)


def test_an_answer_to_the_survey_is_taken_once_and_names_nobody(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    ask, token = _ask(session, made, SurveySide.VISITOR)
    surveys.answer_by_link(session, token, {"overall": ["5"], "talked": ["none"]}, "排队太久")

    with pytest.raises(RuleBrokenError):
        surveys.answer_by_link(session, token, {"overall": ["1"]}, None)
    answer = session.scalars(sa.select(FairSurveyAnswer)).one()
    assert answer.answers == {"overall": 5, "talked": "none"}
    assert not {"visitor_id", "ask_id", "fair_employer_id"} & set(FairSurveyAnswer.__table__.c)
    assert ask.survey_done


def test_few_answers_are_not_shown(
    session: Session, made: HeldFair, organiser: Actor, follow: FairFollow
) -> None:
    for n in range(5):
        result = surveys.read_results(session, organiser, made.fair, SurveySide.VISITOR)
        assert (result.n_answers, result.questions) == (n, [])
        sent = {"overall": [str(n + 1)]}
        for _ in range(2):
            surveys.answer_openly(
                session, made.fair.token, SurveySide.VISITOR, sent, None, number=str(n)
            )

    result = surveys.read_results(session, organiser, made.fair, SurveySide.VISITOR)
    assert next(one.mean for one in result.questions if one.question.code == "overall") == 3


def test_a_caseworker_tells_of_an_own_person_at_a_fair_of_the_union_above_and_of_nobody_else(
    session: Session, made: HeldFair, union: Union, organiser: Actor, follow: FairFollow
) -> None:
    county = make_union(session, union)
    caseworker = make_actor(session, Role.CASEWORKER, union=county)
    visitor = come_in(session, made, make_graduate(session, county))
    contact = make_contact(session, made.places[1], visitor, ContactState.INTENT)
    closing.refresh(session, organiser, made.fair)
    of_contact = FairFollow.contact_id == contact.id
    own = session.scalars(sa.select(FairFollow).where(of_contact)).one()

    following.tell(session, caseworker, own.public_id, Told(OutcomeSaid.HIRED))

    assert own.state is FollowState.HIRED
    with pytest.raises(NotFoundError):
        following.get_follow(session, caseworker, follow.public_id)
    with pytest.raises(NotFoundError):
        reporting.read_report(session, caseworker, made.fair.public_id)


def test_nobody_speaks_of_the_intents_of_others_whoever_found_them(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    other = session.get_one(Employer, made.places[1].employer_id)
    hired = Told(OutcomeSaid.HIRED)
    spoken = [
        (make_actor(session, Role.EMPLOYER, employer=other), OutcomeSide.EMPLOYER),
        (make_actor(session, Role.FAIR_ORGANISER, union=make_union(session)), OutcomeSide.STAFF),
    ]

    for stranger, side in spoken:
        with pytest.raises(NotFoundError):
            following.record(session, stranger, follow, hired, side=side, via=ReferralVia.STAFF)

    assert session.scalar(sa.select(sa.func.count(FairOutcomeStep.id))) == 0
