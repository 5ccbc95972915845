"""The people behind the figures (名单后面的人): those of the scope, masked; others are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher.models.graduates import Graduate, GraduateMajor
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.quality.evaluation import (
    ENOUGH_CHOICE,
    finished_run,
    zero_employment_choice,
)
from matcher.services.quality.hits import snapshot_of
from matcher.services.quality.studies import managed_drive
from matcher.services.ranked_people import Person, person_of


class ChoiceGroup(StrEnum):
    """Graduates of zero-employment households by eligible postings; the values say nothing in an address."""

    NONE = "a"
    FEW = "b"
    ENOUGH = "c"

    def holds(self, n_eligible: int) -> bool:
        """Say whether somebody with so many eligible postings is one of them."""
        if self is ChoiceGroup.NONE:
            return not n_eligible
        enough = n_eligible >= ENOUGH_CHOICE
        return enough if self is ChoiceGroup.ENOUGH else bool(n_eligible) and not enough


@dataclass(frozen=True)
class ChoiceList:
    """A page of them, fewest postings first.

    Parameters
    ----------
    n_elsewhere : those of unions outside the scope
    """

    rows: Sequence[tuple[Person, int]]
    total: int
    n_elsewhere: int


def people_by_choice(
    session: Session, by: Actor, drive_id: int, group: ChoiceGroup, *, limit: int, offset: int
) -> ChoiceList:
    """Return the graduates of a group as the drive's current run has them."""
    require(by, Permission.VIEW_HARDSHIP)
    require(by, Permission.VIEW_GRADUATES)
    drive = managed_drive(session, by, drive_id)
    run = finished_run(session, drive)
    choice = zero_employment_choice(session, run, snapshot_of(session, run))
    wanted = {one: count for one, count in choice.items() if group.holds(count)}
    seen = persons(session, by, list(wanted))
    ordered = sorted(seen, key=lambda one: (wanted[one], one))
    return ChoiceList(
        rows=[(seen[one], wanted[one]) for one in ordered[offset : offset + limit]],
        total=len(ordered),
        n_elsewhere=len(wanted) - len(ordered),
    )


def persons(session: Session, by: Actor, ids: Sequence[int]) -> dict[int, Person]:
    """Return those of some graduates whom the actor's scope admits, masked, by id."""
    require(by, Permission.VIEW_GRADUATES)
    found: dict[int, Person] = {}
    for start in range(0, len(ids), 500):
        chosen = (
            sa.select(Graduate)
            .where(
                Graduate.id.in_(ids[start : start + 500]),
                Graduate.union_id.in_(scope_of(by).unions()),
            )
            .options(selectinload(Graduate.majors).load_only(GraduateMajor.name))
            .order_by(Graduate.id)
        )
        found.update({one.id: person_of(one) for one in session.scalars(chosen)})
    return found
