"""Nights after a fair: tasks ask who is silent, jobs on record settle intents, old names are forgotten."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role, TaskState
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState, OutcomeSaid
from matcher.kinds.placements import PlacementState, RevocationReason
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.fair_reports import (
    closing,
    figures,
    following,
    keeping,
    nights,
)
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.fair_after import (
    HeldFair,
    come_in,
    make_contact,
    place_employer,
)
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement

PHONE = "13912345678"


def test_the_nights_task_asks_caseworkers_by_person_and_the_organiser_once(
    session: Session, made: HeldFair, union: Union, organiser: Actor
) -> None:
    owner = make_actor(session, Role.CASEWORKER, union=union)
    graduate = make_graduate(session, union)
    make_case(session, graduate, owner_id=owner.account_id)
    for visitor in (come_in(session, made, graduate), made.visitors[0]):
        make_contact(session, made.places[0], visitor, ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    session.execute(sa.update(FairFollow).values(due_on=clock.today() - dt.timedelta(days=1)))
    session.expire_all()

    for _ in range(2):
        nights.follow_up(session, made.fair.id)

    asked = session.scalars(sa.select(Task).where(Task.rule == following.ASK_RULE)).all()
    assert [task.assignee_id for task in asked] == [owner.account_id]
    whole = session.scalars(sa.select(Task).where(Task.rule == nights.INTENTS_RULE)).all()
    assert [(task.subject_id, task.facts) for task in whole] == [(made.fair.id, {})]

    for follow in session.scalars(sa.select(FairFollow)):
        following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.NOT_HIRED))
    nights.follow_up(session, made.fair.id)
    open_ones = sa.select(Task.rule).where(Task.state == "open", Task.rule.like("fair.intent%"))
    assert session.scalars(open_ones).all() == []


def test_a_job_on_record_settles_its_intent_until_it_is_revoked(
    session: Session, made: HeldFair, union: Union, organiser: Actor
) -> None:
    graduate = make_graduate(session, union)
    make_case(session, graduate)
    make_contact(session, made.places[0], come_in(session, made, graduate), ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    follow = session.scalars(sa.select(FairFollow)).one()
    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.HIRED))
    nights.follow_up(session, made.fair.id)
    to_record = sa.select(Task.state).where(Task.rule == following.RECORD_RULE)
    assert session.scalars(to_record).all() == ["open"]

    placement = make_placement(
        session, graduate, employer_id=made.places[0].employer_id, started_on=clock.today()
    )
    nights.follow_up(session, made.fair.id)
    assert (follow.state, follow.placement_id) == (FollowState.STARTED, placement.id)
    assert session.scalars(to_record).all() == ["dropped"]

    placement.state = PlacementState.REVOKED
    placement.revocation_reason = next(iter(RevocationReason))
    session.flush()
    nights.follow_up(session, made.fair.id)
    assert (follow.state, follow.placement_id) == (FollowState.OPEN, None)


def test_an_intent_taken_back_is_not_followed_any_more(
    session: Session, made: HeldFair, organiser: Actor, follow: FairFollow
) -> None:
    contact = session.get_one(FairContact, follow.contact_id)
    contact.state, contact.intent_at = ContactState.MET, None
    session.flush()

    nights.follow_up(session, made.fair.id)

    assert follow.ended_at is not None
    assert figures.count_all(session, made.fair, figures.BESIDE)["open_follows"] == 0


def test_after_two_years_names_are_gone_and_figures_stand(
    session: Session, made: HeldFair, union: Union, organiser: Actor
) -> None:
    graduate = make_graduate(session, union, name="欧阳明远")
    visitor = come_in(session, made, graduate)
    make_contact(session, made.places[0], visitor, ContactState.INTENT, note_cipher=b"x")
    closing.close_fair(session, organiser, made.fair.public_id)
    before = figures.count_all(session, made.fair)
    assert keeping.fairs_to_forget(session) == []

    made.fair.first_on = made.fair.last_on = clock.today() - dt.timedelta(days=740)
    session.flush()
    assert keeping.fairs_to_forget(session) == [made.fair.id]
    assert keeping.forget(session, made.fair.id) == 5
    assert keeping.fairs_to_forget(session) == []

    session.expire_all()
    left = session.scalars(sa.select(FairVisitor)).all()
    assert {(one.graduate_id, one.name_cipher, one.phone_cipher) for one in left} == {
        (None, None, None)
    }
    assert session.scalars(sa.select(FairContact.note_cipher)).all() == [None]
    assert figures.count_all(session, made.fair) == before


def test_a_task_closed_without_a_word_stays_closed_and_a_new_word_asks_again(
    session: Session, made: HeldFair, union: Union, organiser: Actor
) -> None:
    graduate = make_graduate(session, union)
    make_case(session, graduate)
    visitor = come_in(session, made, graduate)
    make_contact(session, made.places[0], visitor, ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    follow = session.scalars(sa.select(FairFollow)).one()
    follow.due_on = clock.today() - dt.timedelta(days=1)
    session.flush()
    asked = sa.select(Task).where(Task.rule == following.ASK_RULE).order_by(Task.id)
    nights.follow_up(session, made.fair.id)
    tasks.close_task(session, session.scalars(asked).one().id, TaskState.DONE)

    nights.follow_up(session, made.fair.id)
    assert len(session.scalars(asked).all()) == 1

    person = make_actor(session, Role.GRADUATE, graduate=graduate)
    agent = make_actor(session, Role.EMPLOYER, employer=place_employer(session, made.places[0]))
    following.tell(session, agent, follow.public_id, Told(OutcomeSaid.HIRED))
    following.tell(session, person, follow.public_id, Told(OutcomeSaid.NOT_GOING))
    for _ in range(2):
        nights.follow_up(session, made.fair.id)
    session.expire_all()
    assert [task.state for task in session.scalars(asked)] == [TaskState.DONE, TaskState.OPEN]
