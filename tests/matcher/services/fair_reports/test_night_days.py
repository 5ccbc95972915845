"""Days of the nights after fairs: who is reminded, asked and told on which day, and every night only once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.casework import CaseClosing
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState, OutcomeSaid
from matcher.kinds.fairs import FairState
from matcher.kinds.placements import PlacementState, RevocationReason
from matcher.models.fair_reports import FairFollow, FairOutcomeStep
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.services.fair_reports import asking, closing, following, nights
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.fair_after import HeldFair, come_in, make_contact, make_held_fair
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement

_DAY = dt.timedelta(days=1)


def _n_again(session: Session) -> int:
    found = sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.template == asking.AGAIN)
    return session.scalar(found) or 0


def _asked(session: Session, made: HeldFair, organiser: Actor, *, due_on: dt.date) -> FairFollow:
    """Return the intent of somebody with a telephone who was asked, as everybody was."""
    visitor = come_in(session, made, phone="13912345678")
    other = come_in(session, made, phone="13912345679")
    make_contact(session, made.places[0], visitor, ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    for one in (visitor, other):
        asking.ask_visitor(session, one.id)
    follow = session.scalars(sa.select(FairFollow)).one()
    follow.due_on = due_on
    session.flush()
    return follow


@pytest.mark.parametrize(("days", "n_told"), [(8, 0), (7, 1), (0, 1), (-1, 0)])
def test_who_has_an_open_intent_is_reminded_in_its_last_week_and_once(
    session: Session, made: HeldFair, organiser: Actor, days: int, n_told: int
) -> None:
    _asked(session, made, organiser, due_on=clock.today() + days * _DAY)

    for _ in range(2):
        nights.follow_up(session, made.fair.id)

    assert _n_again(session) == n_told


def test_who_told_is_not_reminded(session: Session, made: HeldFair, organiser: Actor) -> None:
    follow = _asked(session, made, organiser, due_on=clock.today())
    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.NOT_HIRED))

    nights.follow_up(session, made.fair.id)

    assert _n_again(session) == 0


def _case(session: Session, made: HeldFair, union: Union, **changes: object) -> FairFollow:
    """Return the intent of somebody with a case, due today."""
    graduate = make_graduate(session, union)
    owner = make_actor(session, Role.CASEWORKER, union=union)
    make_case(session, graduate, owner_id=owner.account_id, **changes)  # type: ignore[arg-type] # by name
    contact = make_contact(
        session, made.places[0], come_in(session, made, graduate), ContactState.INTENT
    )
    by = make_actor(session, Role.FAIR_ORGANISER, union=union)
    closing.close_fair(session, by, made.fair.public_id)
    found = sa.select(FairFollow).where(FairFollow.contact_id == contact.id)
    return session.scalars(found).one()


def _rules(session: Session) -> list[str]:
    rules = (following.ASK_RULE, nights.INTENTS_RULE)
    found = sa.select(Task.rule).where(Task.rule.in_(rules), Task.state == "open")
    return sorted(session.scalars(found))


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (-1, True)])
def test_an_intent_is_late_the_day_after_its_day(
    session: Session, made: HeldFair, union: Union, days: int, is_late: bool
) -> None:
    follow = _case(session, made, union)
    follow.due_on = clock.today() + days * _DAY
    session.flush()

    for _ in range(2):
        nights.follow_up(session, made.fair.id)

    assert _rules(session) == (sorted([following.ASK_RULE, nights.INTENTS_RULE]) if is_late else [])


def test_nobody_is_asked_about_whose_case_is_closed(
    session: Session, made: HeldFair, union: Union
) -> None:
    follow = _case(
        session, made, union, closed_on=clock.today(), closing_reason=CaseClosing.EMPLOYED
    )
    follow.due_on = clock.today() - _DAY
    session.flush()

    nights.follow_up(session, made.fair.id)

    assert _rules(session) == [nights.INTENTS_RULE]


@pytest.mark.parametrize(("days", "n"), [(1, 0), (0, 0), (-1, 1)])
def test_closing_is_asked_for_the_day_after_the_last_day_once(
    session: Session, days: int, n: int
) -> None:
    made = make_held_fair(session, n_visitors=0)
    made.fair.last_on = clock.today() + days * _DAY
    for state in (FairState.DRAFT, FairState.CANCELLED, FairState.CLOSED):
        make_held_fair(session, n_visitors=0, state=state)
    session.flush()

    for _ in range(2):
        assert closing.remind_to_close(session, clock.today()) == n

    found = sa.select(Task.subject_id).where(Task.rule == closing.CLOSE_RULE)
    assert session.scalars(found).all() == [made.fair.id] * n


def _placed(session: Session, follow: FairFollow, made: HeldFair, **changes: object) -> None:
    graduate = make_graduate(session)
    follow.visitor_id = come_in(session, made, graduate).id
    session.flush()
    fields: dict[str, object] = {
        "employer_id": made.places[0].employer_id,
        "started_on": made.fair.first_on,
    }
    make_placement(session, graduate, **(fields | changes))  # type: ignore[arg-type] # by name


@pytest.mark.parametrize("wrong", ["before", "employer", "revoked"])
def test_only_a_job_at_this_employer_since_the_fair_is_the_intents(
    session: Session, made: HeldFair, follow: FairFollow, wrong: str
) -> None:
    changes: dict[str, dict[str, object]] = {
        "before": {"started_on": made.fair.first_on - _DAY},
        "employer": {"employer_id": made.places[1].employer_id},
        "revoked": {
            "state": PlacementState.REVOKED,
            "revocation_reason": next(iter(RevocationReason)),
        },
    }
    _placed(session, follow, made, **changes[wrong])

    nights.follow_up(session, made.fair.id)

    assert (follow.state, follow.placement_id) == (FollowState.OPEN, None)


def test_a_job_begun_on_the_fairs_day_is_linked_once(
    session: Session, made: HeldFair, follow: FairFollow
) -> None:
    _placed(session, follow, made)

    linked = [nights.follow_up(session, made.fair.id)["n_linked"] for _ in range(2)]

    assert (linked, follow.state) == ([1, 0], FollowState.STARTED)
    assert session.scalar(sa.select(sa.func.count(FairOutcomeStep.id))) == 1
