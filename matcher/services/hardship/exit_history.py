"""What is known of a household's exits and returns (退出、返困记录), their notes opened for who sees the file whole."""

import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.keys import KeyRing
from matcher.kinds.tiers import ExitState, Guarantee
from matcher.models.assessments import HouseholdExit, HouseholdReturn
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class ExitEntry:
    """An exit with its notes."""

    row: HouseholdExit
    note: str
    guarantees: dict[Guarantee, str]


@dataclass(frozen=True)
class ReturnEntry:
    """A return with what was found."""

    row: HouseholdReturn
    evidence: str


@dataclass(frozen=True)
class ExitHistory:
    """Exits and returns of a household, the newest first."""

    exits: list[ExitEntry]
    returns: list[ReturnEntry]

    @property
    def waiting(self) -> ExitEntry | None:
        """The exit that waits for a second person."""
        return next((one for one in self.exits if one.row.state is ExitState.PROPOSED), None)


def read_history(session: Session, by: Actor, household_id: int) -> ExitHistory:
    """Return the exits and returns of a file the actor sees whole."""
    require(by, Permission.VIEW_FILES)
    household = get_whole(session, by, household_id)
    exits = session.scalars(
        sa.select(HouseholdExit)
        .where(HouseholdExit.household_id == household.id)
        .order_by(HouseholdExit.id.desc())
    )
    returns = session.scalars(
        sa.select(HouseholdReturn)
        .where(HouseholdReturn.household_id == household.id)
        .order_by(HouseholdReturn.id.desc())
    )
    ring = ring_of(session)
    return ExitHistory(
        [_exit(row, ring) for row in exits],
        [
            ReturnEntry(row, ring.decrypt(row.evidence_cipher, "household_return.evidence_cipher"))
            for row in returns
        ],
    )


def _exit(row: HouseholdExit, ring: KeyRing) -> ExitEntry:
    if row.evidence_cipher is None:
        return ExitEntry(row, "", {})
    told = json.loads(ring.decrypt(row.evidence_cipher, "household_exit.evidence_cipher"))
    notes = {Guarantee(name): text for name, text in told["guarantees"].items()}
    return ExitEntry(row, told["note"], notes)
