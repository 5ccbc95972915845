"""Factories of households, members and graduates: plain rows, no use case in between."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import id_check_digit
from matcher.kinds import Channel, EducationLevel, HardshipTier, MajorLevel, Mobility
from matcher.models.graduates import Graduate, GraduateMajor, Intent
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services import sealing
from tests.factories.accounts import make_union, numbers


def make_id_number(n: int | None = None, born: dt.date = dt.date(2003, 6, 15)) -> str:
    """Return a made-up valid identity number; the n-th, or one not given before."""
    n = next(numbers) if n is None else n
    first_17 = f"640104{born:%Y%m%d}{n % 1000:03d}"
    return first_17 + id_check_digit(first_17)


def make_phone(n: int | None = None) -> str:
    """Return a made-up mobile number."""
    return f"139{next(numbers) if n is None else n:08d}"


def make_household(
    session: Session,
    union: Union | None = None,
    *,
    tier: HardshipTier = HardshipTier.RELATIVE,
    zero_employment: bool = False,
    **changes: object,
) -> Household:
    """Insert an open household file without members."""
    union = union or make_union(session)
    n = next(numbers)
    fields: dict[str, object] = {
        "union_id": union.id,
        "file_number": f"H{n:06d}",
        "tier": tier,
        "tier_on": dt.date(2026, 1, 15),
        "is_zero_employment": zero_employment,
        "zero_employment_on": dt.date(2026, 3, 1) if zero_employment else None,
        "region_code": "640104",
        "created_at": clock.now(),
    }
    household = Household(**(fields | changes))
    session.add(household)
    session.flush()
    return household


def make_member(
    session: Session,
    household: Household,
    *,
    id_number: str | None = None,
    phone: str | None = None,
    **changes: object,
) -> HouseholdMember:
    """Insert a member; without an identity number unless one is given."""
    n = next(numbers)
    fields: dict[str, object] = {
        "household_id": household.id,
        "name": f"成员{n}",
        "relation": "本人",
        "is_holder": False,
        "in_open_file": household.is_open,
    }
    member = HouseholdMember(**(fields | changes))
    sealing.seal_id_number(session, member, id_number)
    sealing.seal_phone(session, member, phone)
    session.add(member)
    session.flush()
    return member


def make_graduate(
    session: Session,
    union: Union | None = None,
    *,
    household: Household | None = None,
    major: tuple[MajorLevel, str, str] | None = (MajorLevel.BACHELOR, "会计学", "120203"),
    intent: dict[str, object] | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    **changes: object,
) -> Graduate:
    """Insert a graduate with one major and an intent; union and household default to new and none."""
    union = union or make_union(session)
    n = next(numbers)
    fields: dict[str, object] = {
        "union_id": union.id,
        "household_id": household.id if household else None,
        "name": f"毕业生{n}",
        "school": "宁夏大学",
        "student_number": f"S{n:06d}",
        "education": EducationLevel.BACHELOR,
        "graduates_on": dt.date(2026, 7, 1),
        "origin_region": "640104",
        "entered_through": Channel.ON_BEHALF,
        "created_at": clock.now(),
    }
    graduate = Graduate(**(fields | changes))
    sealing.seal_id_number(session, graduate, id_number or make_id_number())
    sealing.seal_phone(session, graduate, phone or make_phone())
    if major is not None:
        level, name, code = major
        graduate.majors = [GraduateMajor(position=1, level=level, name=name, code=code)]
    wishes: dict[str, object] = {"places": ["640100"], "mobility": Mobility.LISTED}
    graduate.intent = Intent(**(wishes | (intent or {})))
    session.add(graduate)
    session.flush()
    return graduate
