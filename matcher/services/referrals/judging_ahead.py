"""Judging pairs ahead (预先判断), before anything is locked: then a batch holds its locks for its rows alone.

What was judged counts for as long as nothing of the drive changed; after any change the pairs are judged anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.models.drives import Drive
from matcher.services.ranking_changes import last_change
from matcher.services.referrals import judging
from matcher.services.referrals.judging import Fit
from matcher.services.referrals.proposing import Pair


@dataclass(frozen=True)
class JudgedAhead:
    """Pairs of a drive as they were judged.

    Parameters
    ----------
    as_of_change : number of the drive's last change before them
    """

    drive_id: int
    as_of_change: int
    fits: Mapping[Pair, Fit | RuleBrokenError]

    def still(self, session: Session) -> Mapping[Pair, Fit | RuleBrokenError]:
        """Return what still counts: all of it, or nothing."""
        unchanged = last_change(session, self.drive_id) == self.as_of_change
        return self.fits if unchanged else {}


def judge_ahead(session: Session, drive: Drive, pairs: Collection[Pair]) -> JudgedAhead:
    """Judge pairs of a drive, all in one go; callers have checked who asks."""
    # Read first: what changes meanwhile is judged again, not missed.
    as_of_change = last_change(session, drive.id)
    postings = sorted({one.posting_id for one in pairs})
    people = sorted({one.graduate_id for one in pairs})
    fits = judging.fits_of_many(session, drive, postings, people)
    return JudgedAhead(
        drive.id, as_of_change, {one: fits[one.graduate_id, one.posting_id] for one in pairs}
    )
