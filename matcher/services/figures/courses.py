"""The families of what came of trainings: certificates (取证), and people an internship's unit kept (见习留用)."""

import sqlalchemy as sa

from matcher.kinds.training import CertificateKind, CourseKind, TrainingState
from matcher.models.training import Course, TrainingReferral, TrainingStep
from matcher.models.training_records import TrainingCertificate
from matcher.services.figures import cohort_rows
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line
from matcher.services.figures.sql_days import china_day, iso_day

ASSESSED = (
    CertificateKind.QUALIFICATION,
    CertificateKind.SKILL_LEVEL,
    CertificateKind.SPECIAL_ABILITY,
)
"""Certificates an assessment (鉴定、评价) gave; a paper of completion (结业证书) is none."""


def certificates(cut: Cut) -> Family:
    """Return the family of certificates, by the day they were issued."""
    counted, joined = cohort_rows.counted_person(cut, TrainingReferral.graduate_id)
    paper = TrainingCertificate
    rows = (
        sa.select(
            paper.id,
            TrainingReferral.union_id,
            TrainingReferral.graduate_id,
            paper.issued_on,
            paper.entered_at,
            paper.kind,
            counted.is_earlier_year,
        )
        .join(TrainingReferral, TrainingReferral.id == paper.referral_id)
        .join(counted, joined)
        .where(cut.known(paper.entered_at), cut.happened(paper.issued_on), paper.kind.in_(ASSESSED))
        .cte("certificates")
    )
    c = rows.c
    line = Line(
        "training_certificate",
        c.id,
        c.issued_on,
        c.entered_at,
        graduate_id=c.graduate_id,
        is_earlier=c.is_earlier_year,
        words=c.kind,
    )
    return Family(rows, c.union_id, {"certificates": line})


def kept_interns(cut: Cut) -> Family:
    """Return the family of people whose internship led to work, as its steps say."""
    counted, joined = cohort_rows.counted_person(cut, TrainingReferral.graduate_id)
    step = TrainingStep
    day = sa.func.coalesce(iso_day(step.facts["on"].as_string()), china_day(step.at))
    rows = (
        sa.select(
            TrainingReferral.union_id,
            TrainingReferral.graduate_id,
            sa.type_coerce(day, sa.Date()).label("happened_on"),
            step.at.label("entered_at"),
            counted.is_earlier_year,
        )
        .join(TrainingReferral, TrainingReferral.id == step.referral_id)
        .join(Course, Course.id == TrainingReferral.course_id)
        .join(counted, joined)
        .where(
            step.after == TrainingState.HIRED,
            Course.kind == CourseKind.INTERNSHIP,
            cut.known(step.at),
            cut.happened(sa.type_coerce(day, sa.Date())),
        )
        .cte("kept_interns")
    )
    c = rows.c
    line = Line(
        "graduate",
        c.graduate_id,
        c.happened_on,
        c.entered_at,
        key=c.graduate_id,
        graduate_id=c.graduate_id,
        is_earlier=c.is_earlier_year,
    )
    return Family(rows, c.union_id, {"internships_kept": line})
