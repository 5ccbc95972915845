"""Paper beside door and booth: nobody counts twice, a refusal says where and why, undoing leaves no hole."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import ConsentPurpose, TaskState
from matcher.kinds.fair_hall import ContactStepKind, ContactVia
from matcher.kinds.fair_reports import LineNote, PaperVerdict
from matcher.kinds.fairs import EntryKind, VisitorKind
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.consents import current_text
from matcher.services.doors.tickets import issue_ticket, ticket_code
from matcher.services.fair_guests.registering import VisitorInput, register_visitor
from matcher.services.fair_hall.steps import NewStep, enter, meet
from matcher.services.fair_reports import closing
from matcher.services.fair_reports.following import ASK_RULE
from matcher.services.fair_reports.sight import FOLLOW
from matcher.services.fair_sheets import batches
from matcher.services.fair_sheets.undoing import undo_batch
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, begins_at, let_in
from tests.factories.fair_paper import contact_line, sign_in_line, survey_line, typed_book
from tests.matcher.services.fair_sheets.paper_world import enter_book, upload_book

YES = "是"
_ZHANG = ("", "张三", "13911112222", "", "", "", YES)


def _registered(session: Session, by: Actor, made: HeldFair) -> FairTicket:
    text = current_text(session, ConsentPurpose.FAIR, clock.today())
    facts = VisitorInput(name="张三", phone="13911112222", consent_text_id=text.id)
    visitor = register_visitor(session, by, made.fair, facts, kind=VisitorKind.REGISTERED)
    return issue_ticket(session, visitor.id, made.held.id)


def _entered(session: Session) -> int:
    found = sa.select(sa.func.count(FairEntry.id)).where(FairEntry.kind == EntryKind.ENTERED)
    return session.scalar(found) or 0


def test_who_was_scanned_and_wrote_the_name_counts_once_and_needs_no_place(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    ticket = _registered(session, organiser, made)
    ticket.admitted_at = begins_at(made.held)
    let_in(session, made, ticket)
    made.held.approved_number = 1
    session.flush()

    batch = enter_book(session, organiser, made, typed_book([sign_in_line(made.fair, 1, *_ZHANG)]))

    (line,) = batches.list_lines(session, batch)
    assert (line.row.verdict, line.note) == (PaperVerdict.NEW, LineNote.IS_IN)
    assert (_entered(session), made.held.n_entered) == (1, 1)
    assert session.scalar(sa.select(sa.func.count(FairVisitor.id))) == 1


def test_one_person_on_two_lines_takes_the_last_place_once(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    made.held.approved_number = 1
    session.flush()
    lines = [sign_in_line(made.fair, n, *_ZHANG) for n in (1, 2)]

    batch = enter_book(session, organiser, made, typed_book(lines))

    session.refresh(made.held)
    notes = [one.note for one in batches.list_lines(session, batch)]
    assert notes == [None, LineNote.SAME_PERSON]
    assert (_entered(session), made.held.n_entered) == (1, 1)


def test_a_refusal_names_file_sheet_line_column_and_what_was_written(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    lines = [
        sign_in_line(made.fair, 1, "", "王小五", "13911", "", "", "", YES),
        sign_in_line(made.fair, 2, "", "王小五", "", "", "", "小学", YES),
        ["S1-12", "", "赵六", "", "", "", "", YES],
    ]
    answers = [survey_line(made.fair, 1, "5", "", "", "", "AX"), survey_line(made.fair, 2, "9")]

    batch = upload_book(session, organiser, made, typed_book(lines, survey=answers))

    assert batch.file_name in ("补录.xlsx", "补录.xlsx")
    refused = batches.list_lines(session, batch, verdict=PaperVerdict.REFUSED)
    told = {(one.row.problem_column.partition(".")[0], one.typed) for one in refused}
    assert told == {
        ("手机号", "****"),
        ("学历", "小学"),
        ("行号", "S1-12"),
        ("1", "9"),
        ("5", "AX"),
    }
    assert {one.row.sheet_name for one in refused} == {"签到表 1", "问卷 求职者"}


def test_whom_a_booth_met_since_stays_in(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    ticket = _registered(session, organiser, made)
    code = ticket_code(session, ticket)
    batch = enter_book(session, organiser, made, typed_book([sign_in_line(made.fair, 1, code)]))
    contact = meet(session, made.places[0], ticket.visitor_id, at=clock.now())
    scanned = NewStep(ContactStepKind.SCANNED, "at the booth", clock.now(), ContactVia.BOOTH)
    enter(session, contact, scanned)

    with pytest.raises(RuleBrokenError):
        undo_batch(session, organiser, made.fair.public_id, batch.public_id)


def test_undoing_leaves_no_task_about_an_intent_that_is_gone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    signed = sign_in_line(made.fair, 1, *_ZHANG)
    met = contact_line(made.fair, 1, signed[0], "", "", YES)
    batch = enter_book(session, organiser, made, typed_book([signed], [met]))
    closing.close_fair(session, organiser, made.fair.public_id)
    follow = session.scalars(sa.select(FairFollow)).one()
    tasks.open_task(
        session,
        union_id=made.fair.union_id,
        rule=ASK_RULE,
        subject=(FOLLOW, follow.id),
        due_on=clock.today() + dt.timedelta(days=5),
    )

    undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    states = session.scalars(sa.select(Task.state).where(Task.rule == ASK_RULE)).all()
    assert states == [TaskState.DROPPED]
