"""Everything the log says of one person in one drive (统计记录): read by whom it is about, in scope.

A person is seen by the union that served them when counted, and by the one that serves them now.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.identity import mask_name
from matcher.models.accounts import Account
from matcher.models.cohorts import CohortAct
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services.casework.sealed_words import unseal
from matcher.services.cohorts.joining import WORDS
from matcher.services.cohorts.lists import seen_drive
from matcher.services.permissions import Actor, scope_of
from matcher.services.rows import first_or_missing, not_found


@dataclass(frozen=True)
class CohortHistory:
    """The rows of one person, the newest first; none for who is in the drive and was never counted."""

    graduate_id: int
    graduate_public_id: str
    name_masked: str
    entered_at: dt.datetime
    left_at: dt.datetime | None
    acts: list[CohortAct]
    words: dict[int, str]
    """What was said, by row."""
    union_names: dict[int, str]
    account_names: dict[int, str]

    @property
    def newest(self) -> CohortAct | None:
        """The row that stands."""
        return self.acts[0] if self.acts else None


def read_history(session: Session, by: Actor, drive_id: int, public_id: str) -> CohortHistory:
    """Return the rows of one person of the scope who is or was in the drive."""
    seen_drive(session, by, drive_id)
    person = first_or_missing(
        session, sa.select(Graduate).where(Graduate.public_id == public_id), lock=False
    )
    entry = first_or_missing(
        session,
        sa.select(DriveEntry).where(
            DriveEntry.drive_id == drive_id, DriveEntry.graduate_id == person.id
        ),
        lock=False,
    )
    found = sa.select(CohortAct).where(
        CohortAct.drive_id == drive_id, CohortAct.graduate_id == person.id
    )
    acts = list(session.scalars(found.order_by(CohortAct.id.desc())))
    serving = {person.union_id, *(act.union_id for act in acts[:1])}
    if not any(scope_of(by).admits(session, union_id) for union_id in serving):
        raise not_found()
    opened = {act.id: unseal(session, act.words_cipher, WORDS) for act in acts}
    return CohortHistory(
        graduate_id=person.id,
        graduate_public_id=person.public_id,
        name_masked=mask_name(person.name),
        entered_at=entry.entered_at,
        left_at=entry.left_at,
        acts=acts,
        words={number: text for number, text in opened.items() if text},
        union_names=_names(session, Union.id, Union.name, {act.union_id for act in acts}),
        account_names=_names(
            session,
            Account.id,
            Account.display_name,
            {act.actor_id for act in acts if act.actor_id is not None},
        ),
    )


def _names(
    session: Session,
    key: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    ids: set[int],
) -> dict[int, str]:
    found = sa.select(key, name).where(key.in_(ids)).order_by(key)
    return dict(session.execute(found).all())
