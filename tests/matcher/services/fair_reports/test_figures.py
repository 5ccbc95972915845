"""Figures of a fair's report: the chain is kept apart, intents never exceed people, each figure has its rows."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.intake import open_table
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState, OutcomeSaid
from matcher.kinds.fairs import EntryRefusal, FairState
from matcher.models.drives import Drive
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairPosting
from matcher.models.postings import Posting
from matcher.services.fair_reports import closing, figures, following, numbers, papers, rows
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, come_in, make_contact, make_held_fair, refuse
from tests.factories.fairs import make_fair_employer, make_fair_posting, make_visitor
from tests.factories.people import make_graduate


def _fill(session: Session, made: HeldFair) -> None:
    now, (one, two, three), visitors = clock.now(), made.places, made.visitors
    make_contact(session, one, visitors[0], ContactState.INTENT, resume_at=now, interviewed_at=now)
    make_contact(session, two, visitors[0], ContactState.INTENT, resume_at=now)
    make_contact(session, one, visitors[1], ContactState.REFUSED, interviewed_at=now)
    make_contact(session, three, visitors[2])


def test_people_and_times_are_kept_apart(session: Session, made: HeldFair) -> None:
    _fill(session, made)

    counted = figures.count_all(session, made.fair, (*figures.REPORT, *figures.BESIDE))

    assert counted == {
        "units": 3, "positions": 3, "posts": 6, "distinct_posts": 6,
        "visits": 4, "people": 4, "resumes": 2, "resume_people": 1,
        "interviews": 2, "interview_people": 2, "intents": 2, "intent_people": 1,
        "hires": 0, "starts": 0, "absent": 0, "idle": 0, "reached_nobody": 1,
        "unused_posts": 3, "outside_door": 0, "refusals": 1, "open_follows": 0, "disputed": 0,
    }  # fmt: skip


@pytest.mark.parametrize("code", [one.code for one in (*figures.REPORT, *figures.BESIDE)])
def test_every_figure_has_as_many_rows_as_it_says(
    session: Session, made: HeldFair, organiser: Actor, code: str
) -> None:
    _fill(session, made)
    closing.close_fair(session, organiser, made.fair.public_id)
    figure = figures.find_figure(code)
    assert figure is not None

    shown = rows.list_all(session, made.fair, figure)
    part, total = rows.list_rows(session, made.fair, figure, limit=1)

    number = figures.count(session, made.fair, figure)
    assert sum(row.quantity if figure.is_heads else 1 for row in shown) == number
    assert (total, len(part)) == (len(shown), min(1, len(shown)))


def test_an_intent_of_somebody_no_door_let_in_counts_nowhere_and_is_told(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    never_in = make_visitor(session, made.fair)
    make_contact(session, made.places[0], never_in, ContactState.INTENT)

    counted = figures.count_all(session, made.fair)

    assert (counted["intents"], counted["intent_people"], counted["people"]) == (0, 0, 4)
    found = {one.finding.value for one in numbers.improvements(session, organiser, made.fair)}
    assert "outside_door" in found


def test_at_a_fair_online_whoever_talked_took_part(session: Session) -> None:
    made = make_held_fair(session, channel=EventChannel.ONLINE, n_visitors=0)
    make_contact(session, made.places[0], make_visitor(session, made.fair), ContactState.INTENT)

    counted = figures.count_all(session, made.fair)

    assert (counted["people"], counted["intent_people"], counted["visits"]) == (1, 1, 0)


def test_a_post_shown_at_an_earlier_fair_of_the_drive_is_not_first_shown(
    session: Session, made: HeldFair
) -> None:
    drive = session.get_one(Drive, made.fair.drive_id)
    first = made.fair.first_on - dt.timedelta(days=7)
    earlier = make_held_fair(session, drive, first_on=first, state=FairState.CLOSED)
    of_place = FairPosting.fair_employer_id == made.places[0].id
    shown = session.scalars(sa.select(FairPosting).where(of_place)).one()
    again = make_fair_employer(session, earlier.fair)
    make_fair_posting(session, again, session.get_one(Posting, shown.posting_id))

    counted = figures.count_all(session, made.fair)

    assert (counted["posts"], counted["distinct_posts"]) == (6, 4)
    assert figures.count_all(session, earlier.fair)["distinct_posts"] == 8


def test_an_employer_that_stayed_away_before_shows_its_posts_for_the_first_time(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    drive = session.get_one(Drive, made.fair.drive_id)
    first = made.fair.first_on - dt.timedelta(days=7)
    earlier = make_held_fair(session, drive, first_on=first, n_places=1)
    of_place = FairPosting.fair_employer_id == made.places[0].id
    shown = session.scalars(sa.select(FairPosting).where(of_place)).one()
    make_fair_posting(session, earlier.places[0], session.get_one(Posting, shown.posting_id))

    closing.close_fair(
        session, organiser, earlier.fair.public_id, stayed_away=[earlier.places[0].public_id]
    )

    counted = figures.count_all(session, made.fair)
    assert (counted["posts"], counted["distinct_posts"]) == (6, 6)


def test_a_hire_whose_intent_was_taken_back_is_no_hire_of_the_fair(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    contact = make_contact(session, made.places[0], made.visitors[0], ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    follow = session.scalars(sa.select(FairFollow)).one()
    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.HIRED))
    contact.state, contact.intent_at = ContactState.MET, None
    session.flush()

    closing.refresh(session, organiser, made.fair)

    assert figures.count_all(session, made.fair)["hires"] == 0


def test_a_refused_scan_is_no_visit(session: Session, made: HeldFair, organiser: Actor) -> None:
    refuse(session, made, EntryRefusal.FULL)

    assert figures.count_all(session, made.fair)["visits"] == 4
    assert numbers.door_refusals(session, made.fair) == {"full": 1}


def test_hires_are_what_somebody_told_and_never_the_intents(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    _fill(session, made)
    closing.close_fair(session, organiser, made.fair.public_id)
    assert figures.count_all(session, made.fair)["hires"] == 0

    follow = session.scalars(sa.select(FairFollow).order_by(FairFollow.id).limit(1)).one()
    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.HIRED))

    counted = figures.count_all(session, made.fair)
    assert (counted["intents"], counted["hires"], counted["starts"]) == (2, 1, 0)
    assert follow.state is FollowState.HIRED


def test_rows_name_nobody_in_full_and_hide_who_was_asked_first(
    session: Session, made: HeldFair
) -> None:
    graduate = make_graduate(session, name="欧阳明远")
    come_in(session, made, graduate)
    figure = figures.find_figure("people")
    assert figure is not None

    shown = rows.list_all(session, made.fair, figure)

    names = [row.who for row in shown]
    assert mask_name("欧阳明远") in names
    assert "欧阳明远" not in names
    by_lot = sorted(session.scalars(sa.select(FairVisitor)), key=lambda one: one.public_id)
    place = next(at for at, one in enumerate(by_lot) if one.graduate_id == graduate.id)
    assert names.index(mask_name("欧阳明远")) == place


def test_the_workbook_has_a_sheet_for_each_figure_and_the_pdf_is_one(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    _fill(session, made)
    closing.close_fair(session, organiser, made.fair.public_id)

    book = papers.report_book(session, organiser, made.fair.public_id)
    pdf = papers.report_pdf(session, organiser, made.fair.public_id)

    grids = open_table(book, "report.xlsx")
    assert len(grids) == len(figures.REPORT) + 1
    said = {str(cell) for grid in grids for row in grid.rows for cell in row.values}
    assert "来访者" not in said
    assert pdf.startswith(b"%PDF")
