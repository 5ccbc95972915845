"""Who may be asked next for a kept seat (递补顺位): the posting's kept list as it stands today.

Whoever cannot be asked is left out. The list is the stored one with the changes merged in; the proposal judges each
pair again.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose, HardshipTier, ListSide, SeatClass
from matcher.models.consents import Consent
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_facts import ranked_graduates
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.referrals.having_job import has_job


def has_list(session: Session, posting: Posting) -> bool:
    """Say whether a posting has a kept list at all; without one nobody was in line, and nobody was passed over."""
    run = current_run(session, posting.drive_id)
    side = ListSide.POSTING_RESERVED
    return run is not None and stored_list(session, run, side, posting.id) is not None


def next_in_line(session: Session, posting: Posting, kept_for: SeatClass) -> Iterator[int]:
    """Give the people who may be asked next for a kept seat, best first; callers have checked who asks."""
    run = current_run(session, posting.drive_id)
    stored = stored_list(session, run, ListSide.POSTING_RESERVED, posting.id) if run else None
    if run is None or stored is None:
        return
    rule = OrderRule.of(DriveParameters.from_dict(run.parameters), ListSide.POSTING_RESERVED)
    keys, partners = unpacked(stored.keys, stored.partners)
    listed = [
        int(partner)
        for key, partner in zip(keys.tolist(), partners.tolist(), strict=True)
        if rule.decode(key).confirmed
    ]
    free = _free(session, posting, listed, kept_for)
    for wanted in (True, False):
        yield from (number for number in listed if free.get(number) is wanted)


def _free(
    session: Session, posting: Posting, listed: Sequence[int], kept_for: SeatClass
) -> dict[int, bool]:
    """Return who of a list may be asked today, and whether the household is a zero-employment one; one query."""
    found = (
        sa.select(Graduate.id, Household.is_zero_employment)
        .join(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(Graduate.id.in_(listed), Graduate.id.in_(ranked_graduates(posting.drive_id)))
        .where(_is_served(), ~has_job(Graduate.id), ~_was_asked(posting), ~_hides(posting))
        .order_by(Graduate.id)
    )
    in_hardship: sa.ColumnElement[bool] = Household.is_zero_employment.is_(True)
    if kept_for is not SeatClass.ZERO_EMPLOYMENT:
        in_hardship = sa.or_(in_hardship, Household.tier != HardshipTier.NONE)
    return {number: bool(is_zero) for number, is_zero in session.execute(found.where(in_hardship))}


def _is_served() -> sa.ColumnElement[bool]:
    """Return the condition on graduates whose consent to being served stands."""
    return sa.exists().where(
        Consent.graduate_id == Graduate.id,
        Consent.purpose == ConsentPurpose.SERVICE,
        Consent.withdrawn_at.is_(None),
    )


def _was_asked(posting: Posting) -> sa.ColumnElement[bool]:
    """Return the condition on graduates who were ever referred to a posting."""
    return sa.exists().where(Referral.graduate_id == Graduate.id, Referral.posting_id == posting.id)


def _hides(posting: Posting) -> sa.ColumnElement[bool]:
    """Return the condition on graduates who hide from a posting's employer."""
    return sa.exists().where(
        HiddenEmployer.graduate_id == Graduate.id,
        HiddenEmployer.employer_id == posting.employer_id,
    )
