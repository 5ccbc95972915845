"""A plan as its page shows it (方案一页): the proof with masked people, pins with their costs, what was published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import RunState
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import ChangeReason, PlanRule, SeatChange
from matcher.kinds.referrals import ReferralState
from matcher.models.plans import PlanCertificate, PlanPublication, PlanRun, PlanShift
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.plans.answers import ids_of
from matcher.services.plans.pin_lines import PinLine, pin_lines
from matcher.services.plans.posting_names import Place, places
from matcher.services.plans.proposals import count_left, count_standing
from matcher.services.plans.publications import publication_counts
from matcher.services.plans.runs import managed_plan, require_planner
from matcher.services.plans.standing import last_publication
from matcher.services.quality.people import persons
from matcher.services.ranked_people import Person

MOST_SHOWN = 20
"""Components of a certificate, people and postings of one, and pins that a page writes out; the file has all."""


@dataclass(frozen=True)
class ProofPart:
    """People of a guaranteed class and the too few seats open to them.

    Parameters
    ----------
    people, postings : the first of them, people of the reader's scope only
    """

    component: int
    n_people: int
    n_postings: int
    n_seats: int
    n_short: int
    people: Sequence[Person]
    postings: Sequence[Place]


@dataclass(frozen=True)
class BrokenPromise:
    """Somebody whose proposal of the last publication a result does not keep.

    Parameters
    ----------
    person : None for people of other unions
    after : where the person would sit instead; None for nowhere
    """

    rule: PlanRule
    person: Person | None
    before: Place | None
    after: Place | None
    kind: SeatChange
    reason: ChangeReason


@dataclass(frozen=True)
class RefusedSeat:
    """A seat no proposal came of, and why by code; `person` is None for people of other unions."""

    person: Person | None
    place: Place | None
    code: str


@dataclass(frozen=True)
class PlanHome:
    """Everything the page of a plan says.

    Parameters
    ----------
    n_shifts : promises of the last publication each result does not keep
    broken : the first of them by each result, those left without a seat first
    pins : the first of `n_pins`, those that unseat somebody guaranteed before the others
    published : what became of every seat, if the plan was published
    refused : the first of those no proposal came of
    n_left : seats of a published plan nothing was made of yet
    n_standing : seats of a plan to be published whose referral goes on already
    n_asked : people who were asked about a proposal that goes with the plan's publication, or its taking back
    """

    plan: PlanRun
    ranking_number: int
    proof: Sequence[ProofPart]
    n_parts: int
    pins: Sequence[PinLine]
    n_pins: int
    n_shifts: Mapping[PlanRule, int]
    broken: Sequence[BrokenPromise]
    published: Mapping[PublishedAs, int]
    refused: Sequence[RefusedSeat]
    n_left: int
    n_standing: int
    n_asked: int
    is_standing: bool


def plan_home(session: Session, by: Actor, public_id: str) -> PlanHome:
    """Return a plan of a drive the actor manages, for its page; a dozen queries."""
    plan = managed_plan(session, by, public_id, lock=False)
    parts = session.scalars(
        sa.select(PlanCertificate)
        .where(PlanCertificate.plan_id == plan.id)
        .order_by(PlanCertificate.component)
    ).all()
    shifts = session.execute(
        sa.select(PlanShift.rule, sa.func.count())
        .where(PlanShift.plan_id == plan.id)
        .group_by(PlanShift.rule)
    ).all()
    counted: dict[PlanRule, int] = {row[0]: row[1] for row in shifts}
    last = session.scalar(sa.select(last_publication(plan.drive_id)))
    return PlanHome(
        plan=plan,
        ranking_number=session.get_one(RankingRun, plan.ranking_run_id).number,
        proof=_proof(session, by, parts[:MOST_SHOWN]),
        n_parts=len(parts),
        pins=pin_lines(session, by, plan, MOST_SHOWN),
        n_pins=len(plan.figures.get("pins", ())),
        n_shifts={rule: counted.get(rule, 0) for rule in PlanRule},
        broken=_broken(session, by, plan) if counted else (),
        published=publication_counts(session, plan.id) if plan.published_at else {},
        refused=_refused(session, by, plan) if plan.published_at else (),
        n_standing=count_standing(session, plan) if plan.published_at is None else 0,
        n_asked=_asked(session, plan),
        n_left=count_left(session, plan.id) if plan.published_at and not plan.withdrawn_at else 0,
        is_standing=plan.id == last,
    )


def _refused(session: Session, by: Actor, plan: PlanRun) -> list[RefusedSeat]:
    rows = session.scalars(
        sa.select(PlanPublication)
        .where(
            PlanPublication.plan_id == plan.id,
            PlanPublication.published_as == PublishedAs.REFUSED,
        )
        .order_by(PlanPublication.graduate_id)
        .limit(MOST_SHOWN)
    ).all()
    seen = persons(session, by, [row.graduate_id for row in rows]) if rows else {}
    known = places(session, {row.posting_id for row in rows}) if rows else {}
    return [
        RefusedSeat(
            person=seen.get(row.graduate_id),
            place=known.get(row.posting_id),
            code=row.refusal_code or "",
        )
        for row in rows
    ]


def _asked(session: Session, plan: PlanRun) -> int:
    """Count the people who were asked and are not again: somebody has to tell them."""
    goes: sa.Select[int] | sa.Select[int | None]
    if plan.published_at is None:
        goes = sa.select(PlanShift.referral_id).where(
            PlanShift.plan_id == plan.id, PlanShift.rule == plan.chosen_rule
        )
    else:
        goes = sa.select(PlanPublication.referral_id).where(PlanPublication.plan_id == plan.id)
    asked = (
        sa.select(sa.func.count(Referral.id.distinct()))
        .join(PlanPublication, PlanPublication.referral_id == Referral.id)
        .where(
            Referral.id.in_(goes),
            Referral.state == ReferralState.PROPOSED,
            PlanPublication.confirmed_at.is_not(None),
        )
    )
    return session.scalar(asked) or 0


def _broken(session: Session, by: Actor, plan: PlanRun) -> list[BrokenPromise]:
    first = (PlanShift.kind != SeatChange.LOST, PlanShift.graduate_id)
    found = sa.select(PlanShift).where(PlanShift.plan_id == plan.id).order_by(*first)
    rows = [
        row
        for rule in PlanRule
        for row in session.scalars(found.where(PlanShift.rule == rule).limit(MOST_SHOWN))
    ]
    seen = persons(session, by, [row.graduate_id for row in rows])
    known = places(session, {spot for row in rows for spot in (row.before_id, row.after_id)})
    return [
        BrokenPromise(
            rule=row.rule,
            person=seen.get(row.graduate_id),
            before=known.get(row.before_id),
            after=known.get(row.after_id or 0),
            kind=row.kind,
            reason=row.reason,
        )
        for row in rows
    ]


def _proof(session: Session, by: Actor, rows: Sequence[PlanCertificate]) -> list[ProofPart]:
    people = {row.component: ids_of(row.graduates) for row in rows}
    offers = {row.component: ids_of(row.postings) for row in rows}
    seen = persons(session, by, [one for ids in people.values() for one in ids[:MOST_SHOWN]])
    known = places(session, {one for ids in offers.values() for one in ids[:MOST_SHOWN]})
    return [
        ProofPart(
            component=row.component,
            n_people=row.n_people,
            n_postings=len(offers[row.component]),
            n_seats=row.n_seats,
            n_short=row.n_short,
            people=[seen[one] for one in people[row.component][:MOST_SHOWN] if one in seen],
            postings=[known[one] for one in offers[row.component][:MOST_SHOWN] if one in known],
        )
        for row in rows
    ]


def published_plan(session: Session, by: Actor, drive_id: int) -> PlanRun | None:
    """Return the plan a drive published last, unless that was taken back."""
    require_planner(by)
    number = session.scalar(sa.select(last_publication(drive_id)))
    return session.get(PlanRun, number) if number else None


def earlier_plans(session: Session, by: Actor, plan: PlanRun) -> list[PlanRun]:
    """Return the plans of a drive made before one, whose seats are known, newest first."""
    require_planner(by)
    found = sa.select(PlanRun).where(
        PlanRun.drive_id == plan.drive_id,
        PlanRun.number < plan.number,
        PlanRun.state == RunState.DONE,
        PlanRun.is_dry.is_(False),
    )
    return list(session.scalars(found.order_by(PlanRun.number.desc()).limit(MOST_SHOWN)))
