"""From one plan to the next (和上次比较): who sits elsewhere, why, and who sits there instead."""

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.allocation.plan_changes import Change
from matcher.errors import NotFoundError, SnapshotError
from matcher.kinds.plans import PlanRule, SeatChange
from matcher.models.drives import Drive
from matcher.models.plans import PlanRun
from matcher.services.permissions import Permission
from matcher.services.plans import runs, shifts
from matcher.services.plans.plan_pages import earlier_plans
from matcher.services.plans.posting_names import places
from matcher.services.quality.people import persons
from web.asked import asked_member
from web.auth import current_actor
from web.i18n import gettext, label, translated
from web.marks import needs
from web.paging import page_of, requested_slice, with_query
from web.session import request_session

bp = Blueprint("plan_changes", __name__, url_prefix="/plans/<public_id>")


@bp.get("/changes")
@needs(Permission.MANAGE_DRIVE)
def index(public_id: str) -> ResponseReturnValue:
    """Show who moves against an earlier plan: what was published last, unless the address names another."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    plan = runs.managed_plan(session, actor, public_id, lock=False)
    runs.check_usable(plan)
    rule = asked_member("rule", PlanRule) or plan.chosen_rule or PlanRule.FAIR
    earlier = earlier_plans(session, actor, plan)
    other = _other(plan, earlier)
    changes, gone = _changes(session, plan, rule, other)
    kind = asked_member("kind", SeatChange)
    shown = [one for one in changes if kind is None or one.kind is kind]
    some = shown[part.offset : part.offset + part.limit]
    ids = {one.graduate for one in some} | {who for one in some for who in one.instead[:3]}
    return render_template(
        "plans/changes.html",
        plan=plan,
        drive=session.get_one(Drive, plan.drive_id),
        rule=rule,
        rules=[(one.value, label(one)) for one in PlanRule],
        earlier=[
            (one.public_id, gettext("第 %(number)s 次方案", number=one.number)) for one in earlier
        ],
        other=other,
        other_rule=other and (other.chosen_rule or rule),
        gone=gone,
        kind=kind,
        tabs=_tabs(changes, kind),
        rows=some,
        people=persons(session, actor, sorted(ids)),
        places=places(session, {spot for one in some for spot in (one.before, one.now) if spot}),
        pager=page_of(part, len(shown)),
    )


def _other(plan: PlanRun, earlier: Sequence[PlanRun]) -> PlanRun | None:
    """Return the plan to compare with."""
    wanted = request.args.get("with", "")
    if wanted:
        found = next((one for one in earlier if one.public_id == wanted), None)
        if found is None:
            raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
        return found
    return _stood_before(plan, earlier) or next(iter(earlier), None)


def _stood_before(plan: PlanRun, earlier: Sequence[PlanRun]) -> PlanRun | None:
    """Return what was published when a plan was; for one that is not, what stands now."""
    before = [
        (one.published_at, one)
        for one in earlier
        if one.published_at and (plan.published_at is None or one.published_at < plan.published_at)
    ]
    newest = max(before, key=lambda pair: pair[0], default=(None, None))[1]
    return newest if newest is None or newest.withdrawn_at is None else None


def _changes(
    session: Session, plan: PlanRun, rule: PlanRule, other: PlanRun | None
) -> tuple[list[Change], str]:
    """Return the changes, or in words why they cannot be told any more."""
    if other is None:
        return [], ""
    try:
        found = shifts.compare_plans(
            session, current_actor(), plan.public_id, rule, other.public_id
        )
    except SnapshotError as error:
        return [], translated(error.message)
    return found, ""


def _tabs(changes: Sequence[Change], kind: SeatChange | None) -> list[dict[str, object]]:
    counts = Counter(one.kind for one in changes)
    tabs: list[dict[str, object]] = [
        {
            "label": gettext("全部"),
            "address": with_query(kind=None, page=None),
            "count": len(changes),
            "current": kind is None,
        }
    ]
    return tabs + [
        {
            "label": label(one),
            "address": with_query(kind=one.value, page=None),
            "count": counts[one],
            "current": kind is one,
        }
        for one in SeatChange
    ]
