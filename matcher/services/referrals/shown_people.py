"""What an employer may know of one person referred (单位所见): parts by consent and stage, and groups of states.

What somebody agreed to show is shown while the referral goes on and the consent stands; afterwards, and once the job
ended (离职), a row says how it ended and whose it was no more. In a blind drive (盲选) name, phone and résumé wait
until an interview is arranged.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matcher.kinds import EducationLevel
from matcher.kinds.referrals import LIVE, DisclosurePart, ReferralState, RefusalReason
from matcher.policy.own_words import for_employers

_R = ReferralState


class PeopleGroup(StrEnum):
    """How an employer's list is divided; the order is that of the process."""

    WAITING = "waiting"
    INTERVIEW = "interview"
    HELD = "held"
    OFFERED = "offered"
    HIRED = "hired"
    ENDED = "ended"


STATES = {
    PeopleGroup.WAITING: (_R.SENT,),
    PeopleGroup.INTERVIEW: (_R.INTERVIEW,),
    PeopleGroup.HELD: (_R.ON_HOLD,),
    PeopleGroup.OFFERED: (_R.OFFERED,),
    PeopleGroup.HIRED: (_R.ACCEPTED, _R.REPORTED, _R.IN_POST),
    PeopleGroup.ENDED: (_R.REFUSED, _R.DECLINED, _R.WITHDRAWN, _R.EXPIRED, _R.FELL_THROUGH),
}

GROUP_OF = {state: group for group, states in STATES.items() for state in states}
_EMPLOYERS_TURN = frozenset({_R.SENT, _R.INTERVIEW, _R.ON_HOLD})
_UNKNOWN = frozenset({_R.SENT})
"""States before an interview is arranged: the blind stage of a blind drive."""
_HIDDEN_WHEN_BLIND = frozenset({DisclosurePart.NAME, DisclosurePart.PHONE, DisclosurePart.RESUME})
_CODE_LENGTH = 6


@dataclass(frozen=True)
class ReferredPerson:
    """One person referred, as much of them as the employer may know.

    Parameters
    ----------
    code : stands for the name where it is not told
    shown : parts the person shows at this moment
    parts : points by part of the fit, without anything else
    decide_by_on : last day of the employer's answer; None when nothing is asked of it
    is_coming : what the person said of the interview as it stands; None if nothing, or it is over
    """

    id: int
    public_id: str
    posting_id: int
    posting: str
    posting_title: str
    drive_id: int
    drive_name: str
    state: ReferralState
    code: str
    shown: frozenset[DisclosurePart]
    name: str | None
    phone_masked: str | None
    school: str | None
    about: str | None
    education: EducationLevel | None
    majors: tuple[str, ...]
    fit: int
    parts: dict[str, Any]
    sent_at: dt.datetime
    decide_by_on: dt.date | None
    refusal_reason: RefusalReason | None
    refusal_words: str | None
    interview_on: dt.date | None
    interview_words: str | None
    has_attended: bool | None
    is_coming: bool | None
    reports_on: dt.date | None
    reported_on: dt.date | None
    left_on: dt.date | None
    is_blind: bool

    @property
    def group(self) -> PeopleGroup:
        """Where the list puts it."""
        return GROUP_OF[self.state]

    @property
    def has_resume(self) -> bool:
        """Whether the résumé may be opened."""
        return DisclosurePart.RESUME in self.shown


def shown_parts(
    *,
    state: ReferralState,
    held_state: ReferralState | None,
    is_agreed: bool,
    is_blind: bool,
    disclosed: Sequence[str],
    has_left: bool,
) -> frozenset[DisclosurePart]:
    """Return which parts of a person an employer may see at this moment."""
    if not is_agreed or has_left or state not in LIVE:
        return frozenset()
    parts = frozenset(DisclosurePart(one) for one in disclosed)
    stands = held_state if state is _R.ON_HOLD and held_state is not None else state
    return parts - _HIDDEN_WHEN_BLIND if is_blind and stands in _UNKNOWN else parts


def person_of(row: Any, majors: tuple[str, ...], *, is_coming: bool | None) -> ReferredPerson:
    """Return a row of `employer_people` as it is told."""
    shown = shown_parts(
        state=row.state,
        held_state=row.held_state,
        is_agreed=row.is_agreed,
        is_blind=row.is_blind,
        disclosed=row.disclosed,
        has_left=row.left_on is not None,
    )
    goes_on = row.state in LIVE and row.left_on is None
    return ReferredPerson(
        **{name: getattr(row, name) for name in _PLAIN},
        code=code_of(row.public_id),
        shown=shown,
        name=row.name if DisclosurePart.NAME in shown else None,
        phone_masked=row.phone_masked if DisclosurePart.PHONE in shown else None,
        school=row.school if DisclosurePart.SCHOOL in shown else None,
        about=for_employers(row.about).kept or None if DisclosurePart.ABOUT in shown else None,
        education=row.education if goes_on else None,
        majors=majors if goes_on else (),
        fit=row.fit_points,
        parts=dict(row.reasons),
        is_coming=is_coming if row.state is _R.INTERVIEW and row.has_attended is None else None,
        decide_by_on=row.decide_by_on if row.state in _EMPLOYERS_TURN else None,
    )


_PLAIN = (
    "id", "public_id", "posting_id", "posting", "posting_title", "drive_id", "drive_name", "is_blind",
    "state", "sent_at", "refusal_reason", "refusal_words", "interview_on", "interview_words",
    "has_attended", "reports_on", "reported_on",
    "left_on",
)  # fmt: skip
"""Columns that are told as they are."""


def code_of(public_id: str) -> str:
    """Return what stands for a name: letters and digits of the public number, which nothing follows from."""
    plain = "".join(one for one in public_id if one.isalnum()).upper()
    return plain[:_CODE_LENGTH]
