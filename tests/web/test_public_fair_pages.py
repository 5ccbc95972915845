"""The public page of a fair: the same for everybody, answered without a body while unchanged, a calendar file."""

import datetime as dt

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.drives import Drive
from matcher.models.fairs import Fair
from matcher.models.postings import Posting
from tests.factories.fairs import (
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_session,
)
from tests.factories.postings import make_employer, make_posting
from tests.support.pages import PageClient
from tests.web.cohort_world import Enter, enter, office

WORLD = (enter, office)


def test_the_public_page_is_answered_without_a_body_until_something_changes(
    sqlite_factory: SessionFactory, client: PageClient
) -> None:
    with transaction(sqlite_factory) as session:
        fair = make_fair(session, state=FairState.ANNOUNCED)
        make_session(session, fair)
        employer = make_employer(session, name="华章书店有限公司")
        here = make_fair_employer(session, fair, employer)
        posting = make_posting(session, session.get_one(Drive, fair.drive_id), employer)
        make_fair_posting(session, here, posting)
        away = make_fair_employer(session, fair, state=FairEmployerState.WAITING)
        token, posting_id, here_id = fair.token, posting.id, here.id
        waiting = session.get_one(type(employer), away.employer_id).name
    address = f"/f/{token}"

    first = client.get(address)
    mark = first.headers["ETag"]
    same = client.get(address, headers={"If-None-Match": mark})
    with transaction(sqlite_factory) as session:
        session.get_one(Posting, posting_id).title = "夜班会计"
    other = client.get(address, headers={"If-None-Match": mark})
    with transaction(sqlite_factory) as session:
        session.delete(session.get_one(type(here), here_id))
    without = client.get(address, headers={"If-None-Match": other.headers["ETag"]})

    assert (first.status_code, same.status_code, other.status_code) == (200, 304, 200)
    assert same.data == b""
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "华章书店有限公司" in first.text
    assert "<svg" in first.text.partition('<figure class="fair-code">')[2]
    assert waiting not in first.text
    assert "夜班会计" in other.text
    assert "华章书店有限公司" not in without.text


def test_the_public_page_is_the_same_for_whoever_is_signed_in(
    sqlite_factory: SessionFactory, client: PageClient, enter: Enter
) -> None:
    with transaction(sqlite_factory) as session:
        token = make_fair(session, state=FairState.ANNOUNCED).token

    assert client.get(f"/f/{token}").data == enter(Role.DRIVE_MANAGER).get(f"/f/{token}").data


def test_a_calendar_file_says_when_and_where(
    sqlite_factory: SessionFactory, client: PageClient
) -> None:
    with transaction(sqlite_factory) as session:
        fair = make_fair(session, state=FairState.ANNOUNCED, first_on=dt.date(2030, 5, 6))
        make_session(session, fair, begins_minute=9 * 60, ends_minute=12 * 60)
        token = fair.token

    text = client.get(f"/f/{token}/fair.ics").text

    assert "DTSTART:20300506T010000Z" in text
    assert "DTEND:20300506T040000Z" in text
    assert "LOCATION:市体育馆" in text
    assert "STATUS:CANCELLED" not in text

    with transaction(sqlite_factory) as session:
        fair = session.scalars(sa.select(Fair).where(Fair.token == token)).one()
        fair.state, fair.cancelled_because = FairState.CANCELLED, "下雪"

    assert "STATUS:CANCELLED" in client.get(f"/f/{token}/fair.ics").text
