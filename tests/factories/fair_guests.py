"""A fair people are invited to: employers with posts and booths, and graduates with ranked lists of what fits."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ListSide, RunState
from matcher.kinds.fairs import FairState
from matcher.models.drives import Drive
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.services.consents import seed_consent_texts
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_hall,
    make_session,
)
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting


@dataclass(frozen=True)
class GuestWorld:
    """A fair before its invitations; the first graduates are those of zero-employment households."""

    union: Union
    drive: Drive
    fair: Fair
    held: FairSession
    employers: list[FairEmployer]
    postings: list[Posting]
    graduates: list[Graduate]
    n_zero: int

    @property
    def zero(self) -> set[int]:
        """Ids of graduates of zero-employment households."""
        return {one.id for one in self.graduates[: self.n_zero]}


def make_guest_world(
    session: Session,
    *,
    n_graduates: int = 12,
    n_zero: int = 2,
    n_employers: int = 4,
    lists: bool = True,
    drive: Drive | None = None,
    **fair_changes: object,
) -> GuestWorld:
    """Insert an announced fair; everybody fits the posts of all employers but the last graduate, who fits none."""
    seed_consent_texts(session)
    drive = drive or make_drive(session, make_union(session))
    union = session.get_one(Union, drive.union_id)
    fair = make_fair(session, drive, **({"state": FairState.ANNOUNCED} | fair_changes))
    held = make_session(session, fair)
    hall = make_hall(session, fair)
    employers, postings = [], []
    for _ in range(n_employers):
        employer = make_employer(session, union)
        at_fair = make_fair_employer(session, fair, employer)
        posting = make_posting(session, drive, employer)
        make_fair_posting(session, at_fair, posting)
        make_booth(session, hall, at_fair)
        employers.append(at_fair)
        postings.append(posting)
    graduates = [
        _graduate(session, drive, union, is_zero=number < n_zero) for number in range(n_graduates)
    ]
    if lists:
        make_lists(session, drive, {one.id: [p.id for p in postings] for one in graduates[:-1]})
    return GuestWorld(union, drive, fair, held, employers, postings, graduates, n_zero)


def _graduate(session: Session, drive: Drive, union: Union, *, is_zero: bool) -> Graduate:
    household = make_household(session, union, zero_employment=True) if is_zero else None
    graduate = make_graduate(session, union, household=household)
    make_entry(session, drive, graduate)
    return graduate


def make_lists(session: Session, drive: Drive, lists: dict[int, list[int]]) -> RankingRun:
    """Insert a finished run with these lists of graduates."""
    run = RankingRun(
        drive_id=drive.id,
        number=1,
        drive_revision=1,
        parameters={},
        state=RunState.DONE,
        snapshot_hash="none",
        created_at=clock.now(),
    )
    session.add(run)
    session.flush()
    for graduate, postings in lists.items():
        session.add(
            RankedList(
                run_id=run.id,
                side=ListSide.GRADUATE,
                subject_id=graduate,
                length=len(postings),
                n_eligible=len(postings),
                keys=np.arange(len(postings), 0, -1, dtype="<i8").tobytes(),
                partners=np.asarray(postings, dtype="<i4").tobytes(),
            )
        )
    session.flush()
    return run
