"""Explanations of a plan (方案理由): the full one for who makes plans, and one that may be read aloud.

The full one names keys, classes and who moved for whom. What a graduate hears, or a caseworker reads out, is worked
out by `allocation.spoken_reasons` from own facts and from who sits where alone, and only of a published plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.allocation.kernels.seating import RELEASED
from matcher.allocation.reason_shapes import PersonReasons
from matcher.allocation.reasons import Reasons
from matcher.allocation.rules import LEAST_CLASS, ORDINARY
from matcher.allocation.spoken_reasons import SpokenReasons, spoken_reasons
from matcher.db.engine import settings_of
from matcher.kinds import ListSide
from matcher.kinds.plans import PinKind, PlanRule, SeatedAs
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanCertificate, PlanRun, PlanUncovered
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.order import ORDER_SHIFT, DecodedKey, OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.drives import get_drive
from matcher.services.graduate_lists import get_own
from matcher.services.own_matches import own_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.plans.folders import load_result, open_input, plan_folder
from matcher.services.plans.posting_names import PostingName, posting_names
from matcher.services.plans.proposal_rows import is_busy, proposals_of
from matcher.services.plans.runs import check_usable, managed_plan
from matcher.services.plans.standing import last_publication
from matcher.services.quality.people import persons
from matcher.services.ranked_people import Person
from matcher.services.rows import get_in_scope, not_found


@dataclass(frozen=True)
class ProofSize:
    """A part of the certificate: some guaranteed people, and how many seats are open to all of them."""

    component: int
    n_people: int
    n_seats: int


@dataclass(frozen=True)
class FullReasons:
    """Everything that decided about one person, and what is needed to say it.

    Parameters
    ----------
    names : by posting id
    is_seat_by_lot : somebody who would rather sit there lost the seat by the lot (抽签) alone
    people : by id, masked, those of the reader's scope whom the reasons name
    proof : the part of the certificate a guaranteed person without a seat is in
    """

    rule: PlanRule
    reasons: PersonReasons
    names: dict[int, PostingName]
    parameters: DriveParameters
    is_seat_by_lot: bool = False
    people: Mapping[int, Person] = field(default_factory=dict)
    proof: ProofSize | None = None

    def decoded(self, key: int, heap: int) -> DecodedKey:
        """Take a key of a group of seats apart."""
        is_kept = heap not in (ORDINARY, RELEASED)
        side = ListSide.POSTING_RESERVED if is_kept else ListSide.POSTING_ORDINARY
        return OrderRule.of(self.parameters, side).decode(key)


@dataclass(frozen=True)
class ReadAloud:
    """What may be read aloud to one person.

    Parameters
    ----------
    rule : published with the plan; everybody may know it
    """

    rule: PlanRule
    reasons: SpokenReasons
    names: dict[int, PostingName]


@lru_cache(maxsize=2)
def _reasons(folder: Path, rule: PlanRule) -> Reasons:
    given = open_input(folder)
    pairs = [(pin.graduate, pin.posting, pin.kind) for pin in given.pins]
    return Reasons(
        given.market,
        given.parameters.rules,
        load_result(folder, rule),
        pinned={graduate for graduate, _, kind in pairs if kind is PinKind.PIN},
        forbidden={(one, other) for one, other, kind in pairs if kind is PinKind.FORBID},
    )


def _folder(session: Session, plan: PlanRun) -> Path:
    return plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")


def full_reasons(
    session: Session, by: Actor, public_id: str, rule: PlanRule, graduate_id: int
) -> FullReasons:
    """Return everything that decided about a graduate of the scope, for who makes plans; a handful of queries.

    Raises
    ------
    SnapshotError
        The plan's folder is gone.
    """
    plan = managed_plan(session, by, public_id, lock=False)
    check_usable(plan)
    get_in_scope(session, by, Graduate, graduate_id)
    told = _reasons(_folder(session, plan), rule)
    reasons = told.of(graduate_id)
    if reasons is None:
        raise not_found()
    run = session.get_one(RankingRun, plan.ranking_run_id)
    return FullReasons(
        rule=rule,
        reasons=reasons,
        names=posting_names(session, _postings(reasons)),
        parameters=DriveParameters.from_dict(run.parameters),
        is_seat_by_lot=is_won_by_lot(told, reasons),
        people=persons(session, by, sorted(_people(reasons))),
        proof=_proof(session, plan, rule, graduate_id),
    )


def _proof(session: Session, plan: PlanRun, rule: PlanRule, graduate_id: int) -> ProofSize | None:
    row = session.get(PlanUncovered, (plan.id, rule, graduate_id))
    part = row and row.component and session.get(PlanCertificate, (plan.id, row.component))
    return ProofSize(part.component, part.n_people, part.n_seats) if part else None


def parameters_of(session: Session, plan: PlanRun) -> DriveParameters:
    """Return what the lists of a plan's keys went by; callers have checked who asks."""
    return DriveParameters.from_dict(session.get_one(RankingRun, plan.ranking_run_id).parameters)


def is_won_by_lot(plan: Reasons, told: PersonReasons) -> bool:
    """Say whether somebody who likes a person's posting better than the own seat has the same key but for the lot."""
    seat = told.seat
    if seat is None or not seat.is_full or seat.is_pinned or seat.kind is SeatedAs.FALLBACK:
        return False
    market = plan.market
    at = np.flatnonzero(market.postings[market.posting] == seat.posting)
    person = np.searchsorted(market.pointer, at, side="right") - 1
    sits = plan.result.edge[person]
    is_kept = seat.group != ORDINARY and seat.kind is not SeatedAs.RELEASED
    least = LEAST_CLASS[seat.group] if is_kept else 0
    lost = ((sits < 0) | (sits > at)) & (market.classes[person] >= least)
    keys = (market.reserved_key if is_kept else market.ordinary_key)[at[lost]]
    return bool(
        ((keys >> ORDER_SHIFT == seat.own_key >> ORDER_SHIFT) & (keys < seat.own_key)).any()
    )


def _postings(reasons: PersonReasons) -> set[int]:
    found = {one.posting for one in reasons.better} | {reasons.gave_up or 0}
    if reasons.seat is not None:
        found |= {reasons.seat.posting} | {posting or 0 for _, posting in reasons.seat.moved}
    return found - {0}


def _people(reasons: PersonReasons) -> set[int]:
    """Return whom the reasons name."""
    found = {who for one in reasons.better for who in one.for_guarantee} | {*reasons.made_way_for}
    if reasons.seat is not None:
        found |= {who for who, _ in reasons.seat.moved} | {*reasons.seat.came}
    return found | ({reasons.left_over.last} if reasons.left_over else set())


def reasons_to_read_out(
    session: Session, by: Actor, drive_id: int, graduate_id: int
) -> ReadAloud | None:
    """Return what staff may read out to a graduate of their scope; None if nothing was published or the person
    took no part."""
    require(by, Permission.REFER)
    get_in_scope(session, by, Graduate, graduate_id)
    drive = get_drive(session, by, drive_id)
    return _read_aloud(session, drive.id, graduate_id)


def own_reasons(session: Session, by: Actor) -> ReadAloud | None:
    """Return what a graduate may read of what its drive published last.

    Of the own seat from when staff let it be asked, and as long as the proposal goes on; without a seat that there is
    none, unless it has a job or something under way.
    """
    graduate = get_own(session, by)
    drive = own_drive(session, graduate)
    told = None if drive is None else _read_aloud(session, drive.id, graduate.id)
    if drive is None or told is None:
        return None
    if told.reasons.posting is None:
        return None if is_busy(session, drive.id, graduate.id) else told
    plan = session.scalars(sa.select(PlanRun).where(PlanRun.id == last_publication(drive.id))).one()
    made = proposals_of(session, plan, graduate.id).get(graduate.id)
    return told if made is not None and made.goes_on and not made.waits else None


def _read_aloud(session: Session, drive_id: int, graduate_id: int) -> ReadAloud | None:
    plan = session.scalar(sa.select(PlanRun).where(PlanRun.id == last_publication(drive_id)))
    if plan is None or plan.chosen_rule is None:
        return None
    folder = _folder(session, plan)
    given, result = open_input(folder), load_result(folder, plan.chosen_rule)
    ruled_out = {
        pin.posting
        for pin in given.pins
        if pin.graduate == graduate_id and pin.kind is PinKind.FORBID
    }
    reasons = spoken_reasons(given.market, result, graduate_id, ruled_out=ruled_out)
    if reasons is None:
        return None
    own = {reasons.posting} if reasons.posting is not None else set()
    names = posting_names(session, own | {line.posting for line in reasons.better})
    return ReadAloud(plan.chosen_rule, reasons, names)
