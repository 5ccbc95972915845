"""Closing a fair: only one that was held, once; the report's last day, who stayed away, one service event."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel, EventKind
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fairs import FairState
from matcher.models.fair_reports import FairFollow
from matcher.models.organisations import Union
from matcher.models.service_events import ServiceEvent
from matcher.models.tasks import Task
from matcher.services import service_event_lists, service_events
from matcher.services.calendar import add_working_days, seed_calendar_days
from matcher.services.fair_reports import closing, events, figures, reporting
from matcher.services.permissions import Actor
from matcher.services.service_events import EventInput
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, make_contact, make_held_fair


def _events(session: Session, made: HeldFair) -> list[ServiceEvent]:
    found = sa.select(ServiceEvent).where(ServiceEvent.drive_id == made.fair.drive_id)
    return list(session.scalars(found.order_by(ServiceEvent.id)))


def test_a_fair_that_is_not_over_or_was_never_announced_is_not_closed(session: Session) -> None:
    ahead = make_held_fair(session, first_on=clock.today() + dt.timedelta(days=1))
    draft = make_held_fair(session, state=FairState.DRAFT)

    for one in (ahead, draft):
        union = session.get_one(Union, one.fair.union_id)
        by = make_actor(session, Role.FAIR_ORGANISER, union=union)
        with pytest.raises(RuleBrokenError):
            closing.close_fair(session, by, one.fair.public_id)


def test_another_unions_fair_is_not_there(session: Session, made: HeldFair) -> None:
    stranger = make_actor(session, Role.FAIR_ORGANISER)

    with pytest.raises(NotFoundError):
        closing.close_fair(session, stranger, made.fair.public_id)


def test_a_caseworker_reads_the_report_and_does_not_close(session: Session, made: HeldFair) -> None:
    union = session.get_one(Union, made.fair.union_id)
    caseworker = make_actor(session, Role.CASEWORKER, union=union)

    view = reporting.read_report(session, caseworker, made.fair.public_id)

    assert view.figures["people"] == 4
    with pytest.raises(Exception, match="不能做这件事"):
        closing.close_fair(session, caseworker, made.fair.public_id)


def test_closed_twice_it_is_one_report_one_event_one_task(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    make_contact(session, made.places[0], made.visitors[0], ContactState.INTENT)

    first = closing.close_fair(session, organiser, made.fair.public_id)
    again = closing.close_fair(session, organiser, made.fair.public_id)

    assert first.id == again.id
    assert made.fair.state is FairState.CLOSED
    assert len(_events(session, made)) == 1
    tasks = session.scalars(sa.select(Task).where(Task.rule == closing.REPORT_RULE)).all()
    assert [task.due_on for task in tasks] == [first.due_on]
    assert session.scalar(sa.select(sa.func.count(FairFollow.id))) == 1


@pytest.mark.parametrize(("region", "law"), [("370102", True), ("640106", False)])
def test_the_report_is_due_by_the_working_days_of_the_venues_region(
    session: Session, region: str, law: bool
) -> None:
    seed_calendar_days(session)
    made = make_held_fair(session, venue_region=region)
    union = session.get_one(Union, made.fair.union_id)
    by = make_actor(session, Role.FAIR_ORGANISER, union=union)

    report = closing.close_fair(session, by, made.fair.public_id)

    assert report.due_on == add_working_days(session, made.fair.last_on, 15).day
    assert ("山东" in report.due_source) is law


def test_fifteen_working_days_skip_a_holiday(session: Session) -> None:
    """From 28 September 2025: 国庆中秋 1–8 October are free, 11 October is worked."""
    seed_calendar_days(session)

    assert add_working_days(session, dt.date(2025, 9, 28), 15).day == dt.date(2025, 10, 24)


def test_who_stayed_away_is_no_unit_and_its_posts_are_not_counted(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    away = made.places[2]

    closing.close_fair(session, organiser, made.fair.public_id, stayed_away=[away.public_id])
    counted = figures.count_all(session, made.fair)

    assert (counted["units"], counted["positions"], counted["posts"]) == (2, 2, 4)
    closing.note_presence(session, organiser, made.fair.public_id, away.public_id, came=True)
    assert figures.count_all(session, made.fair)["units"] == 3
    assert _events(session, made)[-1].n_employers == 3


def test_an_employer_that_talked_to_somebody_did_not_stay_away(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    make_contact(session, made.places[0], made.visitors[0])

    with pytest.raises(InvalidInputError, match="洽谈记录"):
        closing.close_fair(
            session, organiser, made.fair.public_id, stayed_away=[made.places[0].public_id]
        )


def test_the_event_counts_once_and_follows_the_records(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    make_contact(session, made.places[0], made.visitors[0], ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    make_contact(session, made.places[1], made.visitors[1], ContactState.INTENT)

    closing.refresh(session, organiser, made.fair)
    closing.refresh(session, organiser, made.fair)

    rows = _events(session, made)
    assert [(row.fair_id, row.n_intents) for row in rows] == [(made.fair.id, 1), (None, 2)]
    page = service_event_lists.list_events(session, organiser, made.fair.drive_id)
    assert (page.total, page.n_visitors, page.n_intents, page.n_employers) == (1, 4, 2, 3)


def test_who_organises_no_fairs_brings_no_closed_fair_up_to_date(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    union = session.get_one(Union, made.fair.union_id)
    clerk = make_actor(session, Role.CASEWORKER, union=union)

    with pytest.raises(NotAllowedError):
        closing.refresh(session, clerk, made.fair)
    with pytest.raises(NotAllowedError):
        closing.finish_report_task(session, clerk, made.fair)


def test_an_event_withdrawn_with_a_reason_stays_withdrawn(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    service_events.void_event(session, organiser, _events(session, made)[0].public_id, why="重复")

    make_contact(session, made.places[1], made.visitors[1], ContactState.INTENT)
    closing.refresh(session, organiser, made.fair)

    assert service_event_lists.list_events(session, organiser, made.fair.drive_id).total == 0


def test_a_fair_typed_by_hand_as_well_is_told(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    typed = service_events.record_event(
        session,
        organiser,
        made.fair.drive_id,
        EventInput(
            kind=EventKind.FAIR,
            channel=EventChannel.ON_SITE,
            title="手工登记的一场",
            happened_on=made.fair.first_on,
        ),
        union_id=made.fair.union_id,
    )
    closing.close_fair(session, organiser, made.fair.public_id)

    assert events.typed_twice(session, made.fair) == [(typed.public_id, "手工登记的一场")]
    service_events.void_event(session, organiser, typed.public_id, why="重复登记")
    assert events.typed_twice(session, made.fair) == []


def test_handing_in_freezes_the_figures_and_later_changes_show(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    reporting.hand_in(
        session,
        organiser,
        made.fair.public_id,
        handed_in_on=clock.today(),
        handed_to="区人力资源和社会保障局",
    )

    make_contact(session, made.places[1], made.visitors[1], ContactState.INTENT)
    view = reporting.read_report(session, organiser, made.fair.public_id)

    assert view.changed == {"intents": 0, "intent_people": 0}
    assert view.report is not None
    assert view.report.digest == reporting.digest_of(made.fair, view.report.figures)
    assert session.scalar(sa.select(Task.state).where(Task.rule == closing.REPORT_RULE)) == "done"


@pytest.mark.parametrize(
    ("day", "to", "field"),
    [(1, "人社局", "handed_in_on"), (-9, "人社局", "handed_in_on"), (0, " ", "handed_to")],
)
def test_a_report_is_handed_in_somewhere_on_a_day_that_can_be(
    session: Session, made: HeldFair, organiser: Actor, day: int, to: str, field: str
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)

    with pytest.raises(InvalidInputError) as refused:
        reporting.hand_in(
            session,
            organiser,
            made.fair.public_id,
            handed_in_on=clock.today() + dt.timedelta(days=day),
            handed_to=to,
        )

    assert list(refused.value.details["fields"]) == [field]  # type: ignore[call-overload] # a mapping


def test_a_fair_nobody_closed_is_asked_about(session: Session, made: HeldFair) -> None:
    closing.remind_to_close(session, clock.today())
    closing.remind_to_close(session, clock.today())

    open_ones = session.scalars(sa.select(Task).where(Task.rule == closing.CLOSE_RULE)).all()
    assert [task.subject_id for task in open_ones] == [made.fair.id]
