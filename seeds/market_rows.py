"""Rows of a made-up market as plain columns, drawn from a seed: graduates, households, employers, postings."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from matcher.kinds import (
    Channel,
    EducationLevel,
    EmployerState,
    HardshipTier,
    Mobility,
    PostingState,
    SeatClass,
    UnitKind,
)
from seeds.market_words import EDUCATION_SHARES, EDUCATIONS, LEVELS, words
from seeds.names import GIVEN, SURNAMES

Row = dict[str, Any]

_MOBILITIES = (Mobility.LISTED, Mobility.PROVINCE, Mobility.ANYWHERE)
_MOBILITY_SHARES = (50, 30, 20)
_TIERS = (HardshipTier.ACCIDENTAL, HardshipTier.RELATIVE, HardshipTier.DEEP)
_TIER_SHARES = (4, 6, 5)
_HARDSHIP_SHARE, _ZERO_SHARE = 0.15, 0.13
_SECOND_SHARE, _RESERVED_SHARE = 0.06, 0.3
_PAY = {
    EducationLevel.COLLEGE: 4_400,
    EducationLevel.BACHELOR: 5_600,
    EducationLevel.MASTER: 7_200,
    EducationLevel.DOCTOR: 9_500,
}
EMPLOYER_POSTINGS = 8
"""Postings an employer has, about."""


@dataclass(frozen=True, slots=True)
class GraduateRows:
    """One graduate as the rows of its tables; ids of others are put in by the caller."""

    graduate: Row
    majors: list[Row]
    intent: Row
    household: Row | None


@dataclass(frozen=True, slots=True)
class PostingRows:
    """One posting and its seats."""

    posting: Row
    seats: list[Row]


def employer_rows(count: int, *, union_id: int, now: dt.datetime, seed: int) -> Iterator[Row]:
    """Yield verified employers."""
    random, lists = Random(f"{seed} employers"), words()  # noqa: S311 - made-up data, not a secret
    for number in range(count):
        yield {
            "union_id": union_id,
            "name": f"规模测试{seed}第{number + 1}有限公司",
            "unit_kind": random.choice(list(UnitKind)),
            "industry": lists.industries.draw(random)[0],
            "region_code": lists.cities.draw(random)[0],
            "state": EmployerState.VERIFIED,
            "recheck_due_on": now.date() + dt.timedelta(days=180),
            "created_at": now,
        }


def graduate_rows(
    start: int, stop: int, *, union_id: int, drive_id: int, now: dt.datetime, seed: int
) -> Iterator[GraduateRows]:
    """Yield graduates of the numbers [start, stop); a number's rows do not depend on the range."""
    for number in range(start, stop):
        random = Random(f"{seed} g {number}")  # noqa: S311 - made-up data, not a secret
        yield _graduate(random, f"GM{drive_id}-{number + 1:07d}", union_id, now)


def _graduate(random: Random, file_number: str, union_id: int, now: dt.datetime) -> GraduateRows:
    lists = words()
    education = random.choices(EDUCATIONS, EDUCATION_SHARES)[0]
    majors = lists.majors[LEVELS[education]].draw(random, 2)
    majors = majors[: 2 if random.random() < _SECOND_SHARE else 1]
    near = lists.occupations_near(majors[0])
    wanted = random.choices(near, k=random.randint(1, 3))
    wanted = [
        one if random.random() < 0.75 else lists.occupations.draw(random)[0] for one in wanted
    ]
    graduate = {
        "union_id": union_id,
        "name": random.choice(SURNAMES) + random.choice(GIVEN),
        "education": education,
        "certificates": lists.certificates.draw(random, random.randint(1, 3))
        if random.random() < 0.65
        else [],
        "about": lists.sentence(random, wanted[0]),
        "entered_through": Channel.IMPORT,
        "created_at": now,
    }
    intent = {
        "places": _places(random),
        "occupations": list(dict.fromkeys(wanted)),
        "industries": lists.industries.draw(random, random.randint(1, 3))[: random.randint(0, 3)],
        "unit_kinds": [kind.value for kind in random.sample(list(UnitKind), random.randint(0, 2))],
        "wanted_pay_yuan": _pay(random, education, 1_200) if random.random() < 0.8 else None,
        "mobility": random.choices(_MOBILITIES, _MOBILITY_SHARES)[0],
        "text": f"想做{random.choice(lists.titles[wanted[0]])}",
    }
    rows = [
        {"position": at, "level": one.level, "name": one.name, "code": one.code}
        for at, one in enumerate(majors, 1)
    ]
    return GraduateRows(graduate, rows, intent, _household(random, file_number, union_id, now))


def _pay(random: Random, education: EducationLevel, spread: int) -> int:
    return max(2_200, int(round(random.gauss(_PAY[education], spread), -2)))


def _places(random: Random) -> list[str]:
    """Return one to three cities; every second further one lies in the first one's province."""
    lists = words()
    places = lists.cities.draw(random)
    for _ in range(random.randint(0, 2)):
        near = lists.in_province[places[0][:2]]
        places.append(
            random.choice(near) if random.random() < 0.5 else lists.cities.draw(random)[0]
        )
    return list(dict.fromkeys(places))


def _household(random: Random, file_number: str, union_id: int, now: dt.datetime) -> Row | None:
    if random.random() >= _HARDSHIP_SHARE:
        return None
    is_zero = random.random() < _ZERO_SHARE
    return {
        "union_id": union_id,
        "file_number": file_number,
        "tier": random.choices(_TIERS, _TIER_SHARES)[0],
        "is_zero_employment": is_zero,
        "zero_employment_on": now.date() if is_zero else None,
        "created_at": now,
    }


def posting_rows(
    start: int, stop: int, *, drive_id: int, employers: list[int], now: dt.datetime, seed: int
) -> Iterator[PostingRows]:
    """Yield published postings of the numbers [start, stop)."""
    for number in range(start, stop):
        random = Random(f"{seed} p {number}")  # noqa: S311 - made-up data, not a secret
        yield _posting(random, number, drive_id, random.choice(employers), now)


def _posting(
    random: Random, number: int, drive_id: int, employer_id: int, now: dt.datetime
) -> PostingRows:
    lists = words()
    occupation = lists.occupations.draw(random)[0]
    least = random.choices((*EDUCATIONS, None), (42, 38, 12, 2, 6))[0]
    low = _pay(random, least or EducationLevel.COLLEGE, 1_000)
    headcount = random.choice((1, 1, 1, 2, 2, 3, 5, 10))
    posting = {
        "drive_id": drive_id,
        "employer_id": employer_id,
        "title": random.choice(lists.titles[occupation]),
        "headcount": headcount,
        "duties": lists.sentence(random, occupation),
        "region_code": lists.cities.draw(random)[0],
        "pay_low_yuan": low,
        "pay_high_yuan": int(low * random.uniform(1.1, 1.6)),
        "closes_on": now.date() + dt.timedelta(days=120),
        "education_min": least,
        "requirement": {"混合": lists.requirement(random, occupation)},
        "certificates": lists.certificates.draw(random) if random.random() < 0.25 else [],
        "occupation_code": occupation,
        "state": PostingState.PUBLISHED,
        "source": "market",
        "external_id": f"GM{number + 1:08d}",
        "fingerprint": f"market-{number}",
        "lottery_number": number + 1,
        "created_at": now,
    }
    kept = SeatClass.HARDSHIP if random.random() < _RESERVED_SHARE else SeatClass.ORDINARY
    classes = [kept, *[SeatClass.ORDINARY] * (headcount - 1)]
    seats = [{"number": at, "seat_class": one} for at, one in enumerate(classes, 1)]
    return PostingRows(posting, seats)
