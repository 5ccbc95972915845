"""The family of services by times (人次): acts, and trainings begun, each counted where it was done.

An enrolment (培训转介) is a service act too when the person has an open case; such an act, with everything that
corrects it, is left out, so that one training is one training.
"""

import sqlalchemy as sa

from matcher.kinds.casework import ServiceKind
from matcher.kinds.training import CourseKind
from matcher.models.graduate_cases import ServiceAct
from matcher.models.training import Course, TrainingReferral
from matcher.services.figures import cohort_rows, service_rows
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line

COURSE_SERVICES = {
    CourseKind.SKILL: ServiceKind.TRAINING,
    CourseKind.BUSINESS: ServiceKind.BUSINESS_TRAINING,
    CourseKind.INTERNSHIP: ServiceKind.INTERNSHIP,
    CourseKind.START_UP: ServiceKind.BUSINESS_GUIDANCE,
}
"""What a course is as a service."""

_BY_KIND = {
    "policy_times": ServiceKind.POLICY,
    "guidance_times": ServiceKind.GUIDANCE,
    "recommendation_times": ServiceKind.RECOMMENDATION,
    "training_times": ServiceKind.TRAINING,
    "business_guidance_times": ServiceKind.BUSINESS_GUIDANCE,
    "business_training_times": ServiceKind.BUSINESS_TRAINING,
}


def _acts_of_enrolments() -> sa.CTE:
    """Return the acts that say an enrolment, with all that correct them."""
    named = sa.select(TrainingReferral.service_act_id.label("id")).where(
        TrainingReferral.service_act_id.is_not(None)
    )
    said = named.cte("said", recursive=True)
    return said.union(sa.select(ServiceAct.id).join(said, ServiceAct.replaces_id == said.c.id))


def _rows(cut: Cut) -> sa.CTE:
    acts = service_rows.standing_acts(cut).subquery("acts")
    begun = service_rows.trainings_begun(cut)
    said = _acts_of_enrolments()
    kind = sa.case(
        {one.value: service.value for one, service in COURSE_SERVICES.items()}, value=Course.kind
    )
    # Steps of before this was written do not say it: then the course as it stands does.
    ordered = sa.func.coalesce(begun.c.is_ordered, Course.employer_id.is_not(None))
    from_acts = sa.select(
        sa.literal("service_act").label("subject_kind"),
        acts.c.id.label("subject_id"),
        sa.cast(acts.c.kind, sa.Text).label("kind"),
        acts.c.union_id,
        acts.c.graduate_id,
        acts.c.happened_on,
        acts.c.entered_at,
        sa.false().label("is_ordered"),
    ).where(acts.c.id.not_in(sa.select(said.c.id)))
    from_courses = sa.select(
        sa.literal("training_referral"),
        begun.c.id,
        kind,
        begun.c.union_id,
        begun.c.graduate_id,
        begun.c.happened_on,
        begun.c.entered_at,
        sa.and_(Course.kind == CourseKind.SKILL, ordered),
    ).join(Course, Course.id == begun.c.course_id)
    every = sa.union_all(from_acts, from_courses).subquery("done")
    counted, joined = cohort_rows.counted_person(cut, every.c.graduate_id)
    return (
        sa.select(*every.c, counted.is_earlier_year)
        .join(counted, joined)
        .where(cut.happened(every.c.happened_on))
        .cte("services_done")
    )


def family(cut: Cut) -> Family:
    """Return the family of services done for people of the cohort, by the union in whose name."""
    rows = _rows(cut)
    c = rows.c

    def line(where: sa.ColumnElement[bool], *, once: bool = False) -> Line:
        return Line(
            "graduate" if once else c.subject_kind,
            c.graduate_id if once else c.subject_id,
            c.happened_on,
            c.entered_at,
            where=where,
            key=c.graduate_id if once else None,
            graduate_id=c.graduate_id,
            is_earlier=c.is_earlier_year,
            words=None if once else c.kind,
        )

    lines = {code: line(c.kind == kind.value) for code, kind in _BY_KIND.items()}
    lines["training_ordered"] = line(c.is_ordered)
    for code, kind in {
        "recommended": ServiceKind.RECOMMENDATION,
        "training_people": ServiceKind.TRAINING,
        "internships": ServiceKind.INTERNSHIP,
    }.items():
        lines[code] = line(c.kind == kind.value, once=True)
    return Family(rows, c.union_id, lines)
