"""A fair taken into a calendar before is replaced by what is taken later: new hours, or that it is off."""

import datetime as dt
import re
from dataclasses import dataclass

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import VisitorKind
from matcher.models.fairs import Fair
from matcher.services.fair_guests import guest_links
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.fairs import sessions, states
from matcher.services.fairs.sessions import SessionInput
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_guests import make_guest_world
from tests.support.pages import PageClient


@dataclass(frozen=True)
class Taken:
    """A fair of 2030 with the addresses of its calendar files: anybody's, and of somebody who has a place."""

    fair_id: int
    fair: str
    held: str
    organiser: Actor
    files: tuple[str, str]


@pytest.fixture
def taken(sqlite_factory: SessionFactory) -> Taken:
    with transaction(sqlite_factory) as session:
        made = make_guest_world(session, first_on=dt.date(2030, 5, 6))
        words = consent_text(session).id
        visitor = register_visitor(
            session,
            SYSTEM,
            made.fair,
            VisitorInput(name="欧阳修远", phone="13911112222", consent_text_id=words),
            kind=VisitorKind.REGISTERED,
            session_ids=[made.held.id],
        )
        own = f"/v/{guest_links.token_of(session, visitor)}/calendar.ics"
        return Taken(
            made.fair.id,
            made.fair.public_id,
            made.held.public_id,
            make_actor(session, Role.FAIR_ORGANISER, union=made.union),
            (f"/f/{made.fair.token}/fair.ics", own),
        )


def _number(text: str) -> int:
    [number] = re.findall(r"SEQUENCE:(\d+)", text)
    return int(number)


@pytest.mark.parametrize("which", [0, 1])
def test_a_session_that_moved_has_a_higher_number_and_its_new_hours(
    sqlite_factory: SessionFactory, client: PageClient, taken: Taken, which: int
) -> None:
    before = client.get(taken.files[which]).text
    later = SessionInput(
        name="下午场",
        held_on=dt.date(2030, 5, 6),
        begins_minute=14 * 60,
        ends_minute=17 * 60,
        approved_number=500,
    )
    with transaction(sqlite_factory) as session:
        sessions.change_session(session, taken.organiser, taken.fair, taken.held, later)

    after = client.get(taken.files[which]).text

    assert _number(after) > _number(before)
    assert "DTSTART:20300506T060000Z" in after
    assert re.findall(r"UID:.+", after) == re.findall(r"UID:.+", before)


@pytest.mark.parametrize("which", [0, 1])
def test_a_cancelled_fair_is_off_in_both_files_with_a_higher_number(
    sqlite_factory: SessionFactory, client: PageClient, taken: Taken, which: int
) -> None:
    before = client.get(taken.files[which]).text
    with transaction(sqlite_factory) as session:
        version = session.get_one(Fair, taken.fair_id).version_id
        states.cancel_fair(
            session, taken.organiser, taken.fair, reason="下雪", expected_version=version
        )

    after = client.get(taken.files[which]).text

    assert "STATUS:CANCELLED" not in before
    assert "STATUS:CANCELLED" in after
    assert _number(after) > _number(before)
