"""What is said of a plan, as models: what the verb answers and programs read; ids and counts, no names."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from matcher.kinds import RunState, SeatClass
from matcher.kinds.plans import ChangeReason, PinKind, PlanRule, SeatChange, SeatedAs
from matcher.models.drives import Drive
from matcher.models.plans import PlanCertificate, PlanRun, PlanSeat, PlanShift, PlanUncovered
from matcher.models.ranking_runs import RankingRun


class Shape(BaseModel):
    """Base: nothing changes once made; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Counted(Shape):
    """Figures of some people."""

    people: int
    seated: int
    mean_fit: float | None
    mean_place: float | None
    """Mean place of the seat in the wishes; the first is 1."""
    first_wishes: int
    objecting_pairs: int
    """Pairs that would rather have each other under plain priorities, without reserves and guarantees."""
    objectors: int
    published_pairs: int
    """Pairs that would rather have each other by the published choice; none of a fair plan without pins."""
    published_objectors: int


class RuleAnswer(Shape):
    """What one rule gave."""

    result_hash: str
    kinds: dict[SeatedAs, int]
    uncovered: int
    gave_way: int
    """People who sit where they like less because somebody guaranteed needed the seat; without a seat below."""
    gave_way_unseated: int
    seconds: float
    total: Counted
    by_class: tuple[Counted, ...]
    """From 0 (others) to 5 (zero-employment)."""


class MarketAnswer(Shape):
    """What the plan was solved on."""

    graduates: int
    by_class: tuple[int, ...]
    guaranteed: int
    postings: int
    seats: tuple[int, ...]
    """Ordinary, kept for hardship, kept for zero-employment."""
    edges: int
    provisional: int
    changed_since_run: int
    lists_behind: int
    """Changes the stored lists do not know yet."""
    left_out: dict[str, int]


class Component(Shape):
    """People of a guaranteed class and the too few seats open to them."""

    graduates: tuple[int, ...]
    postings: tuple[int, ...]
    seats: int
    short: int


class PinCost(Shape):
    """How many more would sit without a pin, of everybody and of those it is about, and how many would sit elsewhere.

    Below zero if the pin seats more.
    """

    seats: int
    guaranteed: int
    zero_employment: int
    moved: int


class PinAnswer(Shape):
    """A pin and what it costs by rule; null where it was not worked out."""

    graduate_id: int
    posting_id: int
    kind: PinKind
    fair: PinCost | None = None
    most: PinCost | None = None


class ShiftAnswer(Shape):
    """Somebody who would not keep the seat proposed last."""

    graduate_id: int
    before: int
    after: int | None
    kind: SeatChange
    reason: ChangeReason


class SeatAnswer(Shape):
    """One person's seat."""

    graduate_id: int
    posting_id: int
    group: SeatClass
    kind: SeatedAs
    wish_place: int
    fit: int


class PlanAnswer(Shape):
    """A plan of a drive."""

    plan: str
    number: int
    drive: str
    state: RunState
    dry_run: bool
    ranking_run: int
    as_of_change: int
    rule: PlanRule | None
    """The one chosen; `uncovered`, `shifts` and `seats` are of it, or of the fair plan if none is."""
    parameters: dict[str, Any]
    input_hash: str
    file_hashes: dict[str, str]
    """Of the instance, of pins and by rule of seats as the exported file has them."""
    code_version: str
    lottery_commitment: str
    market: MarketAnswer
    fair: RuleAnswer
    most: RuleAnswer
    certificate: tuple[Component, ...]
    """What holds whatever is pinned."""
    unseated_by_pins: int | None
    """Guaranteed people who have no seat because of pins alone; null where it was not worked out."""
    uncovered: tuple[int, ...]
    pins: tuple[PinAnswer, ...]
    shifts: tuple[ShiftAnswer, ...]
    seats: tuple[SeatAnswer, ...] | None
    """None of a dry run, which keeps nobody's seat."""


def plan_answer(session: Session, plan: PlanRun) -> PlanAnswer:
    """Say everything of a plan that is done; callers have checked who asks."""
    figures = plan.figures
    rule = plan.chosen_rule or PlanRule.FAIR
    return PlanAnswer(
        plan=plan.public_id,
        number=plan.number,
        drive=session.get_one(Drive, plan.drive_id).name,
        state=plan.state,
        dry_run=plan.is_dry,
        ranking_run=session.get_one(RankingRun, plan.ranking_run_id).number,
        as_of_change=plan.as_of_change,
        rule=plan.chosen_rule,
        parameters=plan.parameters,
        input_hash=plan.input_hash or "",
        file_hashes=figures["file_hashes"],
        code_version=plan.code_version or "",
        lottery_commitment=plan.lottery_commitment,
        market=MarketAnswer(**figures["market"]),
        fair=_rule(figures["fair"], plan.fair_hash),
        most=_rule(figures["most"], plan.most_hash),
        certificate=_components(session, plan),
        unseated_by_pins=figures["certificate"]["by_pins"],
        uncovered=tuple(_uncovered(session, plan, rule)),
        pins=tuple(PinAnswer(**one) for one in figures["pins"]),
        shifts=tuple(_shift(row) for row in _of_rule(session, PlanShift, plan, rule)),
        seats=None if plan.is_dry else _seats(session, plan, rule),
    )


def _rule(figures: dict[str, Any], result_hash: str | None) -> RuleAnswer:
    told = {
        "total": _counted(figures["total"]),
        "by_class": tuple(_counted(one) for one in figures["by_class"]),
    }
    return RuleAnswer(**{**figures, **told, "result_hash": result_hash or ""})


def _counted(figures: dict[str, int]) -> Counted:
    seated = figures["seated"]
    return Counted(
        **{name: count for name, count in figures.items() if name not in ("fit_sum", "place_sum")},
        mean_fit=round(figures["fit_sum"] / seated, 1) if seated else None,
        mean_place=round(figures["place_sum"] / seated, 2) if seated else None,
    )


def _components(session: Session, plan: PlanRun) -> tuple[Component, ...]:
    rows = session.scalars(
        sa.select(PlanCertificate)
        .where(PlanCertificate.plan_id == plan.id)
        .order_by(PlanCertificate.component)
    )
    return tuple(
        Component(
            graduates=ids_of(row.graduates),
            postings=ids_of(row.postings),
            seats=row.n_seats,
            short=row.n_short,
        )
        for row in rows
    )


def ids_of(packed: bytes) -> tuple[int, ...]:
    """Return the ids of a certificate's row."""
    return tuple(np.frombuffer(packed, dtype="<i4").tolist())


def _uncovered(session: Session, plan: PlanRun, rule: PlanRule) -> Sequence[int]:
    return [row.graduate_id for row in _of_rule(session, PlanUncovered, plan, rule)]


def _of_rule(session: Session, table: Any, plan: PlanRun, rule: PlanRule) -> Sequence[Any]:
    found = sa.select(table).where(table.plan_id == plan.id, table.rule == rule)
    return session.scalars(found.order_by(table.graduate_id)).all()


def _shift(row: PlanShift) -> ShiftAnswer:
    return ShiftAnswer(
        graduate_id=row.graduate_id,
        before=row.before_id,
        after=row.after_id,
        kind=row.kind,
        reason=row.reason,
    )


def _seats(session: Session, plan: PlanRun, rule: PlanRule) -> tuple[SeatAnswer, ...]:
    return tuple(_seat(row) for row in _of_rule(session, PlanSeat, plan, rule))


def _seat(row: PlanSeat) -> SeatAnswer:
    return SeatAnswer(
        graduate_id=row.graduate_id,
        posting_id=row.posting_id,
        group=row.seat_group,
        kind=row.kind,
        wish_place=row.wish_rank,
        fit=row.fit,
    )
