"""Who sits where in a plan as people read it (逐人席位), and who has no seat: masked, narrowed, a page at a time.

Only graduates of the reader's scope are shown; those of other unions keep their seats and are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.allocation.plan_result import rows_of
from matcher.allocation.who_moved import WhoMoved
from matcher.db.engine import settings_of
from matcher.errors import SnapshotError
from matcher.kinds.plans import PinKind, PlanRule, SeatedAs
from matcher.models.drives import DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanRun, PlanSeat, PlanUncovered
from matcher.models.postings import Posting
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.plans.folders import load_input, load_result, plan_folder
from matcher.services.plans.posting_names import Place, places
from matcher.services.plans.runs import check_usable, require_planner
from matcher.services.quality.people import persons
from matcher.services.ranked_people import Person
from matcher.services.rows import not_found


@dataclass(frozen=True)
class SeatFilter:
    """What a list of seats is narrowed to.

    Parameters
    ----------
    words : part of the person's name, the title of the posting or the employer's name
    moved : only those who gave way to somebody guaranteed a seat
    pinned : only those a person fixed
    """

    words: str = ""
    kind: SeatedAs | None = None
    moved: bool = False
    pinned: bool = False


@dataclass(frozen=True)
class SeatLine:
    """One person's seat, the name masked.

    Parameters
    ----------
    moved_from : where the person sat before somebody guaranteed needed the seat
    """

    person: Person
    seat: PlanSeat
    place: Place
    moved_from: Place | None


@dataclass(frozen=True)
class SeatPage:
    """A page of seats.

    Parameters
    ----------
    n_elsewhere : seats of people of unions outside the scope, whatever the filter
    """

    rows: Sequence[SeatLine]
    total: int
    n_elsewhere: int


def list_seats(
    session: Session,
    by: Actor,
    plan: PlanRun,
    rule: PlanRule,
    wanted: SeatFilter,
    *,
    limit: int,
    offset: int,
) -> SeatPage:
    """Return a page of the seats of a plan by one rule, posting by posting; half a dozen queries."""
    require_planner(by)
    require(by, Permission.VIEW_GRADUATES)
    check_usable(plan)
    of_plan = sa.and_(PlanSeat.plan_id == plan.id, PlanSeat.rule == rule)
    in_scope = Graduate.union_id.in_(scope_of(by).unions())
    joined = (
        sa.select(PlanSeat)
        .join(Graduate, Graduate.id == PlanSeat.graduate_id)
        .join(Posting, Posting.id == PlanSeat.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(of_plan, in_scope)
    )
    chosen = joined.where(*_conditions(wanted))
    order = (PlanSeat.posting_id, PlanSeat.seat_group, PlanSeat.own_key.desc())
    seats = session.scalars(
        chosen.order_by(*order, PlanSeat.graduate_id).limit(limit).offset(offset)
    ).all()
    everybody = _count(session, sa.select(PlanSeat).where(of_plan))
    return SeatPage(
        rows=seat_lines(session, by, seats),
        total=_count(session, chosen),
        n_elsewhere=everybody - _count(session, joined),
    )


def _conditions(wanted: SeatFilter) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if wanted.kind is not None:
        kept.append(PlanSeat.kind == wanted.kind)
    if wanted.moved:
        kept.append(PlanSeat.moved_from_id.is_not(None))
    if wanted.pinned:
        kept.append(PlanSeat.is_pinned.is_(True))
    if wanted.words:
        named = (Graduate.name, Posting.title, Employer.name)
        kept.append(sa.or_(*(one.contains(wanted.words, autoescape=True) for one in named)))
    return kept


def _count(session: Session, chosen: sa.Select[PlanSeat]) -> int:
    rows = chosen.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return session.scalar(rows) or 0


def seat_lines(session: Session, by: Actor, seats: Sequence[PlanSeat]) -> list[SeatLine]:
    """Return seats with the masked names of their people; those out of sight are left out."""
    seen = persons(session, by, [seat.graduate_id for seat in seats])
    wanted = {seat.posting_id for seat in seats} | {seat.moved_from_id for seat in seats}
    known = places(session, wanted)
    return [
        SeatLine(
            seen[seat.graduate_id],
            seat,
            known[seat.posting_id],
            known.get(seat.moved_from_id or 0),
        )
        for seat in seats
        if seat.graduate_id in seen
    ]


def person_seat(
    session: Session, by: Actor, plan: PlanRun, rule: PlanRule, graduate: str
) -> tuple[Person, SeatLine | None]:
    """Return somebody of the plan's drive with the seat by one rule, or with none.

    Raises
    ------
    NotFoundError
        Nobody of this public number is in the drive and in scope.
    """
    require_planner(by)
    check_usable(plan)
    number = session.scalar(
        sa.select(Graduate.id)
        .join(DriveEntry, DriveEntry.graduate_id == Graduate.id)
        .where(Graduate.public_id == graduate, DriveEntry.drive_id == plan.drive_id)
    )
    person = persons(session, by, [number]).get(number) if number else None
    if person is None:
        raise not_found()
    seat = session.get(PlanSeat, (plan.id, rule, person.id))
    return person, seat_lines(session, by, [seat])[0] if seat is not None else None


@dataclass(frozen=True)
class Unseated:
    """Somebody without a seat.

    Parameters
    ----------
    guaranteed : class of somebody who is guaranteed a seat; None for others
    component : part of the certificate that shows why not
    gave_up : where the person sat before somebody guaranteed needed the seat
    """

    person: Person
    guaranteed: int | None
    component: int | None
    gave_up: Place | None


@dataclass(frozen=True)
class UnseatedPage:
    """A page of them, guaranteed people first.

    Parameters
    ----------
    knows_all : the plan's folder is there; else only guaranteed people are known
    """

    rows: Sequence[Unseated]
    total: int
    knows_all: bool


def list_unseated(
    session: Session,
    by: Actor,
    plan: PlanRun,
    rule: PlanRule,
    *,
    limit: int,
    offset: int,
    moved: bool = False,
) -> UnseatedPage:
    """Return a page of the people of a plan's market who have no seat by one rule.

    Parameters
    ----------
    moved : only those who had one before somebody guaranteed needed it
    """
    require_planner(by)
    check_usable(plan)
    uncovered = {
        row.graduate_id: row
        for row in session.scalars(
            sa.select(PlanUncovered).where(
                PlanUncovered.plan_id == plan.id, PlanUncovered.rule == rule
            )
        )
    }
    gave_up = _gave_up(session, plan, rule)
    known = uncovered.keys() if gave_up is None else gave_up.keys()
    wanted = {one for one in known if gave_up and gave_up[one]} if moved else set(known)
    ids = [one for one in session.scalars(_seatless(by, plan, rule)) if one in wanted]
    ids.sort(key=lambda one: (one not in uncovered, one))
    some = ids[offset : offset + limit]
    seen = persons(session, by, some)
    before = {one: (gave_up or {}).get(one) for one in some}
    spots = places(session, before.values())
    rows = [
        _unseated(seen[one], uncovered.get(one), spots.get(before[one] or 0))
        for one in some
        if one in seen
    ]
    return UnseatedPage(rows, len(ids), knows_all=gave_up is not None)


def _unseated(person: Person, row: PlanUncovered | None, gave_up: Place | None) -> Unseated:
    if row is None:
        return Unseated(person, None, None, gave_up)
    return Unseated(person, row.priority_rank, row.component, gave_up)


def _gave_up(session: Session, plan: PlanRun, rule: PlanRule) -> dict[int, int | None] | None:
    """Return by person of the market the posting given up for somebody guaranteed; None once its folder is gone."""
    folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")
    try:
        given, result = load_input(folder), load_result(folder, rule)
    except SnapshotError:
        return None
    pinned = [pin.graduate for pin in given.pins if pin.kind is PinKind.PIN]
    left = WhoMoved(given.market, result, np.isin(given.market.graduates, pinned)).given_up
    pairs = zip(given.market.graduates.tolist(), rows_of(given.market, left).tolist(), strict=True)
    return {who: int(given.market.postings[row]) if row >= 0 else None for who, row in pairs}


def _seatless(by: Actor, plan: PlanRun, rule: PlanRule) -> sa.Select[int]:
    seat = sa.exists().where(
        PlanSeat.plan_id == plan.id,
        PlanSeat.rule == rule,
        PlanSeat.graduate_id == DriveEntry.graduate_id,
    )
    return (
        sa.select(DriveEntry.graduate_id)
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .where(
            DriveEntry.drive_id == plan.drive_id,
            Graduate.union_id.in_(scope_of(by).unions()),
            ~seat,
        )
        .order_by(DriveEntry.graduate_id)
    )
