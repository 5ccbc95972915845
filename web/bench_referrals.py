"""Made-up referrals for `yangguang bench lists`: a drive with postings and two referrals a graduate.

Rows are written table by table. All of them are to one employer, whose own list is as long as the union's; some
people were referred to another before. Each consented to the disclosure.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import SessionFactory, ring_of, transaction
from matcher.kinds import (
    Channel,
    ConsentPurpose,
    DriveState,
    EmployerState,
    PostingState,
    Role,
    SeatState,
    UnitKind,
)
from matcher.kinds.referrals import LIVE, DeclineReason, ReferralState, ReferralVia, RefusalReason
from matcher.models.accounts import Account, Membership
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry, DriveRevision
from matcher.models.employers import Employer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, ReferralStep
from matcher.ranking.parameters import DriveParameters
from matcher.services.consents import current_text
from web.bench_people import insert_rows

_EMPLOYERS = 300
_POSTINGS = 1_000
_SLICE = 5_000
_MONTH = 30
_S = ReferralState
_FIRST = (_S.PROPOSED, _S.SENT, _S.INTERVIEW, _S.OFFERED, _S.ON_HOLD, _S.REFUSED, _S.DECLINED)
_SECOND = (_S.ACCEPTED, _S.REPORTED, _S.IN_POST, _S.DECLINED, _S.SENT)
_STATES = (_FIRST, _SECOND, (_S.REFUSED, _S.DECLINED))
_ELSEWHERE = 2
"""Which referral of somebody is to another employer."""


@dataclass(frozen=True, slots=True)
class Offers:
    """A drive with its postings: (posting, employer) by place, and who answers for the first employer."""

    drive_id: int
    crowded: Sequence[tuple[int, int]]
    """Postings of the employer everybody is referred to."""
    others: Sequence[tuple[int, int]]
    agent_id: int

    @property
    def crowded_id(self) -> int:
        """Return the employer everybody is referred to."""
        return self.crowded[0][1]


def make_referrals(factory: SessionFactory, union_id: int) -> int:
    """Refer everybody with a case twice; return the account that answers for the employer with most of them."""
    with transaction(factory) as session:
        offers = _offers(session, union_id)
        cases = session.execute(
            sa.select(GraduateCase.graduate_id, GraduateCase.id).order_by(GraduateCase.id)
        ).all()
    for start in range(0, len(cases), _SLICE):
        with transaction(factory) as session:
            _refer(session, union_id, offers, start, cases[start : start + _SLICE])
    with transaction(factory) as session:
        session.execute(sa.text("ANALYZE"))
    return offers.agent_id


def _offers(session: Session, union_id: int) -> Offers:
    now, drive = clock.now(), _drive(session, union_id)
    employers = insert_rows(
        session,
        Employer,
        (
            {
                "public_id": new_public_id(),
                "union_id": union_id,
                "name": f"第{n}有限公司",
                "unit_kind": UnitKind.PRIVATE,
                "region_code": "371622",
                "state": EmployerState.VERIFIED,
                "recheck_due_on": clock.today() + dt.timedelta(days=90),
                "created_at": now,
                "version_id": 1,
            }
            for n in range(_EMPLOYERS)
        ),
    )
    agent = Account(login="agent", display_name="经办人", created_at=now)
    session.add(agent)
    session.flush()
    session.add(Membership(account_id=agent.id, role=Role.EMPLOYER, employer_id=employers[0]))
    whose = [employers[0] if n % 10 == 0 else employers[n % _EMPLOYERS] for n in range(_POSTINGS)]
    postings = insert_rows(session, Posting, _postings(drive.id, whose))
    insert_rows(
        session,
        Seat,
        (
            {"posting_id": posting, "number": number, "state": SeatState.OPEN}
            for posting in postings
            for number in (1, 2, 3)
        ),
    )
    every = list(zip(postings, whose, strict=True))
    crowded = [pair for pair in every if pair[1] == employers[0]]
    others = [pair for pair in every if pair[1] != employers[0]]
    return Offers(drive.id, crowded, others, agent.id)


def _postings(drive_id: int, whose: Sequence[int]) -> Iterator[dict[str, Any]]:
    today, now = clock.today(), clock.now()
    for n, employer_id in enumerate(whose):
        yield {
            "public_id": new_public_id(),
            "drive_id": drive_id,
            "employer_id": employer_id,
            "title": f"岗位{n}",
            "headcount": 3,
            "duties": "负责日常账务处理",
            "region_code": "371622",
            "closes_on": today + dt.timedelta(days=60),
            "requirement": {},
            "incomplete": [],
            "state": PostingState.PUBLISHED,
            "fingerprint": f"{n:064d}",
            "lottery_number": n + 1,
            "created_at": now,
            "version_id": 1,
        }


def _drive(session: Session, union_id: int) -> Drive:
    key, today = secrets.token_bytes(32), clock.today()
    drive = Drive(
        union_id=union_id,
        name="就业活动",
        neutral_name="毕业生招聘活动",
        opens_on=today - dt.timedelta(days=60),
        closes_on=today + dt.timedelta(days=90),
        state=DriveState.OPEN,
        lottery_key_cipher=ring_of(session).encrypt(key.hex(), "drive.lottery_key"),
        lottery_commitment=hashlib.sha256(key).hexdigest(),
        created_at=clock.now(),
    )
    session.add(drive)
    session.flush()
    session.add(
        DriveRevision(
            drive_id=drive.id,
            revision=drive.revision or 1,
            parameters=DriveParameters().to_dict(),
            created_at=clock.now(),
        )
    )
    session.flush()
    return drive


def _refer(
    session: Session,
    union_id: int,
    offers: Offers,
    start: int,
    cases: Sequence[sa.Row[int, int]],
) -> None:
    now = clock.now()
    entered = [
        {
            "drive_id": offers.drive_id,
            "graduate_id": graduate_id,
            "number": start + place + 1,
            "entered_at": now,
        }
        for place, (graduate_id, _) in enumerate(cases)
    ]
    session.execute(sa.insert(DriveEntry), entered)
    agreed = _consents(session, offers, [graduate_id for graduate_id, _ in cases])
    rows = [
        _referral(union_id, offers, start + place, which, case)
        | {"consent_id": agreed[place] if which < _ELSEWHERE else None}
        for place, case in enumerate(cases)
        for which in ((0, 1) if (start + place) % len(_FIRST) else (0, 1, _ELSEWHERE))
    ]
    _step(session, insert_rows(session, Referral, iter(rows)))


def _step(session: Session, referrals: Sequence[int]) -> None:
    """Give each its first step."""
    first: dict[str, Any] = {
        "before": None,
        "after": _S.PROPOSED,
        "at": clock.now(),
        "via": ReferralVia.STAFF,
        "facts": {},
    }
    insert_rows(session, ReferralStep, (first | {"referral_id": number} for number in referrals))


def _consents(session: Session, offers: Offers, people: Sequence[int]) -> list[int]:
    """Let everybody consent to the disclosure to the employer all are referred to; return the ids in order."""
    now, text = clock.now(), current_text(session, ConsentPurpose.DISCLOSURE, clock.today())
    return insert_rows(
        session,
        Consent,
        (
            {
                "graduate_id": one,
                "purpose": ConsentPurpose.DISCLOSURE,
                "text_id": text.id,
                "employer_id": offers.crowded_id,
                "given_at": now,
                "given_through": Channel.SELF,
            }
            for one in people
        ),
    )


def _referral(
    union_id: int, offers: Offers, n: int, which: int, case: sa.Row[int, int]
) -> dict[str, Any]:
    graduate_id, case_id = case
    chosen = offers.others if which == _ELSEWHERE else offers.crowded
    posting_id, employer_id = chosen[(n * 7 + which * 13) % len(chosen)]
    states = _STATES[which]
    state, now, today = states[n % len(states)], clock.now(), clock.today()
    is_live = state in LIVE
    waits = is_live and state is not _S.IN_POST
    return {
        "public_id": new_public_id(),
        "drive_id": offers.drive_id,
        "posting_id": posting_id,
        "employer_id": employer_id,
        "graduate_id": graduate_id,
        "union_id": union_id,
        "case_id": case_id,
        "state": state,
        "held_state": _S.SENT if state is _S.ON_HOLD else None,
        "decide_by_on": today + dt.timedelta(days=n % _MONTH - 10) if waits else None,
        "asked_at": now,
        "proposed_at": now,
        "sent_at": None if state is _S.PROPOSED else now,
        "ended_at": None if is_live else now,
        "fit_points": n % 9_000,
        "lottery": n + 1,
        "reasons": {},
        "disclosed": ["name", "school"],
        "refusal_reason": RefusalReason.SKILL if state is _S.REFUSED else None,
        "decline_reason": DeclineReason.PLACE if state is _S.DECLINED else None,
        "version_id": 1,
    }
