"""A plan as its page shows it (方案一页): the proof with masked people, pins with their costs, what was published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import RunState
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.plans import PlanCertificate, PlanRun, PlanShift
from matcher.models.ranking_runs import RankingRun
from matcher.services.permissions import Actor, scope_of
from matcher.services.plans.answers import ids_of
from matcher.services.plans.proposals import count_left
from matcher.services.plans.publications import publication_counts
from matcher.services.plans.runs import managed_plan, require_planner
from matcher.services.plans.seat_lists import Place, places
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
class PinPrice:
    """A pin and how many more would sit without it, by rule; None where it was not worked out.

    Parameters
    ----------
    seats, moved : by rule
    """

    kind: PinKind
    person: Person | None
    place: Place | None
    seats: Mapping[PlanRule, int]
    moved: Mapping[PlanRule, int]


@dataclass(frozen=True)
class PlanHome:
    """Everything the page of a plan says.

    Parameters
    ----------
    n_shifts : promises of the last publication each result does not keep
    published : what became of every seat, if the plan was published
    n_left : seats of a published plan nothing was made of yet
    """

    plan: PlanRun
    ranking_number: int
    proof: Sequence[ProofPart]
    n_parts: int
    pins: Sequence[PinPrice]
    n_shifts: Mapping[PlanRule, int]
    published: Mapping[PublishedAs, int]
    n_left: int
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
        pins=pin_prices_of(session, by, plan),
        n_shifts={rule: counted.get(rule, 0) for rule in PlanRule},
        published=publication_counts(session, plan.id) if plan.published_at else {},
        n_left=count_left(session, plan.id) if plan.published_at and not plan.withdrawn_at else 0,
        is_standing=plan.id == last,
    )


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


def pin_prices_of(session: Session, by: Actor, plan: PlanRun) -> list[PinPrice]:
    """Return what the pins a plan was solved around cost, as far as that was worked out."""
    require_planner(by)
    told = plan.figures.get("pins", [])[:MOST_SHOWN]
    seen = persons(session, by, [one["graduate_id"] for one in told])
    known = places(session, {one["posting_id"] for one in told})
    return [
        PinPrice(
            kind=PinKind(one["kind"]),
            person=seen.get(one["graduate_id"]),
            place=known.get(one["posting_id"]),
            seats={rule: one[rule.value]["seats"] for rule in PlanRule if one.get(rule.value)},
            moved={rule: one[rule.value]["moved"] for rule in PlanRule if one.get(rule.value)},
        )
        for one in told
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


def managed_drives(session: Session, by: Actor, drives: Sequence[Drive]) -> list[Drive]:
    """Return those of some drives that are of the actor's own unions, in their order; one query."""
    require_planner(by)
    asked = {one.union_id for one in drives}
    own = sa.select(Union.id).where(Union.id.in_(asked), Union.id.in_(scope_of(by).unions()))
    admitted = set(session.scalars(own))
    return [one for one in drives if one.union_id in admitted]
