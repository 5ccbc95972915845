"""Reading placements (去向): the list of a district, those of one person, and what waits for a check.

Rows are those of `sight.placements_in_sight`; nothing of hardship stands in a line, since checkers see none. A page
takes three queries, however many there are.
"""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.placements import PlacementState
from matcher.models.accounts import Account
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement, PlacementEvidence, PlacementStep
from matcher.policy.destinations import name_of
from matcher.services.permissions import Actor
from matcher.services.placements.counting import counted
from matcher.services.placements.sight import placements_in_sight
from matcher.services.placements.stepping import ENTERED

WARNED = "warned"
UNPROVED = "unproved"
OBJECTED = "objected"
FLAGS = (WARNED, UNPROVED, OBJECTED)
"""What a list may be narrowed to besides the state: warned of, without papers, objected to by the person."""


@dataclass(frozen=True)
class PlacementFilter:
    """What a list is narrowed to.

    Parameters
    ----------
    words : part of the person's name, of the employer's or of the job's
    ids : exactly these rows, as an anomaly names them
    """

    state: PlacementState | None = None
    flag: str = ""
    mine: bool = False
    counts: bool = False
    drive_id: int | None = None
    destination: str = ""
    words: str = ""
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class PlacementLine:
    """A line of the list, the name masked."""

    placement: Placement
    name_masked: str
    graduate_public_id: str
    owner: str | None
    n_evidence: int

    @property
    def destination(self) -> str:
        """The destination in words."""
        return name_of(self.placement.destination_list, self.placement.destination_code)


@dataclass(frozen=True)
class PlacementPage:
    """A slice of placements and how many there are in all."""

    rows: list[PlacementLine]
    total: int


def list_placements(
    session: Session,
    by: Actor,
    wanted: PlacementFilter,
    *,
    limit: int = 50,
    offset: int = 0,
    total: int | None = None,
) -> PlacementPage:
    """Return placements, newest first; two queries, or one if `total` was counted before."""
    kept = _kept(by, wanted)
    if total is None:
        total = session.scalar(sa.select(sa.func.count(Placement.id)).where(*kept))
    chosen = sa.select(Placement.id).where(*kept)
    ids = chosen.order_by(Placement.id.desc()).limit(limit).offset(offset).subquery()
    found = _lines().join(ids, ids.c.id == Placement.id).order_by(Placement.id.desc())
    return PlacementPage([_line(row) for row in session.execute(found)], total or 0)


def count_states(session: Session, by: Actor, wanted: PlacementFilter) -> dict[PlacementState, int]:
    """Return how many rows each state has, narrowed by everything else; one query."""
    kept = _kept(by, replace(wanted, state=None))
    found = sa.select(Placement.state, sa.func.count(Placement.id))
    rows = session.execute(found.where(*kept).group_by(Placement.state))
    counts = {state: number for state, number in rows}  # noqa: C416 - rows are no pairs
    return {state: counts.get(state, 0) for state in PlacementState}


def _kept(by: Actor, wanted: PlacementFilter) -> list[sa.ColumnElement[bool]]:
    kept = [placements_in_sight(by)]
    if wanted.state is not None:
        kept.append(Placement.state == wanted.state)
    if wanted.counts:
        kept.append(counted())
    if wanted.drive_id is not None:
        kept.append(Placement.drive_id == wanted.drive_id)
    if wanted.ids is not None:
        kept.append(Placement.id.in_(wanted.ids))
    if wanted.destination:
        list_name, _, code = wanted.destination.partition(":")
        kept += [Placement.destination_list == list_name, Placement.destination_code == code]
    if wanted.mine:
        own = sa.select(GraduateCase.id).where(GraduateCase.owner_id == by.account_id)
        kept.append(sa.or_(Placement.recorded_by_id == by.account_id, Placement.case_id.in_(own)))
    if wanted.words:
        kept.append(_named(wanted.words))
    return kept + _flagged(wanted.flag)


def _named(words: str) -> sa.ColumnElement[bool]:
    people = sa.select(Graduate.id).where(Graduate.name.contains(words, autoescape=True))
    return sa.or_(
        Placement.graduate_id.in_(people),
        Placement.employer_name.contains(words, autoescape=True),
        Placement.job_title.contains(words, autoescape=True),
    )


def _flagged(flag: str) -> list[sa.ColumnElement[bool]]:
    if flag == WARNED:
        return [sa.cast(Placement.warnings, sa.Text) != "[]"]
    if flag == UNPROVED:
        has = sa.exists().where(
            PlacementEvidence.placement_id == Placement.id, PlacementEvidence.withdrawn_at.is_(None)
        )
        return [~has, Placement.is_outcome.is_(True)]
    return [Placement.person_answer == "not_true"] if flag == OBJECTED else []


def _lines() -> sa.Select[Placement, str, str, str | None, int]:
    pieces = (
        sa.select(sa.func.count(PlacementEvidence.id))
        .where(
            PlacementEvidence.placement_id == Placement.id,
            PlacementEvidence.withdrawn_at.is_(None),
        )
        .correlate(Placement)
        .scalar_subquery()
    )
    return (
        sa.select(Placement, Graduate.name, Graduate.public_id, Account.display_name, pieces)
        .join(Graduate, Graduate.id == Placement.graduate_id)
        .outerjoin(GraduateCase, GraduateCase.id == Placement.case_id)
        .outerjoin(Account, Account.id == GraduateCase.owner_id)
    )


def _line(row: sa.Row[Placement, str, str, str | None, int]) -> PlacementLine:
    placement, name, public_id, owner, pieces = row
    return PlacementLine(placement, mask_name(name), public_id, owner, pieces)


def placements_of(session: Session, by: Actor, graduate_id: int) -> list[PlacementLine]:
    """Return all placements of a graduate the actor sees, newest first; one query."""
    found = _lines().where(placements_in_sight(by), Placement.graduate_id == graduate_id)
    return [_line(row) for row in session.execute(found.order_by(Placement.id.desc()))]


def checking_queue(
    session: Session, by: Actor, *, limit: int = 50, offset: int = 0
) -> PlacementPage:
    """Return what an actor may check: sent by others, the earliest day first; two queries."""
    entered = sa.select(PlacementStep.placement_id).where(
        PlacementStep.by_account_id == by.account_id, PlacementStep.act.in_(ENTERED)
    )
    uploaded = sa.select(PlacementEvidence.placement_id).where(
        PlacementEvidence.entered_by_id == by.account_id
    )
    kept = [
        placements_in_sight(by),
        Placement.state == PlacementState.CHECKING,
        Placement.id.not_in(entered),
        Placement.id.not_in(uploaded),
    ]
    total = session.scalar(sa.select(sa.func.count(Placement.id)).where(*kept))
    order = (Placement.check_due_on, Placement.id)
    found = _lines().where(*kept).order_by(*order).limit(limit).offset(offset)
    return PlacementPage([_line(row) for row in session.execute(found)], total or 0)


def n_overdue(session: Session, by: Actor) -> int:
    """Return how many checks are past their day; one query."""
    found = sa.select(sa.func.count(Placement.id)).where(
        placements_in_sight(by),
        Placement.state == PlacementState.CHECKING,
        Placement.check_due_on < clock.today(),
    )
    return session.scalar(found) or 0
