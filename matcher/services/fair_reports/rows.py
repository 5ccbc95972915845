"""The rows behind a figure of a fair's report (数字背后的行): as many as the figure says, people masked.

Visitors come in the order of their random numbers: the order in which they were asked to come is nobody's business.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session

from matcher.identity import mask_name
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import Booth, Fair, FairEmployer, FairPosting, FairSession
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services.fair_reports.figures import Figure, count_rows

FORGOTTEN = "（已匿名）"
NAMELESS = "（没有登记）"
"""Who came in on another's ticket."""


@dataclass(frozen=True)
class FigureRow:
    """One row behind a figure; what its kind has not stays empty.

    Parameters
    ----------
    who : masked name of a visitor
    quantity : what the row counts for
    n_met : of an employer the visitors it talked to, of a visitor the employers
    """

    who: str = ""
    unit: str = ""
    post: str = ""
    place: str = ""
    at: dt.datetime | None = None
    state: ContactState | FollowState | None = None
    quantity: int = 1
    n_met: int = 0
    public_id: str = ""


def list_rows(
    session: Session, fair: Fair, figure: Figure, *, limit: int = 50, offset: int = 0
) -> tuple[list[FigureRow], int]:
    """Return a slice of the rows of a figure and how many there are; a constant number of queries."""
    ids = figure.select(fair)
    n_rows = count_rows(session, ids)
    made = _KINDS[figure.rows](session, ids, limit, offset)
    if figure.nameless is None:
        return made, n_rows
    others = figure.nameless(fair)
    if len(made) < limit:
        made += _entries(session, others, limit - len(made), max(0, offset - n_rows))
    return made, n_rows + count_rows(session, others)


def list_all(session: Session, fair: Fair, figure: Figure) -> list[FigureRow]:
    """Return all rows of a figure, for files."""
    ids = figure.select(fair)
    made = _KINDS[figure.rows](session, ids, count_rows(session, ids), 0)
    if figure.nameless is not None:
        others = figure.nameless(fair)
        made += _entries(session, others, count_rows(session, others), 0)
    return made


class Named(Protocol):
    """What a visitor's masked name is told from: the row itself, or a few of its columns."""

    @property
    def forgotten_at(self) -> dt.datetime | None:
        """Return when name and number were erased."""

    @property
    def name_masked(self) -> str | None:
        """Return the masked name of who is not one of the drive's graduates."""


def masked_visitor(visitor: Named, graduate_name: str | None) -> str:
    """Return the masked name of a visitor, wherever it is kept."""
    if visitor.forgotten_at is not None:
        return FORGOTTEN
    return visitor.name_masked or mask_name(graduate_name or "") or FORGOTTEN


def _employers(session: Session, ids: sa.Select[int], limit: int, offset: int) -> list[FigureRow]:
    met = (
        sa.select(sa.func.count(FairContact.id))
        .where(FairContact.fair_employer_id == FairEmployer.id)
        .scalar_subquery()
    )
    found = (
        sa.select(FairEmployer, Employer.name, met)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(FairEmployer.id.in_(ids))
        .order_by(Employer.name, FairEmployer.id)
    )
    rows = session.execute(found.limit(limit).offset(offset)).all()
    labels = _labels(session, [row[0].id for row in rows])
    return [
        FigureRow(unit=name, place=labels.get(place.id, ""), n_met=n, public_id=place.public_id)
        for place, name, n in rows
    ]


def _labels(session: Session, place_ids: list[int]) -> dict[int, str]:
    found = sa.select(Booth.fair_employer_id, Booth.label).where(
        Booth.fair_employer_id.in_(place_ids)
    )
    labels: dict[int, list[str]] = {}
    for place_id, label in session.execute(found.order_by(Booth.label)):
        labels.setdefault(place_id or 0, []).append(label)
    return {place_id: "、".join(named) for place_id, named in labels.items()}


def _postings(session: Session, ids: sa.Select[int], limit: int, offset: int) -> list[FigureRow]:
    found = (
        sa.select(Posting.title, Posting.headcount, Posting.public_id, Employer.name)
        .join(FairPosting, FairPosting.posting_id == Posting.id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(FairPosting.id.in_(ids))
        .order_by(Employer.name, Posting.title, FairPosting.id)
    )
    return [
        FigureRow(unit=name, post=title, quantity=headcount, public_id=public_id)
        for title, headcount, public_id, name in session.execute(found.limit(limit).offset(offset))
    ]


_WHO = (FairVisitor.forgotten_at, FairVisitor.name_masked, Graduate.name.label("graduate"))
"""The columns a masked name is told from: whole rows of a visitor are long, and a large fair has 26,000."""


def _visitors(session: Session, ids: sa.Select[int], limit: int, offset: int) -> list[FigureRow]:
    first = (
        sa.select(sa.func.min(FairTicket.admitted_at))
        .where(FairTicket.visitor_id == FairVisitor.id)
        .scalar_subquery()
    )
    met = (
        sa.select(sa.func.count(FairContact.id))
        .where(FairContact.visitor_id == FairVisitor.id)
        .scalar_subquery()
    )
    found = (
        sa.select(*_WHO, first.label("at"), met.label("n_met"))
        .select_from(FairVisitor)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(FairVisitor.id.in_(ids))
        .order_by(FairVisitor.public_id)
    )
    return [
        FigureRow(who=masked_visitor(one, one.graduate), at=one.at, n_met=one.n_met)
        for one in session.execute(found.limit(limit).offset(offset))
    ]


def _entries(session: Session, ids: sa.Select[int], limit: int, offset: int) -> list[FigureRow]:
    found = (
        sa.select(*_WHO, FairEntry.at, FairEntry.ticket_id, FairSession.name.label("held"))
        .select_from(FairEntry)
        .outerjoin(FairSession, FairSession.id == FairEntry.session_id)
        .outerjoin(FairTicket, FairTicket.id == FairEntry.ticket_id)
        .outerjoin(FairVisitor, FairVisitor.id == FairTicket.visitor_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(FairEntry.id.in_(ids))
        .order_by(FairEntry.at, FairEntry.id)
    )
    return [
        FigureRow(
            who=NAMELESS if one.ticket_id is None else masked_visitor(one, one.graduate),
            at=one.at,
            place=one.held or "",
        )
        for one in session.execute(found.limit(limit).offset(offset))
    ]


def _contacts(session: Session, ids: sa.Select[int], limit: int, offset: int) -> list[FigureRow]:
    found = (
        _of_contacts(FairContact.met_at.label("at"), FairContact.state)
        .where(FairContact.id.in_(ids))
        .order_by(FairContact.met_at, FairContact.id)
    )
    return _with_people(session, found.limit(limit).offset(offset))


def _follows(session: Session, ids: sa.Select[int], limit: int, offset: int) -> list[FigureRow]:
    found = (
        _of_contacts(sa.null().label("at"), FairFollow.state, FairFollow.public_id)
        .join(FairFollow, FairFollow.contact_id == FairContact.id)
        .where(FairFollow.id.in_(ids))
        .order_by(Employer.name, FairFollow.id)
    )
    return _with_people(session, found.limit(limit).offset(offset))


def _of_contacts(*columns: sa.ColumnElement[Any] | Mapped[Any]) -> sa.Select[Any]:
    """Return columns of contacts with who talked to whom about which post."""
    return (
        sa.select(*_WHO, Employer.name.label("unit"), Posting.title.label("post"), *columns)
        .select_from(FairContact)
        .join(FairEmployer, FairEmployer.id == FairContact.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .join(FairVisitor, FairVisitor.id == FairContact.visitor_id)
        .outerjoin(Posting, Posting.id == FairContact.posting_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
    )


def _with_people(session: Session, found: sa.Select[Any]) -> list[FigureRow]:
    return [
        FigureRow(
            who=masked_visitor(one, one.graduate),
            unit=one.unit,
            post=one.post or "",
            at=one.at,
            state=one.state,
            public_id=getattr(one, "public_id", ""),
        )
        for one in session.execute(found)
    ]


_KINDS = {
    "employer": _employers,
    "posting": _postings,
    "visitor": _visitors,
    "entry": _entries,
    "contact": _contacts,
    "follow": _follows,
}
