"""Service events are a log: corrections and withdrawals are rows, and the list counts what stands."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel, EventKind
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.service_events import ServiceEvent
from matcher.services import service_event_lists, service_events
from matcher.services.permissions import Actor
from matcher.services.service_events import EventInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import fields_of, make_event
from tests.factories.drives import make_drive
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def organiser(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.FAIR_ORGANISER, union=union)


@pytest.fixture
def drive(session: Session, union: Union) -> Drive:
    return make_drive(session, union)


def _facts(**changes: object) -> EventInput:
    said: dict[str, object] = {
        "kind": EventKind.FAIR,
        "channel": EventChannel.ON_SITE,
        "title": "春季招聘会",
        "happened_on": TODAY,
        "n_posts": 100,
        "n_distinct_posts": 40,
    }
    return EventInput(**(said | changes))  # type: ignore[arg-type] # by name


def test_a_correction_is_a_row_and_the_list_shows_what_stands(
    session: Session, organiser: Actor, drive: Drive
) -> None:
    made = service_events.record_event(session, organiser, drive.id, _facts())

    after = service_events.correct_event(
        session, organiser, made.public_id, _facts(n_posts=90), why="数错了", expected_row=made.id
    )

    page = service_event_lists.list_events(session, organiser, drive.id)
    assert (page.total, page.n_posts, page.n_distinct_posts) == (1, 90, 40)
    assert page.rows[0].public_id == made.public_id
    assert (after.replaces_id, after.first_id) == (made.id, made.id)
    assert session.get_one(ServiceEvent, made.id).n_posts == 100
    assert [row.id for row in service_events.get_event(session, organiser, made.public_id)] == [
        after.id,
        made.id,
    ]


def test_a_withdrawn_event_counts_nowhere_and_is_not_touched_again(
    session: Session, organiser: Actor, drive: Drive
) -> None:
    made = service_events.record_event(session, organiser, drive.id, _facts())

    service_events.void_event(session, organiser, made.public_id, why="没有办")

    assert service_event_lists.list_events(session, organiser, drive.id).total == 0
    with pytest.raises(RuleBrokenError) as refused:
        service_events.correct_event(session, organiser, made.public_id, _facts(), why="x")
    assert refused.value.code == "event_void"


def test_two_who_correct_the_same_row_are_told(
    session: Session, organiser: Actor, drive: Drive
) -> None:
    made = service_events.record_event(session, organiser, drive.id, _facts())
    service_events.correct_event(session, organiser, made.public_id, _facts(n_posts=90), why="x")

    with pytest.raises(ConflictError):
        service_events.correct_event(
            session, organiser, made.public_id, _facts(), why="y", expected_row=made.id
        )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("happened_on", {"happened_on": TODAY + dt.timedelta(days=1)}),
        ("until_on", {"until_on": TODAY - dt.timedelta(days=1)}),
        ("until_on", {"until_on": TODAY + dt.timedelta(days=1)}),
        ("until_on", {"happened_on": TODAY - dt.timedelta(days=93), "until_on": TODAY}),
        ("n_posts", {"n_posts": -1, "n_distinct_posts": None}),
        ("n_distinct_posts", {"n_posts": 10, "n_distinct_posts": 11}),
        ("n_distinct_posts", {"n_posts": None, "n_distinct_posts": 1}),
        ("n_intents", {"n_visitors": 5, "n_intents": 6}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    session: Session, organiser: Actor, drive: Drive, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service_events.record_event(session, organiser, drive.id, _facts(**changes))

    assert field in fields_of(refused.value)


def test_a_count_nobody_knows_is_not_nought(
    session: Session, organiser: Actor, drive: Drive
) -> None:
    made = service_events.record_event(session, organiser, drive.id, _facts(n_visitors=0))

    assert (made.n_visitors, made.n_employers) == (0, None)


def test_filters_narrow_rows_and_totals_alike(
    session: Session, organiser: Actor, drive: Drive, union: Union
) -> None:
    county = make_union(session, union)
    make_event(session, union, drive)
    make_event(session, county, drive, kind=EventKind.POLICY_TALK, n_posts=None, n_distinct_posts=0)
    make_event(
        session, county, drive, channel=EventChannel.LIVESTREAM, n_posts=7, n_distinct_posts=7
    )
    old = TODAY - dt.timedelta(days=60)
    make_event(session, union, drive, happened_on=old, until_on=old)

    def seen(**filters: object) -> tuple[int, int]:
        page = service_event_lists.list_events(session, organiser, drive.id, **filters)  # type: ignore[arg-type] # by name
        return page.total, page.n_posts

    assert seen() == (4, 607)
    assert seen(kind=EventKind.POLICY_TALK) == (1, 0)
    assert seen(channel=EventChannel.LIVESTREAM) == (1, 7)
    assert seen(union_id=county.id) == (2, 7)
    assert seen(from_on=TODAY - dt.timedelta(days=30)) == (3, 307)
    assert seen(until_on=TODAY - dt.timedelta(days=30)) == (1, 300)


def test_events_of_other_unions_are_not_there(session: Session, drive: Drive, union: Union) -> None:
    made = make_event(session, union, drive)
    county = make_union(session, union)
    below = make_actor(session, Role.FAIR_ORGANISER, union=county)

    assert service_event_lists.list_events(session, below, drive.id).total == 0
    with pytest.raises(NotFoundError):
        service_events.get_event(session, below, made.public_id)
    with pytest.raises(NotFoundError):
        service_events.record_event(session, below, drive.id, _facts(), union_id=union.id)
    approver = make_actor(session, Role.APPROVER, union=union)
    with pytest.raises(NotAllowedError):
        service_events.record_event(session, approver, drive.id, _facts())


def test_who_answers_for_it_is_who_enters_it_unless_said(
    session: Session, organiser: Actor, drive: Drive, union: Union
) -> None:
    other = make_actor(session, Role.CASEWORKER, union=union)

    own = service_events.record_event(session, organiser, drive.id, _facts())
    said = service_events.record_event(
        session, organiser, drive.id, _facts(), credited_to_id=other.account_id
    )

    assert (own.credited_to_id, said.credited_to_id) == (organiser.account_id, other.account_id)
    assert session.scalar(sa.select(sa.func.count(ServiceEvent.id))) == 2
