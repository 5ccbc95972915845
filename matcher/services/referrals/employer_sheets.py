"""People referred to take along (推荐名单): what the page shows, in its order, written down with whom it names."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.referrals import DisclosurePart
from matcher.models.graduates import Graduate
from matcher.models.referrals import Referral
from matcher.services import audit, sealing
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import resumes
from matcher.services.referrals.employer_people import PeopleFilter, list_people
from matcher.services.referrals.shown_people import ReferredPerson

MOST = 1_000
"""Rows of one workbook."""

MOST_RESUMES = 100
"""Résumés of one PDF; more would keep the reader waiting longer than a page may."""

Form = Literal["sheet", "print"]


@dataclass(frozen=True)
class TakenPerson:
    """One person of a list to take along; `phone` in full where it is shown."""

    person: ReferredPerson
    phone: str | None
    resume: bytes | None = None


def take_people(session: Session, by: Actor, wish: PeopleFilter, form: Form) -> list[TakenPerson]:
    """Return the people of a filter with numbers and, to be printed, résumés; who was named is logged.

    Raises
    ------
    RuleBrokenError
        More people, or more résumés, than one file holds.
    """
    require(by, Permission.ANSWER_REFERRALS)
    found = list_people(session, by, wish, limit=MOST + 1)
    opened = [one for one in found.rows if one.has_resume] if form == "print" else []
    if len(found.rows) > MOST or len(opened) > MOST_RESUMES:
        raise RuleBrokenError(
            "people_too_many",
            f"一份文件最多 {MOST} 人、{MOST_RESUMES} 份简历，请先按岗位或状态筛选。",
        )
    ids = [one.id for one in found.rows]
    phones = _phones(session, found.rows)
    audit.record(session, by, "people.taken", form=form, referrals=ids)
    session.flush()
    return [
        TakenPerson(one, phones.get(one.id), _resume(session, by, one) if one in opened else None)
        for one in found.rows
    ]


def _phones(session: Session, people: list[ReferredPerson]) -> dict[int, str]:
    """Return the full numbers of those who show them; one query."""
    shown = [one.id for one in people if DisclosurePart.PHONE in one.shown]
    found = (
        sa.select(Referral.id, Graduate)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .where(Referral.id.in_(shown))
        .order_by(Referral.id)
    )
    opened = {
        number: sealing.open_sealed(session, graduate, "phone")
        for number, graduate in session.execute(found)
    }
    return {number: phone for number, phone in opened.items() if phone is not None}


def _resume(session: Session, by: Actor, person: ReferredPerson) -> bytes:
    return resumes.page_for(session, by, session.get_one(Referral, person.id))[0]
