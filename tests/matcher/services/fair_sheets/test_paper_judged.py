"""Judging paper: only sessions that were held, a place for each person and session once, nobody taken for another."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_reports import LineNote, PaperVerdict
from matcher.models.fair_visitors import FairVisitor
from matcher.services.doors.tickets import issue_ticket, ticket_code
from matcher.services.fair_sheets import batches, layouts
from matcher.services.fair_sheets.judging import Judge
from matcher.services.fair_sheets.reading import read_book
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, begins_at, make_held_fair
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.factories.fairs import make_session, make_visitor
from tests.matcher.services.fair_sheets.paper_world import (
    YES,
    enter_book,
    upload_book,
    verdicts,
)

_DAY = dt.timedelta(days=1)


def _named(made: HeldFair, line: int, name: str = "张三", phone: str = "", n: int = 1) -> list[str]:
    return sign_in_line(made.fair, line, "", name, phone, "", "", "", YES, number=n)


@pytest.mark.parametrize(("days", "wanted"), [(0, "new"), (1, "refused")])
def test_a_session_is_entered_from_its_day_on(
    session: Session, made: HeldFair, organiser: Actor, days: int, wanted: str
) -> None:
    made.fair.last_on = made.held.held_on = clock.today() + days * _DAY
    session.flush()

    batch = upload_book(session, organiser, made, typed_book([_named(made, 1)]))

    assert [verdict for verdict, _ in verdicts(session, batch)] == [wanted]


def test_places_lent_to_scanners_are_taken_when_a_book_is_judged(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    made.held.approved_number, made.held.n_entered, made.held.n_set_aside = 3, 1, 1
    session.flush()

    batch = upload_book(
        session, organiser, made, typed_book([_named(made, 1, "张三"), _named(made, 2, "李四")])
    )

    assert [verdict for verdict, _ in verdicts(session, batch)] == ["new", "refused"]


def test_one_person_at_two_sessions_counts_in_each(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    later = make_session(session, made.fair, name="下午场", begins_minute=780, ends_minute=1020)
    lines = [_named(made, 1, phone="13911112222", n=n) for n in (1, 2)]

    batch = enter_book(session, organiser, made, typed_book(lines))

    assert [one.note for one in batches.list_lines(session, batch)] == [None, None]
    session.expire_all()
    assert (made.held.n_entered, later.n_entered) == (1, 1)
    assert session.scalar(sa.select(sa.func.count(FairVisitor.id))) == 1


def test_who_came_to_another_session_or_not_at_all_still_needs_a_place(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    later = make_session(session, made.fair, name="下午场", begins_minute=780, ends_minute=1020)
    came, stayed = make_visitor(session, made.fair), make_visitor(session, made.fair)
    issue_ticket(session, came.id, made.held.id).admitted_at = begins_at(made.held)
    codes = [
        ticket_code(session, issue_ticket(session, one.id, later.id)) for one in (came, stayed)
    ]
    later.approved_number = 1
    session.flush()
    lines = [sign_in_line(made.fair, at, code, number=2) for at, code in enumerate(codes, start=1)]

    batch = upload_book(session, organiser, made, typed_book(lines))

    assert [verdict for verdict, _ in verdicts(session, batch)] == ["new", "refused"]


def test_two_of_one_name_without_a_number_are_two_people(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    lines = [_named(made, 1), _named(made, 2)]

    batch = enter_book(session, organiser, made, typed_book(lines))

    assert [one.note for one in batches.list_lines(session, batch)] == [None, None]
    session.refresh(made.held)
    assert made.held.n_entered == 2
    assert session.scalar(sa.select(sa.func.count(FairVisitor.id))) == 2


def test_a_booth_met_nobody_who_never_came_in(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    ticket = issue_ticket(session, make_visitor(session, made.fair).id, made.held.id)
    line = contact_line(made.fair, 1, ticket_code(session, ticket), YES)
    outside = upload_book(session, organiser, made, typed_book(contacts=[line]))
    ticket.admitted_at = begins_at(made.held)
    session.flush()

    inside = upload_book(session, organiser, made, typed_book(contacts=[line]))

    assert "没有入场记录" in verdicts(session, outside)[0][1]
    assert verdicts(session, inside) == [("new", "")]


def test_a_ticket_of_another_fair_is_nobodys_here(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    other = make_held_fair(session, n_visitors=0)
    ticket = issue_ticket(session, make_visitor(session, other.fair).id, other.held.id)
    line = sign_in_line(made.fair, 1, ticket_code(session, ticket))

    batch = upload_book(session, organiser, made, typed_book([line]))

    assert "查不到" in verdicts(session, batch)[0][1]


def test_what_is_printed_beside_a_line_is_not_what_was_written(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    signed = _named(made, 1)
    met = contact_line(made.fair, 1, signed[0], YES)
    enter_book(session, organiser, made, typed_book([signed], [met]))
    met[layouts.CONTACT_HEADS.index(layouts.UNIT)] = "改过的单位名"

    again = upload_book(session, organiser, made, typed_book([signed], [met]))

    assert {verdict for verdict, _ in verdicts(session, again)} == {PaperVerdict.SAME.value}


def test_sheets_of_booths_may_stand_before_the_sign_in_sheet(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    signed = _named(made, 1)
    met = contact_line(made.fair, 1, signed[0], YES)
    lines = read_book(typed_book([signed], [met]), "补录.xlsx")

    judged = Judge(session, made.fair).judge(lines[::-1])

    assert [one.verdict for one in judged] == [PaperVerdict.NEW, PaperVerdict.NEW]


def test_who_is_in_by_another_sheet_is_said_to_be_in(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    enter_book(session, organiser, made, typed_book([_named(made, 1, phone="13911112222")]))

    batch = enter_book(session, organiser, made, typed_book([_named(made, 2, phone="13911112222")]))

    assert [one.note for one in batches.list_lines(session, batch)] == [LineNote.IS_IN]
    session.refresh(made.held)
    assert made.held.n_entered == 1


def test_a_session_entered_later_takes_no_number_of_another(
    session: Session, made: HeldFair
) -> None:
    make_session(session, made.fair, name="早场", begins_minute=7 * 60, ends_minute=8 * 60)

    numbered = layouts.numbered_sessions(session, made.fair)

    assert [(number, held.name) for number, held in numbered] == [(1, "上午场"), (2, "早场")]
