"""Employers of a fair as an organiser reads them (参会单位名单): where each stands, papers, posts, booths."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fair_papers import FairPaperState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairPaper
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall
from matcher.models.postings import Posting
from matcher.services.fair_employers.packs import Pack, packs_of
from matcher.services.fair_employers.places import Room, room_of
from matcher.services.fair_employers.posts import shown_posts
from matcher.services.fair_employers.sight import find_fair
from matcher.services.permissions import Actor
from matcher.vocabulary.industries import load_industries

_S = FairEmployerState


@dataclass(frozen=True)
class Line:
    """One employer of a fair.

    Parameters
    ----------
    turn : place in the waiting list, counted from 1; None for who does not wait
    """

    row: FairEmployer
    employer: Employer
    pack: Pack
    posts: Sequence[Posting]
    booths: Sequence[str]
    turn: int | None = None

    @property
    def n_wanted(self) -> int:
        """People wanted in all posts shown."""
        return sum(one.headcount for one in self.posts)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What narrows the list."""

    state: FairEmployerState | None = None
    trade: str = ""
    name: str = ""
    to_check: bool = False
    """Only who has a paper that waits to be looked at."""


@dataclass(frozen=True)
class EmployerList:
    """A slice of the list, its length, how many stand in each state, and the room left."""

    fair: Fair
    rows: list[Line]
    total: int
    counts: dict[FairEmployerState, int]
    n_to_check: int
    room: Room


def list_employers(
    session: Session,
    by: Actor,
    fair_public_id: str,
    wanted: Filter,
    *,
    limit: int = 50,
    offset: int = 0,
) -> EmployerList:
    """Return the employers of a fair by state; who waits comes in the order of waiting, others by name."""
    fair = find_fair(session, by, fair_public_id)
    found = (
        sa.select(FairEmployer, Employer)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(FairEmployer.fair_id == fair.id, *_kept(wanted))
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    order = (_rank(), FairEmployer.waiting_since, Employer.name)
    page = session.execute(
        found.order_by(*order, FairEmployer.id).limit(limit).offset(offset)
    ).all()
    by_state = session.execute(
        sa.select(FairEmployer.state, sa.func.count().label("n"))
        .where(FairEmployer.fair_id == fair.id)
        .group_by(FairEmployer.state)
    )
    return EmployerList(
        fair,
        lines_of(session, fair, [(row, employer) for row, employer in page]),
        total,
        {one.state: one.n for one in by_state},
        session.scalar(
            sa.select(sa.func.count()).where(
                FairEmployer.fair_id == fair.id, FairEmployer.id.in_(_with_papers_to_check())
            )
        )
        or 0,
        room_of(session, fair.id),
    )


def _rank() -> sa.Case[int]:
    """Return the order of the states: first those in which the organiser has something to do."""
    order = (_S.APPLIED, _S.ACCEPTED, _S.WAITING, _S.INVITED)
    return sa.case(
        *((FairEmployer.state == state, rank) for rank, state in enumerate(order)),
        else_=len(order),
    )


def lines_of(
    session: Session, fair: Fair, pairs: Sequence[tuple[FairEmployer, Employer]]
) -> list[Line]:
    """Return the lines of places; as many queries for one as for many."""
    ids = [row.id for row, _ in pairs]
    packs, posts = packs_of(session, fair, ids), shown_posts(session, ids)
    booths, turns = booths_of(session, ids), _turns(session, fair.id)
    return [
        Line(
            row,
            employer,
            packs[row.id],
            posts.get(row.id, []),
            booths.get(row.id, []),
            turns.get(row.id),
        )
        for row, employer in pairs
    ]


def _kept(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if wanted.state is not None:
        kept.append(FairEmployer.state == wanted.state)
    if wanted.trade:
        divisions = [one.code for one in load_industries().list_industries(wanted.trade)]
        kept.append(Employer.industry.in_([wanted.trade, *divisions]))
    if wanted.name:
        kept.append(Employer.name.icontains(wanted.name, autoescape=True))
    if wanted.to_check:
        kept.append(FairEmployer.id.in_(_with_papers_to_check()))
    return kept


def _with_papers_to_check() -> sa.Select[int]:
    return sa.select(FairPaper.fair_employer_id).where(FairPaper.state == FairPaperState.HANDED_IN)


def booths_of(session: Session, row_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the labels of the booths employers were given, by the place's id, hall by hall."""
    found = session.execute(
        sa.select(Booth.fair_employer_id, Booth.label)
        .join(FairHall, FairHall.id == Booth.hall_id)
        .where(Booth.fair_employer_id.in_(row_ids))
        .order_by(FairHall.number, Booth.row, Booth.column, Booth.id)
    )
    by_row: dict[int, list[str]] = defaultdict(list)
    for row_id, label in found:
        if row_id is not None:
            by_row[row_id].append(label)
    return dict(by_row)


def _turns(session: Session, fair_id: int) -> dict[int, int]:
    found = session.scalars(
        sa.select(FairEmployer.id)
        .where(FairEmployer.fair_id == fair_id, FairEmployer.state == FairEmployerState.WAITING)
        .order_by(FairEmployer.waiting_since, FairEmployer.id)
    )
    return {row_id: turn for turn, row_id in enumerate(found, start=1)}
