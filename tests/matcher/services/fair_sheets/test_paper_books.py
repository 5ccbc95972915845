"""Sheets of paper entered afterwards: every line judged, once a code, the approved number holds, all of it undone."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.intake import open_table
from matcher.kinds import Role
from matcher.kinds.fair_reports import PaperVerdict
from matcher.kinds.fairs import EntryKind, FairState
from matcher.models.fair_reports import FairFollow, FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperRow
from matcher.models.fair_visitors import FairEntry, FairVisitor
from matcher.models.organisations import Union
from matcher.services.doors.tickets import issue_ticket, ticket_code
from matcher.services.fair_reports import closing, events, figures
from matcher.services.fair_sheets import batches, books, layouts
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, make_held_fair
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.factories.fairs import make_visitor
from tests.matcher.services.fair_sheets.paper_world import (
    YES,
    book,
    counts,
    enter_book,
    upload_book,
    verdicts,
)


def test_entered_twice_or_uploaded_again_it_leaves_what_once_leaves(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    batch = enter_book(session, organiser, made, book(made))
    once = counts(session)
    assert once == [2, 2, 2, 2, 7, 1, 5]

    enter_batch(session, organiser, made.fair.public_id, batch.public_id)
    again = enter_book(session, organiser, made, book(made))

    assert counts(session) == once
    assert {verdict for verdict, _ in verdicts(session, again)} == {"same"}
    session.refresh(made.held)
    assert (made.held.n_entered, made.held.n_inside) == (2, 0)


def test_the_figures_count_what_was_entered_from_paper(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    enter_book(session, organiser, made, book(made))

    counted = figures.count_all(session, made.fair)

    wanted = {"people": 2, "visits": 2, "resumes": 2, "interviews": 1, "intents": 1}
    assert {code: counted[code] for code in wanted} == wanted
    answer = session.scalars(sa.select(FairSurveyAnswer)).one()
    assert answer.answers == {
        "overall": 5, "fit": 4, "waiting": 3, "talked": "none",
        "missing": ["advice", "posts"], "again": "yes",
    }  # fmt: skip


def test_every_line_is_judged_and_the_refused_say_why(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    other = make_held_fair(session, n_visitors=0)
    good = sign_in_line(made.fair, 1, "", "张三", "", "", "", "", YES)
    lines = [
        good,
        good,
        sign_in_line(made.fair, 2),
        sign_in_line(made.fair, 3, "", "李四", "", "", "", "", "否"),
        sign_in_line(made.fair, 4, "", "", "13911112222", "", "", "", YES),
        sign_in_line(made.fair, 5, "", "王五", "12", "", "", "", YES),
        sign_in_line(made.fair, 6, "F0000-0000"),
        sign_in_line(made.fair, 7, "", "赵六", "", "", "", "小学", YES),
        sign_in_line(made.fair, 8, "", "钱七", "", "", "", "", YES, number=9),
        sign_in_line(other.fair, 1, "", "孙八", "", "", "", "", YES),
        ["", "", "周九", "", "", "", "", YES],
        ["XXX-S1-0001-X", "", "吴十", "", "", "", "", YES],
    ]
    contacts = [
        contact_line(made.fair, 1, "F0000-0000", YES),
        contact_line(made.fair, 2, good[0], "", "", YES, "没有的岗位"),
        contact_line(made.fair, 3, good[0], "", "", YES, "", "面试未通过"),
        contact_line(made.fair, 4, good[0], "", "", "", "1"),
        contact_line(made.fair, 5, sign_in_line(made.fair, 99)[0], YES),
        contact_line(made.fair, 6, good[0], "也许"),
        contact_line(made.fair, 1, good[0], YES, number=99),
    ]
    batch = upload_book(session, organiser, made, typed_book(lines, contacts))

    view = batches.view_batch(session, batch)
    refused = [why for verdict, why in verdicts(session, batch) if verdict == "refused"]
    assert view.n_lines == len(lines) + len(contacts)
    assert view.counts[PaperVerdict.NEW] == 1
    assert view.counts[PaperVerdict.BLANK] == 1
    assert len(refused) == len(lines) + len(contacts) - 2
    for said in ("两次", "同意登记", "没有姓名", "手机号", "票码", "学历", "场次", "另一场", "行号不对",
                 "没有这个岗位", "只能填一样", "没有勾意向", "没有录入", "只填", "没有确认参会"):  # fmt: skip
        assert any(said in why for why in refused), said
    assert "张三" not in "".join(refused)


def test_the_approved_number_holds_on_paper_as_at_the_door(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    made.held.approved_number = 2
    session.flush()
    lines = [sign_in_line(made.fair, n, "", f"来人{n}", "", "", "", "", YES) for n in (1, 2, 3)]

    batch = upload_book(session, organiser, made, typed_book(lines))
    made.held.n_entered = 1
    session.flush()
    enter_batch(session, organiser, made.fair.public_id, batch.public_id)

    said = [why for verdict, why in verdicts(session, batch) if verdict == "refused"]
    assert len(said) == 2
    assert all("核准人数 2" in why for why in said)
    assert session.scalar(sa.select(sa.func.count(FairEntry.id))) == 1


def test_a_ticket_written_on_paper_is_its_visitor_and_a_scanned_one_is_not_counted_again(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    visitor = make_visitor(session, made.fair)
    ticket = issue_ticket(session, visitor.id, made.held.id)
    code = ticket_code(session, ticket)
    enter_book(session, organiser, made, typed_book([sign_in_line(made.fair, 1, code)]))

    enter_book(session, organiser, made, typed_book([sign_in_line(made.fair, 2, code)]))

    entries = session.scalars(sa.select(FairEntry).where(FairEntry.kind == EntryKind.ENTERED))
    assert [one.ticket_id for one in entries] == [ticket.id]
    assert session.scalars(sa.select(FairVisitor.id)).all() == [visitor.id]


def _sign(made: HeldFair) -> list[str]:
    return sign_in_line(made.fair, 1, "", "张三", "", "", "", "", YES)


def test_late_paper_brings_the_event_of_a_closed_fair_up_to_date(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    enter_book(session, organiser, made, book(made))

    assert session.scalar(sa.select(sa.func.count(FairFollow.id))) == 1
    standing = events.find_event(session, made.fair)
    assert standing is not None
    assert (standing[1].n_visitors, standing[1].n_intents) == (2, 1)


def test_the_line_again_with_other_words_is_refused(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    enter_book(session, organiser, made, typed_book([_sign(made)]))
    changed = sign_in_line(made.fair, 1, "", "张三丰", "", "", "", "", YES)

    batch = upload_book(session, organiser, made, typed_book([changed]))

    assert [verdict for verdict, _ in verdicts(session, batch)] == ["refused"]


def test_the_empty_book_reads_back_as_blank_lines(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    book = books.empty_book(
        session, organiser, made.fair.public_id, sign_in=3, each_booth=2, survey=2
    )
    batch = upload_book(session, organiser, made, book)

    assert [grid.sheet[:3] for grid in open_table(book, "空.xlsx")] == [
        "签到表",
        "洽谈登",
        "问卷 ",
        "问卷 ",
    ]
    assert batches.view_batch(session, batch).counts == {PaperVerdict.BLANK: 3 + 3 * 2 + 2 + 2}
    assert session.scalars(sa.select(FairPaperRow.values_cipher).distinct()).all() == [None]


def test_what_is_no_book_of_ours_is_refused(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    for content in (b"", b"%PDF-1.7", "姓名,电话\n张三,1".encode()):
        with pytest.raises(InvalidInputError):
            upload_book(session, organiser, made, content)


def test_only_the_fairs_own_organiser_enters_paper(session: Session, made: HeldFair) -> None:
    union = session.get_one(Union, made.fair.union_id)
    caseworker = make_actor(session, Role.CASEWORKER, union=union)
    stranger = make_actor(session, Role.FAIR_ORGANISER)

    with pytest.raises(NotAllowedError):
        upload_book(session, caseworker, made, book(made))
    with pytest.raises(NotFoundError):
        upload_book(session, stranger, made, book(made))
    made.fair.state = FairState.DRAFT
    session.flush()
    with pytest.raises(RuleBrokenError):
        upload_book(
            session, make_actor(session, Role.FAIR_ORGANISER, union=union), made, book(made)
        )


def test_numbers_on_paper_never_move(session: Session, made: HeldFair) -> None:
    first = [(one.number, one.id) for one in layouts.numbered_places(session, made.fair)]
    made.places[0].state = type(made.places[0].state).WITHDRAWN
    session.flush()

    assert [(one.number, one.id) for one in layouts.numbered_places(session, made.fair)] == first[
        1:
    ]
