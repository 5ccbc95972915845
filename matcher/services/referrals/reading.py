"""One referral as the union reads it (推荐): the words of both sides opened, the seat, the case, what it followed."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.models.drives import Drive
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import Referral
from matcher.services.casework.cases import whole_case_in_sight
from matcher.services.casework.sealed_words import unseal
from matcher.services.permissions import Actor, Permission, may
from matcher.services.placements import from_referral
from matcher.services.referrals import going_on
from matcher.services.referrals.employer_answers import NOTE_COLUMN
from matcher.services.referrals.lists import ReferralLine, lines_of
from matcher.services.referrals.person_answers import WORDS_COLUMN
from matcher.services.referrals.seat_board import SeatTile, seat_of
from matcher.services.rows import not_found


@dataclass(frozen=True)
class WholeReferral:
    """A referral with what stands around it.

    Parameters
    ----------
    case_public_id : the case it belongs to, for who sees that case whole; `is_own` for who owns it
    run_number : of the drive's ranking that proposed it; None for one made by hand
    follows, ended_by : public numbers of the referral whose seat came to this one, and of the one that ended it
    agrees : the person's consent to be shown to this employer stands
    placement : public number of the placement it led to
    offer_text : the posting's words, for the reasons
    """

    line: ReferralLine
    school: str | None
    phone_masked: str | None
    union_name: str
    drive_id: int
    drive_name: str
    case_public_id: str | None
    is_own: bool
    run_number: int | None
    follows: str | None
    ended_by: str | None
    seat: SeatTile | None
    agrees: bool
    placement: str | None
    refusal_note: str | None
    decline_words: str | None
    offer_text: str


def read_referral(session: Session, by: Actor, public_id: str) -> WholeReferral:
    """Return a referral of the actor's sight with what stands around it; seven queries."""
    found = lines_of(session, by, [public_id])
    if not found:
        raise not_found()
    (line,) = found
    row = session.execute(_around(line.referral)).one()
    case = _case(session, by, line.referral)
    posting = row.Posting
    placement = from_referral.placement_of(session, line.referral)
    return WholeReferral(
        line=line,
        school=row.school,
        phone_masked=row.phone_masked,
        union_name=row.union_name,
        drive_id=line.referral.drive_id,
        drive_name=row.drive_name,
        case_public_id=case.public_id if case else None,
        is_own=case is not None and by.account_id in (case.owner_id, case.second_owner_id),
        run_number=row.run_number,
        follows=row.follows,
        ended_by=row.ended_by,
        seat=seat_of(session, by, line.referral),
        agrees=going_on.live_consent(session, line.referral) is not None,
        placement=placement.public_id if placement is not None else None,
        refusal_note=unseal(session, line.referral.refusal_note_cipher, NOTE_COLUMN),
        decline_words=unseal(session, line.referral.decline_words_cipher, WORDS_COLUMN),
        offer_text=f"{posting.title} {posting.duties or ''}",
    )


def _around(referral: Referral) -> sa.Select[*tuple[Any, ...]]:
    follows, ended_by = aliased(Referral), aliased(Referral)
    return (
        sa.select(
            Posting,
            Graduate.school,
            Graduate.phone_masked,
            Union.name.label("union_name"),
            Drive.name.label("drive_name"),
            RankingRun.number.label("run_number"),
            follows.public_id.label("follows"),
            ended_by.public_id.label("ended_by"),
        )
        .select_from(Referral)
        .join(Posting, Posting.id == Referral.posting_id)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .join(Union, Union.id == Referral.union_id)
        .join(Drive, Drive.id == Referral.drive_id)
        .outerjoin(RankingRun, RankingRun.id == Referral.run_id)
        .outerjoin(follows, follows.id == Referral.follows_id)
        .outerjoin(ended_by, ended_by.id == Referral.ended_by_id)
        .where(Referral.id == referral.id)
    )


def _case(session: Session, by: Actor, referral: Referral) -> GraduateCase | None:
    """Return the case of a referral for who sees it whole."""
    if referral.case_id is None or not may(by, Permission.VIEW_CASES):
        return None
    found = sa.select(GraduateCase).where(
        GraduateCase.id == referral.case_id, whole_case_in_sight(by)
    )
    return session.scalar(found)
