"""From run to run (前后衔接): who would not keep the seat the last publication proposed, and why."""

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.kinds.plan_runs import ShiftCode
from matcher.kinds.plans import PinKind
from matcher.models.referrals import Referral
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.standing import provisional_referrals


@dataclass(frozen=True, slots=True)
class Promise:
    """A proposal of the last publication that nobody has answered."""

    graduate_id: int
    referral_id: int
    posting_id: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A promise that would not be kept; `after_id` is where the person would sit instead."""

    promise: Promise
    after_id: int | None
    code: ShiftCode


def promises_of(session: Session, drive_id: int) -> list[Promise]:
    """Return what a drive's last publication proposed and nobody answered, by graduate; one query."""
    rows = session.execute(
        sa.select(Referral.graduate_id, Referral.id, Referral.posting_id)
        .where(Referral.id.in_(provisional_referrals(drive_id)))
        .order_by(Referral.graduate_id, Referral.id)
    )
    return [Promise(*row) for row in rows]


def shifts_of(given: PlanInput, result: PlanResult, promises: list[Promise]) -> list[Shift]:
    """Hold a result against the promises of the last publication."""
    found = []
    for promise in promises:
        after = _seat_after(given.market, result, promise.graduate_id)
        if after != promise.posting_id:
            found.append(Shift(promise, after, _why(given, result, promise)))
    return found


def _seat_after(market: Market, result: PlanResult, graduate_id: int) -> int | None:
    row = _row(market.graduates, graduate_id)
    if row is None or result.edge[row] < 0:
        return None
    return int(market.postings[market.posting[result.edge[row]]])


def _why(given: PlanInput, result: PlanResult, promise: Promise) -> ShiftCode:
    market = given.market
    row, offer = _row(market.graduates, promise.graduate_id), promise.posting_id
    if row is None:
        return ShiftCode.LEFT
    pair = (promise.graduate_id, offer)
    if pair in {(p.graduate_id, p.posting_id) for p in given.pins if p.kind is PinKind.FORBID}:
        return ShiftCode.FORBIDDEN
    place = _row(market.postings, offer)
    if place is None or not market.seats[place].any():
        return ShiftCode.POSTING_GONE
    start, stop = int(market.pointer[row]), int(market.pointer[row + 1])
    own = np.flatnonzero(market.posting[start:stop] == place)
    if not len(own):
        return ShiftCode.NOT_ELIGIBLE
    before, now = start + int(own[0]), int(result.edge[row])
    if 0 <= now < before:
        return ShiftCode.BETTER
    gave_way = result.first is not None and int(result.first[row]) == before
    return ShiftCode.GAVE_WAY if gave_way else ShiftCode.OUTRANKED


def _row(ids: np.typing.NDArray[np.int32], wanted: int) -> int | None:
    at = int(np.searchsorted(ids, wanted))
    return at if at < len(ids) and ids[at] == wanted else None
