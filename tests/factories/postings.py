"""Factories of employers, postings and seats: plain rows, no use case in between."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import EducationLevel, EmployerState, PostingState, SeatClass, UnitKind
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from tests.factories.accounts import make_union, numbers
from tests.factories.drives import make_drive


def make_employer(session: Session, union: Union | None = None, **changes: object) -> Employer:
    """Insert a verified employer whose check is good for years."""
    union = union or make_union(session)
    n = next(numbers)
    fields: dict[str, object] = {
        "union_id": union.id,
        "name": f"宁夏第{n}有限公司",
        "unit_kind": UnitKind.PRIVATE,
        "industry": "I",
        "region_code": "640104",
        "address": "银川市兴庆区",
        "about": "软件开发",
        "state": EmployerState.VERIFIED,
        "recheck_due_on": dt.date(2030, 12, 31),
        "created_at": clock.now(),
    }
    employer = Employer(**(fields | changes))
    session.add(employer)
    session.flush()
    return employer


def make_posting(
    session: Session,
    drive: Drive | None = None,
    employer: Employer | None = None,
    *,
    reserved: dict[SeatClass, int] | None = None,
    **changes: object,
) -> Posting:
    """Insert a published, complete posting with its seats; the first seats are the reserved ones."""
    drive = drive or make_drive(session)
    employer = employer or make_employer(session, session.get_one(Union, drive.union_id))
    n = next(numbers)
    fields: dict[str, object] = {
        "drive_id": drive.id,
        "employer_id": employer.id,
        "title": f"会计{n}",
        "headcount": 2,
        "duties": "负责日常账务处理",
        "conditions": "认真负责",
        "region_code": "640104",
        "place_text": "银川市兴庆区",
        "pay_text": "4000-6000元/月",
        "pay_low_yuan": 4000,
        "pay_high_yuan": 6000,
        "valid_from": dt.date(2026, 4, 1),
        "closes_on": dt.date(2030, 12, 31),
        "education_min": EducationLevel.BACHELOR,
        "requirement": {"混合": "会计学、财务管理"},
        "state": PostingState.PUBLISHED,
        "fingerprint": f"fingerprint-{n}",
        "lottery_number": drive.next_posting_number,
        "created_at": clock.now(),
    }
    posting = Posting(**(fields | changes))
    drive.next_posting_number += 1
    kept = [kind for kind, count in (reserved or {}).items() for _ in range(count)]
    posting.pledged = len(kept)
    ordinary = [SeatClass.ORDINARY] * (posting.headcount - len(kept))
    posting.seats = [
        Seat(number=number, seat_class=kind) for number, kind in enumerate(kept + ordinary, 1)
    ]
    session.add(posting)
    session.flush()
    return posting
