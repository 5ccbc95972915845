"""A copy of one's own data (个人信息副本, 个人信息保护法 arts. 44–45): all that is held, in plain values.

A household's file belongs to its holder and tells of other people, and phones are shared; so its words never
stand here. Everybody's copy says with the same sentence where a file, if there is one, may be seen.
"""

from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ListSide, Role
from matcher.models.audit import AuditEntry
from matcher.models.consents import Consent, ConsentText
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services import audit, sealing
from matcher.services.fair_guests.own_copy import visits_of
from matcher.services.graduate_lists import get_own
from matcher.services.own_referrals import hidden_from, referrals_of
from matcher.services.own_services import services_of
from matcher.services.permissions import Actor
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run

FORMAT = 1
"""Raised when a field changes its meaning."""

ELSEWHERE = "如需查阅其他纸质或家庭资料，请持本人有效证件到所属工会办理。"
"""The same for everybody, so that it tells nothing of anybody."""

_TRAIL_LENGTH = 1_000
"""Entries of the trail in a copy; a person's record has a few dozen."""


def own_data(session: Session, by: Actor) -> dict[str, Any]:
    """Return everything held of the actor, ready for JSON; the copy itself is recorded."""
    graduate = get_own(session, by)
    audit.record(session, by, "graduate.own_data_copied", subject=("graduate", graduate.id))
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "profile": _profile(session, graduate),
        "majors": [
            {"level": major.level.label, "name": major.name, "code": major.code}
            for major in graduate.majors
        ],
        "intent": _intent(graduate),
        "consents": _consents(session, graduate.id),
        "drives": _drives(session, graduate.id),
        "referrals": referrals_of(session, graduate.id),
        "hidden_from": hidden_from(session, graduate.id),
        **services_of(session, graduate.id),
        "fairs": visits_of(session, graduate.id),
        "seen_by": _seen_by(session, graduate.id),
        "elsewhere": ELSEWHERE,
    }


def _profile(session: Session, graduate: Graduate) -> dict[str, Any]:
    return {
        "name": graduate.name,
        "id_number": sealing.open_sealed(session, graduate, "id_number"),
        "phone": sealing.open_sealed(session, graduate, "phone"),
        "school": graduate.school,
        "student_number": graduate.student_number,
        "education": graduate.education.label,
        "graduates_on": graduate.graduates_on.isoformat() if graduate.graduates_on else None,
        "origin_region": graduate.origin_region,
        "certificates": graduate.certificates,
        "about": graduate.about,
        "entered_through": graduate.entered_through.label,
        "is_confirmed": graduate.is_confirmed,
        "created_at": graduate.created_at.isoformat(),
    }


def _intent(graduate: Graduate) -> dict[str, Any] | None:
    intent = graduate.intent
    if intent is None:
        return None
    return {
        "places": intent.places,
        "occupations": intent.occupations,
        "industries": intent.industries,
        "unit_kinds": intent.unit_kinds,
        "wanted_pay_yuan": intent.wanted_pay_yuan,
        "mobility": intent.mobility.label,
        "text": intent.text,
    }


def _consents(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    found = (
        sa.select(Consent, ConsentText.version, Employer.name)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .outerjoin(Employer, Employer.id == Consent.employer_id)
        .where(Consent.graduate_id == graduate_id)
        .order_by(Consent.given_at, Consent.id)
    )
    return [
        {
            "purpose": consent.purpose.value,
            "text_version": version,
            "employer": employer,
            "given_at": consent.given_at.isoformat(),
            "given_through": consent.given_through.label,
            "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
        }
        for consent, version, employer in session.execute(found)
    ]


def _drives(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return each drive by its neutral name, with the list of postings made for the person."""
    found = (
        sa.select(DriveEntry, Drive)
        .join(Drive, Drive.id == DriveEntry.drive_id)
        .where(DriveEntry.graduate_id == graduate_id)
        .order_by(DriveEntry.id)
    )
    return [
        {
            "name": drive.neutral_name,
            "number": entry.number,
            "entered_at": entry.entered_at.isoformat(),
            "left_at": entry.left_at.isoformat() if entry.left_at else None,
            "list": _list(session, drive.id, graduate_id),
        }
        for entry, drive in session.execute(found)
    ]


def _list(session: Session, drive_id: int, graduate_id: int) -> list[dict[str, Any]]:
    """Return the postings of the person's present list, best first."""
    run = current_run(session, drive_id)
    if run is None:
        return []
    stored = stored_list(session, run, ListSide.GRADUATE, graduate_id)
    ids = np.frombuffer(stored.partners, dtype="<i4").tolist() if stored else []
    found = (
        sa.select(Posting.id, Posting.title, Employer.name)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id.in_(ids))
        .order_by(Posting.id)
    )
    known = {row.id: {"title": row.title, "employer": row.name} for row in session.execute(found)}
    return [known[number] for number in ids if number in known]


def _seen_by(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return who did what with the record: role, act and time, no colleague's name."""
    found = (
        sa.select(AuditEntry.at, AuditEntry.role, AuditEntry.action)
        .where(AuditEntry.subject_kind == "graduate", AuditEntry.subject_id == graduate_id)
        .where(AuditEntry.action.not_in(_TELLING))
        .order_by(AuditEntry.number.desc())
        .limit(_TRAIL_LENGTH)
    )
    return [
        {
            "at": row.at.isoformat(),
            "role": _OUTSIDE.get(row.role, _STAFF) if row.role else None,
            "action": row.action,
        }
        for row in session.execute(found)
    ]


_OUTSIDE = {Role.GRADUATE.value: "本人", Role.EMPLOYER.value: "用人单位"}
_STAFF = "工会工作人员"
"""One word for all roles at a union: some of their names tell what else they do there."""

_TELLING = ("graduate.household_linked",)
"""Acts whose very name tells that a file exists."""
