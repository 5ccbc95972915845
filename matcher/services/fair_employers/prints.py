"""Prints of a fair (印刷件): asked for, made at once when short and in the background when long, kept, fetched.

A print shows the posts as they stood when it was made. Making one twice keeps the first. The workbook of the report
is made elsewhere (`fair_reports.books`) and kept and fetched here like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.documents import fair_books
from matcher.documents.fair_books import EmployerSheet, FairSheet, PostLine, TradeSheet
from matcher.errors import RuleBrokenError
from matcher.kinds import JobQueue
from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.models.drives import Drive
from matcher.models.fair_papers import FairPrint
from matcher.models.fairs import Fair, FairSession
from matcher.models.files import StoredFile
from matcher.models.organisations import Union
from matcher.policy.limits import get_limit
from matcher.services import audit, files, jobs
from matcher.services.fair_employers.books import (
    Book,
    BookEmployer,
    BookPost,
    booth_codes,
    read_book,
)
from matcher.services.fair_employers.messages import day_words
from matcher.services.fair_employers.sight import find_fair
from matcher.services.fairs.sight import require_managed, require_not_cancelled
from matcher.services.files import FilePurpose
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import first_or_missing

MAKE_JOB = "fairs.make_print"
REPORT_JOB = "fair_reports.make_book"
_KEPT = 12
"""Prints listed: the newest; older ones expire with their files."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PDF = "application/pdf"

_WRITERS = {
    FairPrintKind.BOOKLET: fair_books.booklet_pdf,
    FairPrintKind.BOOKLET_WORD: fair_books.booklet_docx,
    FairPrintKind.POSTERS: fair_books.posters_pdf,
    FairPrintKind.CARDS: fair_books.cards_pdf,
    FairPrintKind.POSTS: fair_books.posts_xlsx,
}

_FILES = {
    FairPrintKind.BOOKLET: ("booklet.pdf", _PDF),
    FairPrintKind.BOOKLET_WORD: ("booklet.docx", _DOCX),
    FairPrintKind.POSTERS: ("posters.pdf", _PDF),
    FairPrintKind.CARDS: ("booth-cards.pdf", _PDF),
    FairPrintKind.POSTS: ("posts.xlsx", _XLSX),
    FairPrintKind.REPORT: ("report.xlsx", _XLSX),
}


def ask_print(session: Session, by: Actor, fair_public_id: str, kind: FairPrintKind) -> FairPrint:
    """Ask for a print of posts; a short one is there when this returns, a long one is made in the background.

    Raises
    ------
    RuleBrokenError
        The fair was cancelled, and what is asked for is more than the table of its posts.
    """
    fair = find_fair(session, by, fair_public_id)
    if kind is not FairPrintKind.POSTS:
        require_not_cancelled(fair)
    book = read_book(session, fair)
    most = get_limit("fair.print_at_once", fair.venue_region, clock.today()).value
    counts = {"n_employers": book.n_employers, "n_posts": book.n_posts}
    row = open_print(session, by, fair, kind, is_long=book.n_posts > most, counts=counts)
    if row.job_id is None:
        keep(session, row.id, make(session, row, book=book))
    return row


def open_print(
    session: Session,
    by: Actor,
    fair: Fair,
    kind: FairPrintKind,
    *,
    is_long: bool,
    counts: Mapping[str, int] | None = None,
) -> FairPrint:
    """Insert a print that waits to be made, noted in the trail; a long one is made in the background.

    Parameters
    ----------
    counts : numbers of what it will show, by column
    """
    require_managed(session, by, fair)
    row = FairPrint(
        fair_id=fair.id,
        kind=kind,
        state=FairPrintState.WAITING,
        asked_at=clock.now(),
        asked_by_id=by.account_id,
        **(counts or {}),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, by, "fair_print.asked", subject=("fair", fair.id), print=row.id, kind=kind
    )
    if is_long:
        row.job_id = _make_later(session, by, fair, row)
        session.flush()
    return row


def _make_later(session: Session, by: Actor, fair: Fair, row: FairPrint) -> int:
    job = MAKE_JOB if row.kind.is_of_posts else REPORT_JOB
    return jobs.enqueue(
        session,
        job,
        {"print_id": row.id},
        queue=JobQueue.BATCH,
        unique_key=f"{job}:{row.id}",
        union_id=fair.union_id,
        created_by_id=by.account_id,
    ).id


def make(session: Session, row: FairPrint, *, book: Book | None = None) -> bytes:
    """Return the content of a print of posts; reads only."""
    fair = session.get_one(Fair, row.fair_id)
    return _WRITERS[row.kind](sheet_of(session, book or read_book(session, fair)))


def keep(session: Session, print_id: int, content: bytes) -> FairPrint:
    """Store a print that was made; one that was kept before is left."""
    row = session.get_one(FairPrint, print_id, with_for_update=True)
    if row.state is not FairPrintState.WAITING:
        return row
    fair = session.get_one(Fair, row.fair_id)
    name, media_type = _FILES[row.kind]
    stored = files.put_file(
        session,
        SYSTEM,
        content,
        purpose=FilePurpose.FAIR_PRINT,
        file_name=f"fair-{row.id:06d}-{name}",
        media_type=media_type,
        union_id=fair.union_id,
    )
    row.file_id, row.made_at, row.state = stored.id, clock.now(), FairPrintState.READY
    audit.record(
        session, SYSTEM, "fair_print.made", subject=("fair", fair.id), print=row.id, kind=row.kind
    )
    session.flush()
    return row


def fail(session: Session, print_id: int, code: str) -> None:
    """Note that a print cannot be made; one that stands is left."""
    session.execute(
        sa.update(FairPrint)
        .where(FairPrint.id == print_id, FairPrint.state == FairPrintState.WAITING)
        .values(state=FairPrintState.FAILED, problem=code)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class ShownPrint:
    """A print with its file, None before it is made and after it expired."""

    row: FairPrint
    file: StoredFile | None


def list_prints(
    session: Session, by: Actor, fair_public_id: str, *, of_posts: bool = True
) -> list[ShownPrint]:
    """Return the newest prints of a fair: those of its posts, or those of its report."""
    fair = find_fair(session, by, fair_public_id)
    kinds = [one for one in FairPrintKind if one.is_of_posts is of_posts]
    found = session.execute(
        sa.select(FairPrint, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == FairPrint.file_id)
        .where(FairPrint.fair_id == fair.id, FairPrint.kind.in_(kinds))
        .order_by(FairPrint.id.desc())
        .limit(_KEPT)
    )
    return [ShownPrint(*one) for one in found]


def fetch(
    session: Session, by: Actor, fair_public_id: str, print_id: str
) -> tuple[StoredFile, bytes]:
    """Return a print's file, and log who fetched it; not for a read-only session."""
    fair = find_fair(session, by, fair_public_id)
    found = sa.select(FairPrint).where(
        FairPrint.public_id == print_id, FairPrint.fair_id == fair.id
    )
    row = first_or_missing(session, found, lock=False)
    stored = session.get(StoredFile, row.file_id) if row.file_id else None
    is_over = stored is None or (stored.expires_at is not None and stored.expires_at <= clock.now())
    if stored is None or is_over:
        raise RuleBrokenError("fair_print_not_there", "文件还没有生成，或者已经过期，请重新生成。")
    content = files.read_content(session, stored)
    audit.record(
        session, by, "fair_print.fetched", subject=("fair", fair.id), print=row.id, kind=row.kind
    )
    return stored, content


def sheet_of(session: Session, book: Book) -> FairSheet:
    """Return what the writers print of a fair's posts."""
    fair, base = book.fair, settings_of(session).address
    codes = booth_codes(session, [one.row_id for one in book.employers])
    public = f"{base}/f/{fair.token}"
    drive = session.get_one(Drive, fair.drive_id)
    union = session.get_one(Union, fair.union_id)
    return FairSheet(
        title=fair.title,
        when=when_words(session, fair),
        where="，".join(one for one in (fair.venue_name, fair.venue_address) if one),
        by="、".join(one for one in (union.name, fair.co_organisers) if one),
        ask=fair.enquiries or drive.neutral_contact or "",
        counts=f"{book.n_employers} 家单位，{book.n_posts} 个岗位，招 {book.n_wanted} 人",
        as_of=f"截至 {clock.today():%Y-%m-%d}",
        trades=[
            TradeSheet(
                trade.name, [_employer(one, base, codes.get(one.row_id)) for one in trade.employers]
            )
            for trade in book.trades
        ],
        code=fair_books.picture_of(public),
        address=public,
    )


def _employer(one: BookEmployer, base: str, booth: str | None) -> EmployerSheet:
    address = f"{base}/q/{booth}" if booth else ""
    facts = ["劳务派遣"] if one.is_dispatch else []
    return EmployerSheet(
        name=one.name,
        booths="、".join(one.booths),
        trade=one.trade,
        facts="，".join([*facts, one.address] if one.address else facts),
        about=_short(one.about),
        posts=[_post(post) for post in one.posts],
        code=fair_books.picture_of(address) if address else "",
        address=address,
    )


def _post(post: BookPost) -> PostLine:
    return PostLine(
        title=post.title,
        headcount=str(post.headcount),
        education=post.education,
        majors=post.majors,
        pay=post.pay,
        place=post.place,
        more="；".join(words.rstrip("。；") for words in (post.duties, post.conditions) if words),
    )


_LONGEST_ABOUT = 120


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_ABOUT else words[:_LONGEST_ABOUT].rstrip() + "…"


def when_words(session: Session, fair: Fair) -> str:
    """Return days and times of a fair as prints write them."""
    found = sa.select(FairSession).where(FairSession.fair_id == fair.id)
    order = (FairSession.held_on, FairSession.begins_minute, FairSession.id)
    said: Sequence[str] = [
        f"{one.held_on.month}月{one.held_on.day}日 {_minutes(one.begins_minute)}–{_minutes(one.ends_minute)}"
        for one in session.scalars(found.order_by(*order))
    ]
    return "，".join(said) or day_words(fair)


def _minutes(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}"
