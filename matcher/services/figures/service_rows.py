"""Services that reached somebody (有记录的服务), as known at a moment: acts, referrals of the union, trainings begun.

What counts: an act that stands (not replaced, not void), is credited to somebody and reached the person, call-backs
left out; a referral that was sent on from a proposal or a step of union staff; a training the person began.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.kinds.training import TrainingState
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.referrals import Referral, ReferralStep
from matcher.models.training import TrainingReferral, TrainingStep
from matcher.services.figures.cuts import KEPT, Cut
from matcher.services.figures.sql_days import china_day, iso_day

CONTACTS = tuple(one for one in ActOutcome if one.is_contact)


def standing_acts(cut: Cut, *, without_call_backs: bool = True) -> sa.Select[*tuple[Any, ...]]:
    """Return the acts that count, with the person of the case."""
    later = aliased(ServiceAct)
    corrected = sa.exists().where(later.replaces_id == ServiceAct.id, cut.known(later.entered_at))
    chosen = (
        sa.select(
            ServiceAct.id,
            ServiceAct.kind,
            ServiceAct.union_id,
            GraduateCase.graduate_id,
            ServiceAct.happened_on,
            ServiceAct.entered_at,
            ServiceAct.outcome,
        )
        .join(GraduateCase, GraduateCase.id == ServiceAct.case_id)
        .where(
            cut.known(ServiceAct.entered_at),
            ServiceAct.happened_on.between(cut.since, cut.until),
            ServiceAct.outcome.in_(CONTACTS),
            ServiceAct.credited_to_id.is_not(None),
            ~corrected,
        )
    )
    if without_call_backs:
        chosen = chosen.where(ServiceAct.kind != ServiceKind.CALL_BACK)
    return chosen


def sent_referrals(cut: Cut) -> sa.Subquery:
    """Return the referrals that went to an employer on the union's word: person, first instant sent."""
    by_staff = aliased(ReferralStep)
    staffed = sa.exists().where(
        by_staff.referral_id == ReferralStep.referral_id,
        by_staff.via == ReferralVia.STAFF,
        by_staff.after.in_((ReferralState.PROPOSED, ReferralState.SENT)),
        by_staff.id <= ReferralStep.id,
    )
    return (
        sa.select(Referral.graduate_id, sa.func.min(ReferralStep.at).label("at"))
        .join(ReferralStep, ReferralStep.referral_id == Referral.id)
        .where(
            ReferralStep.after == ReferralState.SENT,
            cut.passed(ReferralStep.at),
            china_day(ReferralStep.at) >= cut.since,
            staffed,
        )
        .group_by(Referral.graduate_id)
        .subquery("sent")
    )


def trainings_begun(cut: Cut) -> sa.Subquery:
    """Return the trainings somebody began: one row a training referral, the first time it began."""
    day = sa.func.coalesce(
        iso_day(TrainingStep.facts["on"].as_string()), china_day(TrainingStep.at)
    )
    first = (
        sa.select(sa.func.min(TrainingStep.id).label("id"))
        .where(TrainingStep.after == TrainingState.ATTENDING, cut.known(TrainingStep.at))
        .group_by(TrainingStep.referral_id)
        .subquery("first_steps")
    )
    begun = (
        sa.select(
            TrainingStep.referral_id,
            sa.type_coerce(day, sa.Date()).label("happened_on"),
            TrainingStep.at.label("entered_at"),
            TrainingStep.facts["ordered"].as_boolean().label("is_ordered"),
        )
        .join(first, first.c.id == TrainingStep.id)
        .subquery("first_days")
    )
    return (
        sa.select(
            TrainingReferral.id,
            TrainingReferral.graduate_id,
            TrainingReferral.union_id,
            TrainingReferral.course_id,
            begun.c.happened_on,
            begun.c.entered_at,
            begun.c.is_ordered,
        )
        .join(begun, begun.c.referral_id == TrainingReferral.id)
        .where(begun.c.happened_on <= cut.until)
        .subquery("begun")
    )


def first_services(cut: Cut) -> sa.CTE:
    """Return each person's first service of the drive: graduate, day and when it was entered."""
    acts = standing_acts(cut).subquery("acts")
    sent = sent_referrals(cut)
    begun = trainings_begun(cut)
    every = sa.union_all(
        sa.select(acts.c.graduate_id, acts.c.happened_on, acts.c.entered_at),
        sa.select(sent.c.graduate_id, sa.type_coerce(china_day(sent.c.at), sa.Date()), sent.c.at),
        sa.select(begun.c.graduate_id, begun.c.happened_on, begun.c.entered_at).where(
            begun.c.happened_on >= cut.since
        ),
    ).subquery("services")
    return (
        sa.select(
            every.c.graduate_id,
            sa.func.min(every.c.happened_on).label("happened_on"),
            sa.func.min(every.c.entered_at).label("entered_at"),
        )
        .group_by(every.c.graduate_id)
        .cte("first_services")
        .prefix_with(KEPT)
    )


def referral_days(cut: Cut) -> sa.CTE:
    """Return the first day each person was sent, asked to an interview and taken, by referrals of the drive's days."""
    taken = (ReferralState.ACCEPTED, ReferralState.REPORTED, ReferralState.IN_POST)

    def first(*states: ReferralState) -> sa.ColumnElement[object]:
        return sa.func.min(sa.case((ReferralStep.after.in_(states), ReferralStep.at)))

    return (
        sa.select(
            Referral.graduate_id,
            first(ReferralState.SENT).label("sent_at"),
            first(ReferralState.INTERVIEW).label("interview_at"),
            first(*taken).label("taken_at"),
        )
        .join(ReferralStep, ReferralStep.referral_id == Referral.id)
        .where(cut.passed(ReferralStep.at), china_day(ReferralStep.at) >= cut.since)
        .group_by(Referral.graduate_id)
        .cte("referral_days")
        .prefix_with(KEPT)
    )
