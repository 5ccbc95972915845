"""Seat by seat (逐人席位): who sits where in a plan and why, and who has no seat."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher.errors import NotFoundError, SnapshotError
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.models.drives import Drive
from matcher.models.plans import PlanRun
from matcher.services.permissions import Permission
from matcher.services.plans import runs, seat_lists
from matcher.services.plans.explanations import full_reasons, parameters_of
from matcher.services.plans.pin_lines import is_unseated_by_pins
from matcher.services.plans.seat_lists import SeatFilter
from web.asked import asked_member, asked_tick, asked_words
from web.auth import current_actor
from web.fragments import fragment_or_page
from web.i18n import gettext, label, translated
from web.marks import needs
from web.paging import page_of, requested_slice, with_query
from web.session import request_session
from web.words import plan_reasons
from web.words import plans as words
from web.words.quality import rank_name
from web.words.seat_reasons import row_words

bp = Blueprint("plan_seats", __name__, url_prefix="/plans/<public_id>")


def _plan(public_id: str) -> PlanRun:
    plan = runs.managed_plan(request_session(), current_actor(), public_id, lock=False)
    runs.check_usable(plan)
    return plan


def _rule(plan: PlanRun) -> PlanRule:
    return asked_member("rule", PlanRule) or plan.chosen_rule or PlanRule.FAIR


def _filter() -> SeatFilter:
    return SeatFilter(
        words=asked_words("q"),
        kind=words.KIND_LETTERS.get(request.args.get("kind", "")),
        moved=asked_tick("moved"),
        pinned=asked_tick("pinned"),
    )


def _applied(wanted: SeatFilter) -> list[tuple[str, str]]:
    tags = [
        (gettext("含有：%(words)s", words=wanted.words), "q", wanted.words),
        (label(wanted.kind) if wanted.kind else "", "kind", wanted.kind),
        (gettext("让过席位的人"), "moved", wanted.moved),
        (gettext("人工固定的"), "pinned", wanted.pinned),
    ]
    return [(text, name) for text, name, is_on in tags if is_on]


def _tabs(plan: PlanRun, rule: PlanRule, current: str) -> list[dict[str, Any]]:
    """Return tabs for people with a seat and without one."""
    total = plan.figures[rule.value]["total"]
    counts = {"a": total["seated"], "b": total["people"] - total["seated"]}
    names = {"a": gettext("有席位的人"), "b": gettext("没有席位的人")}
    cleared = {"page": None, "kind": None, "moved": None, "pinned": None, "q": None}
    return [
        {
            "label": names[key],
            "address": with_query(**{**cleared, "list": key}),
            "count": counts[key],
            "current": key == current,
        }
        for key in names
    ]


@bp.get("/seats")
@needs(Permission.MANAGE_DRIVE)
def index(public_id: str) -> ResponseReturnValue:
    """List who sits where by one rule, or who has no seat."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    plan = _plan(public_id)
    rule, wanted = _rule(plan), _filter()
    is_without = request.args.get("list") == "b"
    found: Any
    if is_without:
        found = seat_lists.list_unseated(
            session,
            actor,
            plan,
            rule,
            limit=part.limit,
            offset=part.offset,
            moved=wanted.moved,
        )
    else:
        found = seat_lists.list_seats(
            session, actor, plan, rule, wanted, limit=part.limit, offset=part.offset
        )
    return fragment_or_page(
        "plans/_unseated.html" if is_without else "plans/_seats.html",
        "plans/seats.html",
        plan=plan,
        drive=session.get_one(Drive, plan.drive_id),
        rule=rule,
        found=found,
        is_without=is_without,
        wanted=wanted,
        applied=_applied(wanted),
        kinds=[(letter, label(kind)) for letter, kind in words.KIND_LETTERS.items()],
        letter=request.args.get("kind", ""),
        rules=[(one.value, label(one)) for one in PlanRule],
        tabs=_tabs(plan, rule, "b" if is_without else "a"),
        pager=page_of(part, found.total),
        rank_name=rank_name,
        why=row_words,
        parameters=parameters_of(session, plan),
        fallback=SeatedAs.FALLBACK,
    )


@bp.get("/seats/<person_id>")
@needs(Permission.MANAGE_DRIVE)
def show(public_id: str, person_id: str) -> ResponseReturnValue:
    """Show why somebody has a seat by one rule, or none."""
    session, actor = request_session(), current_actor()
    plan = _plan(public_id)
    rule = _rule(plan)
    person, line = seat_lists.person_seat(session, actor, plan, rule, person_id)
    return render_template(
        "plans/seat.html",
        plan=plan,
        drive=session.get_one(Drive, plan.drive_id),
        rule=rule,
        rules=list(PlanRule),
        person=person,
        line=line,
        **_why(plan, rule, person.id),
    )


def _why(plan: PlanRun, rule: PlanRule, graduate_id: int) -> dict[str, Any]:
    """Return sentences of why: of the seat, of better-liked postings; or why they cannot be told."""
    session = request_session()
    by_pins = []
    if is_unseated_by_pins(session, plan, rule, graduate_id):
        by_pins = [gettext("属于应保证的人，只因固定与禁止而没有席位；没有这些指定就能安置。")]
    nothing = {"why": by_pins, "better": [], "gave_way": None, "is_proved": False}
    try:
        told = full_reasons(session, current_actor(), plan.public_id, rule, graduate_id)
    except SnapshotError as error:
        return nothing | {"gone": translated(error.message)}
    except NotFoundError:
        return nothing | {"gone": gettext("这个人没有参加这次方案。")}
    return {
        "why": plan_reasons.seat_sentences(told) + by_pins,
        "better": plan_reasons.better_sentences(told),
        "gave_way": plan_reasons.gave_way(told),
        "is_proved": told.proof is not None,
        "gone": "",
    }
