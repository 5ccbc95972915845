"""Factory of what an employer's side is tried on: postings with people in every state an employer can see."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import HardshipTier, Role, SeatClass, SeatState
from matcher.kinds.referrals import DisclosurePart, HoldEnd, ReferralState, WithdrawalReason
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_hold, make_referable, make_referral

_R = ReferralState

TELLING_NAME = "困难职工子女零就业清零行动"
"""The drive's own name, which no outsider may read."""

NEUTRAL_NAME = "2026 毕业生就业服务"
SENDER = "滨河区就业服务窗口"
CONTACT = "政务大厅 3 号窗口 0951-5550100"

ALL_PARTS = tuple(one.value for one in DisclosurePart)

STATES = (
    _R.SENT, _R.SENT, _R.SENT, _R.INTERVIEW, _R.ON_HOLD, _R.OFFERED, _R.ACCEPTED, _R.REPORTED, _R.IN_POST,
    _R.REFUSED, _R.DECLINED, _R.WITHDRAWN, _R.EXPIRED, _R.FELL_THROUGH,
)  # fmt: skip


@dataclass
class EmployerSide:
    """An employer with people referred to it."""

    union: Union
    drive: Drive
    employer: Employer
    posting: Posting
    other_posting: Posting
    agent: Actor
    caseworker: Actor
    manager: Actor
    referrals: list[Referral]
    """One of each of STATES, in that order, the first the best fitting."""
    elsewhere: Referral | None = None
    """A job of another employer, which ended an offer of this one."""


def make_employer_side(
    session: Session, *, is_blind: bool = False, employer_id: int | None = None
) -> EmployerSide:
    """Insert one person of each state for a new employer or one that is there, every second with a file at home."""
    known = session.get_one(Employer, employer_id) if employer_id is not None else None
    union = session.get_one(Union, known.union_id) if known else make_union(session)
    drive = make_drive(
        session,
        union,
        name=TELLING_NAME,
        neutral_name=NEUTRAL_NAME,
        neutral_sender=SENDER,
        neutral_contact=CONTACT,
        is_blind=is_blind,
    )
    employer = known or make_employer(session, union)
    posting = make_posting(
        session,
        drive,
        employer,
        title="会计",
        headcount=10,
        reserved={SeatClass.HARDSHIP: 2, SeatClass.ZERO_EMPLOYMENT: 2},
    )
    other = make_posting(session, drive, employer, title="出纳")
    side = EmployerSide(
        union=union,
        drive=drive,
        employer=employer,
        posting=posting,
        other_posting=other,
        agent=make_actor(session, Role.EMPLOYER, employer=employer),
        caseworker=make_actor(session, Role.CASEWORKER, union=union),
        manager=make_actor(session, Role.DRIVE_MANAGER, union=union),
        referrals=[],
    )
    for place, state in enumerate(STATES):
        side.referrals.append(make_person_referred(session, side, place, state))
    return side


def make_person_referred(
    session: Session, side: EmployerSide, place: int, state: ReferralState, **changes: object
) -> Referral:
    """Insert one person referred, less fitting the later the place."""
    household = None
    if place % 2 == 0:
        household = make_household(
            session, side.union, tier=HardshipTier.DEEP, zero_employment=place % 4 == 0
        )
    graduate = make_graduate(
        session,
        side.union,
        household=household,
        name=f"{'赵钱孙李周吴郑王冯陈卫蒋沈韩'[place % 14]}{'一二三四五六七八九十'[place % 10]}明",
        phone=f"139{place:08d}",
        school="宁夏大学",
        about="做过两年账务处理。我家是低保户。",
    )
    make_referable(session, side.drive, graduate)
    points = 8_000 - 100 * place
    parts = [
        {"name": "major", "points": 3_000, "most": 3_500, "code": "major_yes", "params": {}},
        {"name": "place", "points": points - 4_000, "most": 4_000, "code": "x", "params": {}},
        {"name": "text", "points": 1_000, "most": 1_500, "code": "text_match", "params": {}},
    ]
    fields: dict[str, object] = {
        "fit_points": points,
        "lottery": place,
        "reasons": {"source": "run", "parts": parts},
        "disclosed": list(ALL_PARTS),
        "is_fallback": place % 3 == 0,
        "sent_at": clock.now() - dt.timedelta(days=place),
    }
    if state not in (_R.SENT, _R.WITHDRAWN, _R.EXPIRED):
        fields["employer_answered_at"] = clock.now()
    holds = (place < len(STATES) and state.is_live) or None
    return make_referral(
        session, side.posting, graduate, state=state, seat=holds, **(fields | changes)
    )


def make_job_elsewhere(session: Session, side: EmployerSide, place: int) -> None:
    """Let somebody take a job elsewhere, which ends an offer for the last ordinary seat of the other posting.

    The seat went to the next meanwhile; the other one left is pledged.
    """
    first, last = session.scalars(
        sa.select(Seat).where(Seat.posting_id == side.other_posting.id).order_by(Seat.number)
    )
    first.seat_class = SeatClass.HARDSHIP
    session.get_one(Posting, side.other_posting.id).pledged = 1
    household = make_household(session, side.union, tier=HardshipTier.DEEP, zero_employment=True)
    graduate = make_graduate(session, side.union, household=household, name="周百明")
    make_referable(session, side.drive, graduate)
    job = make_referral(session, make_posting(session, side.drive), graduate, state=_R.ACCEPTED)
    ended = make_referral(
        session,
        session.get_one(Posting, side.other_posting.id),
        graduate,
        state=_R.WITHDRAWN,
        ended_state=_R.OFFERED,
        withdrawal_reason=WithdrawalReason.PLACED,
        ended_by_id=job.id,
    )
    hold = make_hold(session, ended, last)
    hold.ended_at, hold.ended_as, hold.until_on = clock.now(), HoldEnd.PLACED, None
    last.state = SeatState.OPEN
    other = make_person_referred(session, side, place + 1, _R.OFFERED)
    other.posting_id = side.other_posting.id
    make_hold(session, other, last)
    side.referrals += [ended, other]
    side.elsewhere = job
