"""One step for many referrals (批量办理): each judged by itself, with its own result; a refused one loses no other."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.models.referrals import Referral

MOST = 200
"""Rows of one batch; more make a request too long."""

_REFUSALS = (ConflictError, InvalidInputError, NotFoundError, RuleBrokenError)


Refusal = ConflictError | InvalidInputError | NotFoundError | RuleBrokenError


@dataclass(frozen=True)
class Outcome:
    """What became of one: the referral, or why not (`referral_id` then says which it was about)."""

    referral_id: int | None
    refusal: Refusal | None = None

    @property
    def words(self) -> str | None:
        """Why not, in words: the first thing wrong with a field, else the sentence."""
        if self.refusal is None:
            return None
        fields = self.refusal.details.get("fields")
        if isinstance(fields, dict) and fields:
            return str(next(iter(fields.values())))
        return self.refusal.message


def judged_alone(
    session: Session, act: Callable[[], Referral], referral_id: int | None = None
) -> Outcome:
    """Do one act inside a savepoint, so that a refusal undoes it alone."""
    try:
        with session.begin_nested():
            return Outcome(act().id)
    except _REFUSALS as error:
        return Outcome(referral_id, error)
