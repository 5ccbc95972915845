"""Prints show confirmed employers and open posts by trade, tell nothing of kept seats, and are made once."""

import datetime as dt
import io

import openpyxl
import pytest
import sqlalchemy as sa
from docx import Document
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.documents.pdf_reading import read_pdf
from matcher.errors import NotAllowedError, RuleBrokenError
from matcher.kinds import PostingState, SeatClass
from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.drives import Drive
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.files import StoredFile
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.policy import limits
from matcher.services.fair_employers import books, prints
from matcher.services.permissions import Actor
from tests.factories.fair_papers import make_shown_posting
from tests.factories.fairs import make_booth, make_fair_employer, make_hall
from tests.factories.postings import make_employer, make_posting

_KIND = FairPrintKind


def _employer(
    session: Session, union: Union, fair: Fair, name: str, industry: str | None, **state: object
) -> FairEmployer:
    employer = make_employer(session, union, name=name, industry=industry)
    row = make_fair_employer(session, fair, employer, **state)
    drive = session.get_one(Drive, fair.drive_id)
    reserved = {SeatClass.ZERO_EMPLOYMENT: 1}
    posting = make_posting(session, drive, employer, title=f"{name}的岗位", reserved=reserved)
    make_shown_posting(session, row, posting)
    return row


@pytest.fixture
def three(session: Session, union: Union, fair: Fair) -> list[FairEmployer]:
    """Give employers of three trades, the last of none known."""
    return [
        _employer(session, union, fair, "软件公司", "65"),
        _employer(session, union, fair, "建筑公司", "E"),
        _employer(session, union, fair, "某单位", None),
    ]


def test_the_book_is_by_trade_and_holds_confirmed_employers_with_open_posts(
    session: Session, union: Union, fair: Fair, three: list[FairEmployer]
) -> None:
    for state in FairEmployerState:
        if state is not FairEmployerState.ACCEPTED:
            _employer(session, union, fair, f"单位{state}", "I", state=state)
    drive = session.get_one(Drive, fair.drive_id)
    closed = {"state": PostingState.CLOSED, "title": "已关闭"}
    before = {"closes_on": fair.first_on - dt.timedelta(days=1), "title": "先截止"}
    for changes in (closed, before):
        employer_id = three[0].employer_id
        make_shown_posting(
            session, three[0], make_posting(session, drive, employer_id=employer_id, **changes)
        )

    book = books.read_book(session, fair)

    assert [(one.code, [e.name for e in one.employers]) for one in book.trades] == [
        ("E", ["建筑公司"]),
        ("I", ["软件公司"]),
        ("", ["某单位"]),
    ]
    assert (book.n_employers, book.n_posts, book.n_wanted) == (3, 3, 6)


@pytest.mark.parametrize("kind", [one for one in _KIND if one.is_of_posts])
def test_each_print_is_there_at_once_and_holds_every_employer(
    session: Session, fair: Fair, three: list[FairEmployer], organiser: Actor, kind: FairPrintKind
) -> None:
    booth = make_booth(session, make_hall(session, fair), three[0])

    row = prints.ask_print(session, organiser, fair.public_id, kind)

    assert (row.state, row.n_employers, row.n_posts) == (FairPrintState.READY, 3, 3)
    stored, content = prints.fetch(session, organiser, fair.public_id, row.public_id)
    assert not any(word in stored.file_name for word in ("困难", "零就业"))
    said = _text(kind, content)
    if said:
        assert all(name in said for name in ("软件公司", "建筑公司", "某单位"))
        assert booth.label in said
        assert not any(word in said for word in ("零就业", "困难", "预留", "爱心", "优先"))


def _text(kind: FairPrintKind, content: bytes) -> str:
    """Return the words of a print; of a PDF only that it is whole, its words being packed."""
    if kind is _KIND.BOOKLET_WORD:
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(one.text for one in document.paragraphs), *cells])
    if kind is _KIND.POSTS:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    read = read_pdf(content)
    assert read.is_whole
    assert read.n_pages == {_KIND.BOOKLET: 1, _KIND.POSTERS: 3, _KIND.CARDS: 2}[kind]
    return ""


def test_a_booth_card_leads_to_the_queue_of_its_own_booth(
    session: Session, fair: Fair, three: list[FairEmployer]
) -> None:
    booth = make_booth(session, make_hall(session, fair), three[0])

    sheet = prints.sheet_of(session, books.read_book(session, fair))

    addresses = {one.name: one.address for one in sheet.employers}
    assert addresses["软件公司"] == f"{settings_of(session).address}/q/{booth.public_id}"
    assert addresses["建筑公司"] == ""


def test_a_long_print_is_made_in_the_background_and_only_once(
    session: Session,
    fair: Fair,
    three: list[FairEmployer],
    organiser: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = limits.Limit("fair.print_at_once", "", dt.date(2026, 1, 1), None, 2, "")
    monkeypatch.setattr(prints, "get_limit", lambda *_: few)

    row = prints.ask_print(session, organiser, fair.public_id, _KIND.BOOKLET)

    assert row.state is FairPrintState.WAITING
    assert session.get_one(Job, row.job_id).arguments == {"print_id": row.id}
    with pytest.raises(RuleBrokenError):
        prints.fetch(session, organiser, fair.public_id, row.public_id)
    content = prints.make(session, row)
    prints.keep(session, row.id, content)
    prints.keep(session, row.id, content)
    assert row.state is FairPrintState.READY
    assert len(session.scalars(sa.select(StoredFile.id)).all()) == 1


def test_a_print_that_expired_is_made_anew(
    session: Session, fair: Fair, three: list[FairEmployer], organiser: Actor
) -> None:
    row = prints.ask_print(session, organiser, fair.public_id, _KIND.POSTS)
    session.get_one(StoredFile, row.file_id).expires_at = clock.now()
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        prints.fetch(session, organiser, fair.public_id, row.public_id)

    assert refused.value.code == "fair_print_not_there"


def test_employers_print_nothing(session: Session, fair: Fair, agent: Actor) -> None:
    with pytest.raises(NotAllowedError):
        prints.ask_print(session, agent, fair.public_id, _KIND.POSTS)
