"""What must hold in the tables whatever happened, asked by plain questions that share nothing with the use cases.

Each question selects the rows that break a rule. After a step only the rows of its posting, person and course are
looked at, after a day all of them; the questions of one kind go to the database as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from seeds.simulator.course_rules import COURSE_RULES, PLACE
from seeds.simulator.rules import LIVE, PERSON_RULES, RULES_OF_A_DAY, SEAT_RULES, SETTLED
from seeds.simulator.work_rules import WORK_RULES, WORK_RULES_OF_A_DAY

OF_POSTING: Mapping[str, str] = SEAT_RULES
OF_PERSON: Mapping[str, str] = PERSON_RULES | WORK_RULES
OF_COURSE: Mapping[str, str] = COURSE_RULES
OF_DAY: Mapping[str, str] = RULES_OF_A_DAY | WORK_RULES_OF_A_DAY

ALL: Mapping[str, str] = {**OF_POSTING, **OF_PERSON, **OF_COURSE, **OF_DAY}
"""Every rule by its name."""

_SHOWN = 10


@dataclass(frozen=True)
class Broken:
    """A rule and ids of what breaks it."""

    rule: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Touched:
    """Whose rows a step may have changed."""

    posting_id: int | None = None
    graduate_id: int | None = None
    course_id: int | None = None


def broken_at(session: Session, touched: Touched) -> list[Broken]:
    """Look at the rows one step touched."""
    return [
        *_asked(session, "posting", touched.posting_id),
        *_asked(session, "person", touched.graduate_id),
        *_asked(session, "course", touched.course_id),
    ]


def broken_anywhere(session: Session) -> list[Broken]:
    """Look at all rows."""
    return _told(session, _question("everything"))


def _asked(session: Session, kind: str, number: int | None) -> list[Broken]:
    return [] if number is None else _told(session, _question(kind), number=number)


def _told(session: Session, question: sa.TextClause, **values: int) -> list[Broken]:
    found: dict[str, list[int]] = {}
    names = list(ALL)
    for place, number in session.execute(question, {"today": clock.today(), **values}):
        found.setdefault(names[place], []).append(number)
    return [Broken(rule, tuple(ids[:_SHOWN])) for rule, ids in found.items()]


@cache
def _question(kind: str) -> sa.TextClause:
    """Return the questions of a kind as one, each row with the place of its rule in `ALL`."""
    rules, narrowed = {
        "posting": (OF_POSTING, {"postings": "seat.posting_id = :number"}),
        "person": (OF_PERSON, {"people": "r.graduate_id = :number"}),
        "course": (OF_COURSE, {"courses": "c.id = :number"}),
        "everything": (
            ALL,
            dict.fromkeys(("postings", "people", "courses", "everything"), "1 = 1"),
        ),
    }[kind]
    places = {rule: place for place, rule in enumerate(ALL)}
    parts = [
        f"SELECT {places[rule]} AS rule, q.* FROM ({_words(text, narrowed)}) q"  # noqa: S608 - words of this package
        for rule, text in rules.items()
    ]
    words = " UNION ALL ".join(parts)
    today = [sa.bindparam("today", type_=sa.Date)] if ":today" in words else []
    return sa.text(words).bindparams(*today)


def _words(text: str, narrowed: Mapping[str, str]) -> str:
    return text.format(settled=SETTLED, live=LIVE, place=PLACE, **narrowed)
