"""What followed a referral (推荐) in a copy of one's own data: interviews, jobs with their papers, calls, training.

Of a statement to an employer (身份说明) stand the claim's code and the days: what it says speaks of a household.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.models.employers import Employer
from matcher.models.files import StoredFile
from matcher.models.follow_ups import CallBack
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.placements import Placement, PlacementEvidence
from matcher.models.referrals import AnswerLink, Referral
from matcher.models.resumes import OwnResume
from matcher.models.status_statements import StatusConsent, StatusStatement
from matcher.models.training import Course, TrainingProvider, TrainingReferral
from matcher.models.training_records import (
    SupportStep,
    TrainingAttendance,
    TrainingCertificate,
    TrainingSubsidy,
)
from matcher.policy.destinations import name_of
from matcher.services.casework.sealed_words import unseal
from matcher.services.entitlements import own as own_entitlements
from matcher.services.follow_ups import answering
from matcher.services.placements import evidence, own
from matcher.services.training import certificates

_Row = dict[str, Any]


def services_of(session: Session, graduate_id: int) -> dict[str, Any]:
    """Return what was done for a person and told of them, ready for JSON; the same keys for everybody."""
    return {
        "resume": _resume(session, graduate_id),
        "links": _links(session, graduate_id),
        "interviews": _interviews(session, graduate_id),
        "placements": _placements(session, graduate_id),
        "call_backs": _call_backs(session, graduate_id),
        "training": _trainings(session, graduate_id),
        "statements": _statements(session, graduate_id),
        "entitlements": own_entitlements.copy_of(session, graduate_id),
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _at(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _resume(session: Session, graduate_id: int) -> _Row | None:
    found = (
        sa.select(OwnResume, StoredFile)
        .join(StoredFile, StoredFile.id == OwnResume.file_id)
        .where(OwnResume.graduate_id == graduate_id)
    )
    row = session.execute(found).one_or_none()
    if row is None:
        return None
    resume, stored = row
    return {
        "uploaded_at": resume.uploaded_at.isoformat(),
        "is_used": resume.is_used,
        "size_bytes": stored.size_bytes,
        "sha256": stored.sha256,
    }


def _links(session: Session, graduate_id: int) -> list[_Row]:
    found = sa.select(AnswerLink).where(AnswerLink.graduate_id == graduate_id)
    return [
        {
            "purpose": link.purpose.label,
            "sent_at": link.created_at.isoformat(),
            "expires_at": link.expires_at.isoformat(),
            "used_at": _at(link.used_at),
        }
        for link in session.scalars(found.order_by(AnswerLink.id))
    ]


def _interviews(session: Session, graduate_id: int) -> list[_Row]:
    found = (
        sa.select(Interview, InterviewDay.place, Employer.name)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .join(InterviewDay, InterviewDay.id == InterviewSlot.day_id)
        .join(Employer, Employer.id == InterviewSlot.employer_id)
        .where(Interview.graduate_id == graduate_id)
        .order_by(Interview.id)
    )
    return [
        {
            "employer": name,
            "place": place,
            "begins_at": interview.begins_at.isoformat(),
            "state": interview.state.label,
        }
        for interview, place, name in session.execute(found)
    ]


def _placements(session: Session, graduate_id: int) -> list[_Row]:
    rows = session.scalars(
        sa.select(Placement).where(Placement.graduate_id == graduate_id).order_by(Placement.id)
    ).all()
    return [
        {
            "destination": name_of(row.destination_list, row.destination_code),
            "code": f"{row.destination_list}:{row.destination_code}",
            "state": row.state.label,
            "employer": row.employer_name,
            "credit_code": row.credit_code,
            "job_title": row.job_title,
            "region_code": row.region_code,
            "pay_fen": row.pay_fen,
            "signed_on": _day(row.signed_on),
            "contract_from_on": _day(row.contract_from_on),
            "contract_until_on": _day(row.contract_until_on),
            "started_on": row.started_on.isoformat(),
            "ended_on": _day(row.ended_on),
            "answer": row.person_answer.label if row.person_answer else None,
            "answer_words": unseal(session, row.person_words_cipher, own.WORDS),
            "papers": _papers(session, row.id),
        }
        for row in rows
    ]


def _papers(session: Session, placement_id: int) -> list[_Row]:
    found = sa.select(PlacementEvidence).where(PlacementEvidence.placement_id == placement_id)
    return [
        {
            "kind": paper.kind.label,
            "issued_on": _day(paper.issued_on),
            "number": unseal(session, paper.number_cipher, evidence.NUMBER),
            "sha256": paper.sha256,
            "entered_at": paper.entered_at.isoformat(),
            "withdrawn_at": _at(paper.withdrawn_at),
        }
        for paper in session.scalars(found.order_by(PlacementEvidence.id))
    ]


def _call_backs(session: Session, graduate_id: int) -> list[_Row]:
    found = sa.select(CallBack).where(CallBack.graduate_id == graduate_id)
    return [
        {
            "months": call.months,
            "due_on": call.due_on.isoformat(),
            "state": call.state.label,
            "answer": call.answer.label if call.answer else None,
            "left_on": _day(call.left_on),
            "words": unseal(session, call.words_cipher, answering.WORDS),
        }
        for call in session.scalars(found.order_by(CallBack.id))
    ]


def _trainings(session: Session, graduate_id: int) -> list[_Row]:
    found = (
        sa.select(TrainingReferral, Course.title, TrainingProvider.name)
        .join(Course, Course.id == TrainingReferral.course_id)
        .join(TrainingProvider, TrainingProvider.id == Course.provider_id)
        .where(TrainingReferral.graduate_id == graduate_id)
        .order_by(TrainingReferral.id)
    )
    return [
        {
            "course": title,
            "provider": provider,
            "state": row.state.label,
            "proposed_at": row.proposed_at.isoformat(),
            "agreed_at": _at(row.agreed_at),
            "attending_on": _day(row.attending_on),
            "finished_on": _day(row.finished_on),
            "hired_on": _day(row.hired_on),
            "drop": row.drop_reason.label if row.drop_reason else None,
            "refusal": row.refusal_reason.label if row.refusal_reason else None,
            **_records(session, row.id),
        }
        for row, title, provider in session.execute(found).all()
    ]


def _records(session: Session, referral_id: int) -> dict[str, Any]:
    attended = sa.select(TrainingAttendance).where(TrainingAttendance.referral_id == referral_id)
    supported = sa.select(SupportStep).where(SupportStep.referral_id == referral_id)
    return {
        "attendance": [
            {
                "on": one.happened_on.isoformat(),
                "part": one.session.label,
                "attended": one.attended,
                "hours": one.hours,
            }
            for one in session.scalars(
                attended.order_by(TrainingAttendance.happened_on, TrainingAttendance.session)
            )
        ],
        "support": [
            {"kind": one.kind.label, "on": one.happened_on.isoformat()}
            for one in session.scalars(supported.order_by(SupportStep.id))
        ],
        "certificates": _certificates(session, referral_id),
    }


def _certificates(session: Session, referral_id: int) -> list[_Row]:
    found = (
        sa.select(TrainingCertificate, TrainingSubsidy)
        .outerjoin(TrainingSubsidy, TrainingSubsidy.certificate_id == TrainingCertificate.id)
        .where(TrainingCertificate.referral_id == referral_id)
        .order_by(TrainingCertificate.id)
    )
    return [
        {
            "kind": paper.kind.label,
            "name": paper.name,
            "level": paper.level.label if paper.level else None,
            "number": ring_of(session).decrypt(paper.number_cipher, certificates.NUMBER),
            "issued_on": paper.issued_on.isoformat(),
            "subsidy": _subsidy(subsidy),
        }
        for paper, subsidy in session.execute(found)
    ]


def _subsidy(row: TrainingSubsidy | None) -> _Row | None:
    if row is None:
        return None
    return {"amount_fen": row.amount_fen, "claimed_on": row.claimed_on.isoformat()}


def _statements(session: Session, graduate_id: int) -> list[_Row]:
    found = (
        sa.select(StatusConsent, StatusStatement, Employer.name)
        .join(Referral, Referral.id == StatusConsent.referral_id)
        .join(Employer, Employer.id == Referral.employer_id)
        .outerjoin(StatusStatement, StatusStatement.status_consent_id == StatusConsent.id)
        .where(Referral.graduate_id == graduate_id)
        .order_by(StatusConsent.id, StatusStatement.id)
    )
    return [
        {
            "employer": name,
            "claim": consent.claim.value,
            "given_at": consent.given_at.isoformat(),
            "given_through": consent.given_through.label,
            "withdrawn_at": _at(consent.withdrawn_at),
            "statement": _statement(made),
        }
        for consent, made, name in session.execute(found)
    ]


def _statement(row: StatusStatement | None) -> _Row | None:
    if row is None:
        return None
    return {"made_at": row.made_at.isoformat(), "revoked_at": _at(row.revoked_at)}
