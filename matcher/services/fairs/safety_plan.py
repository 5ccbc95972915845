"""The safety plan of a fair (安全工作方案): nine parts as a checklist, with texts and who answers for each."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.fair_paperwork import PlanPart
from matcher.models.fair_paperwork import FairPlanPart
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.fairs.sessions import sessions_of
from matcher.services.fairs.sight import get_managed, require_live
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, unique_or


@dataclass(frozen=True)
class PartView:
    """A part as the checklist shows it; `row` is None while nothing was written."""

    part: PlanPart
    row: FairPlanPart | None
    suggestion: str
    """What the product knows already, to begin from; empty if nothing."""


def parts_of(session: Session, fair: Fair) -> list[PartView]:
    """Return the nine parts in order; callers have asked who may read the fair."""
    found = sa.select(FairPlanPart).where(FairPlanPart.fair_id == fair.id)
    rows = {row.part: row for row in session.scalars(found.order_by(FairPlanPart.id))}
    known = suggestions(session, fair)
    return [PartView(part, rows.get(part), known.get(part, "")) for part in PlanPart]


def suggestions(session: Session, fair: Fair) -> dict[PlanPart, str]:
    """Return the beginnings of the parts whose facts stand in the fair and its sessions."""
    held = sessions_of(session, fair.id)
    times = "；".join(
        f"{one.held_on.isoformat()} {clock_words(one.begins_minute)}—{clock_words(one.ends_minute)}"
        f"（{one.name}）"
        for one in held
    )
    place = " ".join(one for one in (fair.venue_name, fair.venue_address) if one)
    room = f"场馆可容纳 {fair.venue_capacity} 人" if fair.venue_capacity else ""
    crowd = f"预计每场最多 {fair.expected_people} 人" if fair.expected_people else ""
    numbers = "，".join(one for one in (room, crowd) if one)
    limits = "；".join(
        f"{one.name}核准 {one.approved_number} 人" for one in held if one.approved_number
    )
    return {
        PlanPart.ORGANISATION: f"时间：{times or fair.first_on.isoformat()}。地点：{place or '线上'}。"
        f"内容：{fair.title}，免费入场。",
        PlanPart.CAPACITY: "".join(f"{one}。" for one in (numbers, limits) if one),
        PlanPart.ENTRY: "凭入场码验票，一人一码，到核准人数停止入场，出场登记；没有入场码的现场登记。",
    }


def clock_words(minute: int) -> str:
    """Return minutes since midnight as a time of day: 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def write_part(
    session: Session,
    by: Actor,
    public_id: str,
    part: PlanPart,
    *,
    text: str,
    who: str,
    is_done: bool,
    expected_version: int | None = None,
) -> FairPlanPart:
    """Write a part of the plan.

    Parameters
    ----------
    expected_version : of the row the person saw; None if there was none

    Raises
    ------
    InvalidInputError
        Settled without text or without who answers for it.
    ConflictError
        Somebody else wrote it meanwhile.
    """
    fair = get_managed(session, by, public_id, lock=False)
    require_live(fair)
    text, who = text.strip(), who.strip()
    fields: Mapping[str, str] = {}
    if is_done and not text:
        fields = {"text": "还没有写内容，不能标为落实。"}
    elif is_done and not who:
        fields = {"who": "请写明谁负责，再标为落实。"}
    if fields:
        raise InvalidInputError("fair_plan", "这一项还没有写全。", fields=fields)
    row, is_new = _row(session, fair, part, expected_version)
    row.text, row.who, row.is_done = text or None, who or None, is_done
    row.changed_at, row.changed_by_id = clock.now(), by.account_id
    if is_new:
        taken = RuleBrokenError("plan_part_changed", "这一项刚被别人写过，请刷新后再改。")
        with unique_or(session, taken):
            session.add(row)
    session.flush()
    audit.record(
        session, by, "fair.plan_written", subject=("fair", fair.id), part=part, is_done=is_done
    )
    session.flush()
    return row


def _row(
    session: Session, fair: Fair, part: PlanPart, expected_version: int | None
) -> tuple[FairPlanPart, bool]:
    found = sa.select(FairPlanPart).where(
        FairPlanPart.fair_id == fair.id, FairPlanPart.part == part
    )
    row = session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is None:
        return FairPlanPart(fair_id=fair.id, part=part), True
    expect_version(row, expected_version if expected_version is not None else 0)
    return row, False
