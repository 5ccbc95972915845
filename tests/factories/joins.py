"""Factories of what joins files and unions: a merge, a transfer, a cooperation."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.joins import (
    CooperationKind,
    CooperationScope,
    CooperationState,
    TransferState,
)
from matcher.models.file_joins import Cooperation, FileMerge, FileTransfer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from tests.factories.accounts import make_union
from tests.factories.people import make_household


@dataclass
class JoinRows:
    """Public numbers of one of each."""

    merge: str
    transfer: str
    cooperation: str


def make_join_rows(session: Session, household: Household, graduate: Graduate) -> JoinRows:
    """Insert a merge into a file, a question to take it over, and a cooperation for its graduate."""
    elsewhere = make_union(session)
    merge = FileMerge(
        kept_id=household.id,
        gone_id=make_household(session, elsewhere).id,
        choices={"head": {}, "members": {}, "pairs": {}},
        moved={},
        before_cipher=b"\0",
        reason="两次建档",
        merged_at=clock.now(),
        undo_until_on=clock.today() - dt.timedelta(days=1),
    )
    transfer = FileTransfer(
        household_id=household.id,
        from_union_id=household.union_id,
        to_union_id=elsewhere.id,
        state=TransferState.ASKED,
        reason="户口迁移",
        asked_at=clock.now(),
    )
    cooperation = Cooperation(
        household_id=household.id,
        graduate_id=graduate.id,
        home_union_id=household.union_id,
        partner_union_id=elsewhere.id,
        kind=CooperationKind.WORKPLACE,
        scope=[CooperationScope.POSTS.value],
        paper_consent_on=clock.today(),
        paper_consent_by="本人",
        starts_on=clock.today(),
        expires_on=clock.today() + dt.timedelta(days=90),
        state=CooperationState.RUNNING,
        asked_at=clock.now(),
    )
    session.add_all([merge, transfer, cooperation])
    session.flush()
    return JoinRows(merge.public_id, transfer.public_id, cooperation.public_id)
