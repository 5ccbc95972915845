"""Live figures: people once, hours of China, posts of published postings; announcements to whom they are for."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds.fair_hall import Audience, ContactStepKind
from matcher.kinds.fairs import EntryKind, FairEmployerState
from matcher.models.fair_visitors import FairEntry
from matcher.services.fair_hall import announcements, live, queues
from tests.factories.fair_hall import make_hall_world

_K = ContactStepKind


def test_a_fair_without_anybody_is_all_noughts(session: Session) -> None:
    world = make_hall_world(session)

    found = live.figures(session, world.fair.id, clock.today())

    assert (found.inside, found.entered, found.met, found.intent_people) == (0, 0, 0, 0)
    assert (found.units, found.distinct_posts, found.posts) == (1, 1, 2)
    assert found.hours == ()
    assert len(found.booths) == 1


def test_meetings_count_each_and_people_once(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    world.act(world.scan(visitor), _K.INTENT)
    world.act(world.scan(), _K.RESUME)
    first = world.place
    world.place, world.agent = world.another()
    contact = world.scan(visitor)
    world.act(contact, _K.INTERVIEWED)
    queues.take(session, world.place, world.visitor().id)

    found = live.figures(session, world.fair.id, clock.today())

    assert (found.met, found.people_met) == (3, 2)
    assert (found.resumes, found.interviewed, found.intents, found.intent_people) == (1, 1, 1, 1)
    by_place = {one.public_id: one for one in found.booths}
    assert by_place[first.public_id].met == 2
    assert by_place[world.place.public_id].waiting == 1
    assert found.waiting == 1
    assert sum(one.met for one in found.booths) == found.met


def test_meetings_of_an_employer_that_left_are_in_a_row_as_in_the_sum(session: Session) -> None:
    world = make_hall_world(session)
    world.scan()
    world.place.state = FairEmployerState.WITHDRAWN
    session.flush()

    found = live.figures(session, world.fair.id, clock.today())

    assert found.units == 0
    assert sum(one.met for one in found.booths) == found.met == 1


def test_an_hour_is_chinas_and_every_scan_is_in_one(session: Session) -> None:
    world = make_hall_world(session)
    today = clock.today()
    for n, (hour, minute, kind) in enumerate(
        [
            (9, 0, EntryKind.ENTERED),
            (9, 59, EntryKind.ENTERED),
            (11, 0, EntryKind.LEFT),
            (11, 30, EntryKind.RETURNED),
            (12, 0, EntryKind.REFUSED),
        ]
    ):
        at = dt.datetime.combine(today, dt.time(hour, minute), tzinfo=clock.CHINA)
        session.add(
            FairEntry(
                scan_number=f"s{n}",
                fair_id=world.fair.id,
                kind=kind,
                refusal="unknown" if kind is EntryKind.REFUSED else None,
                at=at,
                entered_at=at,
            )
        )
    session.flush()

    hours = live.figures(session, world.fair.id, today).hours

    told = [(one.hour, one.entered, one.returned, one.left) for one in hours]
    assert told == [(9, 2, 0, 0), (10, 0, 0, 0), (11, 0, 1, 1)]


def test_another_day_has_its_own_figures(session: Session) -> None:
    world = make_hall_world(session)
    world.scan()

    found = live.figures(session, world.fair.id, clock.today() + dt.timedelta(days=1))

    assert (found.met, found.entered, found.approved) == (0, 0, None)


def test_an_announcement_is_read_by_whom_it_is_for_until_it_ends(session: Session) -> None:
    start = clock.now()
    with clock.set_by_hand(start) as hands:
        world = make_hall_world(session)
        said = {
            audience: announcements.announce(
                session,
                world.organiser,
                world.fair.public_id,
                f"给{audience.label}",
                audience=audience,
                minutes=30,
            )
            for audience in Audience
        }

        def _read(audience: Audience) -> set[str]:
            return {one.body for one in announcements.standing(session, world.fair.id, audience)}

        assert _read(Audience.VISITORS) == {"给所有人", "给求职者"}
        assert _read(Audience.BOOTHS) == {"给所有人", "给展位"}
        for _ in range(2):
            announcements.withdraw(
                session,
                world.organiser,
                world.fair.public_id,
                said[Audience.EVERYBODY].public_id,
            )
        assert _read(Audience.BOOTHS) == {"给展位"}
        hands.move_to(start + dt.timedelta(minutes=30))
        assert _read(Audience.BOOTHS) == set()


@pytest.mark.parametrize("body", [" ", "零就业家庭的同学请到 A1", "长" * 201])
def test_an_announcement_tells_nothing_of_anybodys_circumstances(
    session: Session, body: str
) -> None:
    world = make_hall_world(session)

    with pytest.raises(InvalidInputError):
        announcements.announce(
            session,
            world.organiser,
            world.fair.public_id,
            body,
            audience=Audience.EVERYBODY,
            minutes=10,
        )


def test_an_employer_announces_nothing_and_another_unions_organiser_neither(
    session: Session,
) -> None:
    world, other = make_hall_world(session), make_hall_world(session)

    for by, error in ((world.agent, NotAllowedError), (other.organiser, NotFoundError)):
        with pytest.raises(error):
            announcements.announce(
                session,
                by,
                world.fair.public_id,
                "闭馆",
                audience=Audience.EVERYBODY,
                minutes=10,
            )


def test_the_figures_take_the_same_queries_however_many_came(session: Session) -> None:
    world = make_hall_world(session)
    counted: list[str] = []
    sa.event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _cur, statement, *_: counted.append(statement),
    )

    live.figures(session, world.fair.id, clock.today())
    few = len(counted)
    for _ in range(5):
        world.scan()
    counted.clear()
    live.figures(session, world.fair.id, clock.today())

    assert len(counted) == few
