"""The plan of a fair's booths (展位图): the drawing, giving booths by hand, computing and taking a plan, printing."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds.booth_plans import PlanScope
from matcher.models.booth_plans import BoothChange
from matcher.services.booths import placing, planning, progress, views
from matcher.services.booths.office import advice_on, longest_session
from matcher.services.booths.views import BoothCell, ComerRow, FloorSheet, HallSheet, PlanSheet
from matcher.services.fairs.sight import require_not_cancelled
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.paging import page_of, requested_slice
from web.schemas.booths import BoothForm, ComputeForm, MoveForm, PlaceForm
from web.session import reading_aside, request_session
from web.words.booths import short_name
from web.words.fairs import trade as trade_name

bp = Blueprint("fair_plan", __name__, url_prefix="/fairs")

_FEW = 20
"""Employers without a booth on the page of the drawing; the rest is one link away."""

_SHOWN = ("without", "long_wait", "apart")


@bp.get("/<public_id>/plan")
@needs(Permission.MANAGE_FAIRS)
def show(public_id: str) -> ResponseReturnValue:
    """Show the halls with who stands where, and what may be done next."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None) -> ResponseReturnValue:
    with reading_aside() as database:
        actor = current_actor()
        sheet = views.read_plan(database, actor, public_id)
        previews = request.args.get("show") == "proposed" and sheet.proposed is not None
        floor = (
            views.as_planned(sheet, sheet.proposed) if previews and sheet.proposed else sheet.floor
        )
        page = render_template(
            "booth_plan/show.html",
            sheet=sheet,
            floor=floor,
            hall=_chosen_hall(floor.halls),
            previews=previews,
            marked=_moved(sheet, floor),
            job=progress.newest(database, actor, sheet.fair),
            booth=_chosen(sheet),
            employer=_chosen_employer(sheet),
            form=form,
            few=_FEW,
            scopes=[(one.value, label(one)) for one in PlanScope],
            compute=blank_form(ComputeForm, scope=PlanScope.WITHOUT_BOOTH),
            **_drawing(sheet),
            **around(public_id, "fair_plan.show"),
        )
    return page, 422 if form is not None else 200


def _moved(sheet: PlanSheet, floor: FloorSheet) -> set[str]:
    """Return the booths a plan that is looked at would give to others."""
    now = {one.public_id: one.holder for one in sheet.floor.booths}
    return {one.public_id for one in floor.booths if now[one.public_id] != one.holder}


def _drawing(sheet: PlanSheet) -> dict[str, Any]:
    """Return what every drawing needs: names that fit, expected people, numbers of trades."""
    return {
        "short_name": short_name,
        "expected": {row.comer.id: row.comer.n_visitors for row in sheet.comers},
        "trade_number": {one.code: one.number for one in sheet.floor.trades},
    }


def _chosen_hall(halls: tuple[HallSheet, ...]) -> HallSheet | None:
    """Return the hall in the address, the one of the chosen booth, or the first."""
    named, booth = request.args.get("hall", ""), request.args.get("booth", "")
    for hall in halls:
        if hall.public_id == named or any(one.public_id == booth for one in hall.booths):
            return hall
    return halls[0] if halls else None


def _chosen(sheet: PlanSheet) -> BoothCell | None:
    wanted = request.args.get("booth", "")
    return next((one for one in sheet.floor.booths if one.public_id == wanted), None)


def _chosen_employer(sheet: PlanSheet) -> ComerRow | None:
    wanted = request.args.get("employer", "")
    return next((row for row in sheet.comers if row.comer.public_id == wanted), None)


@bp.get("/<public_id>/plan/expected")
@needs(Permission.MANAGE_FAIRS)
def expected(public_id: str) -> ResponseReturnValue:
    """List the employers that come: trade, people expected, longest wait, booths."""
    session = request_session()
    sheet = views.read_plan(session, current_actor(), public_id)
    shown, part = request.args.get("shown", ""), requested_slice()
    trade = request.args.get("trade", "")
    rows = [row for row in sheet.comers if _is_shown(row, shown)]
    if trade:
        rows = [row for row in rows if row.comer.trade == trade]
    return fragment_or_page(
        "booth_plan/_expected.html",
        "booth_plan/expected.html",
        sheet=sheet,
        rows=rows[part.offset : part.offset + part.limit],
        pager=page_of(part, len(rows)),
        shown=shown if shown in _SHOWN else "",
        trade=trade,
        trade_name=trade_name,
        advice=advice_on(clock.today()),
        longest=longest_session(session, sheet.fair),
        **around(public_id, "fair_plan.show"),
    )


def _is_shown(row: ComerRow, shown: str) -> bool:
    if shown == "without":
        return row.n_missing > 0
    if shown == "long_wait":
        return row.comer.hands_wanted > 0
    return row.is_apart if shown == "apart" else True


@bp.get("/<public_id>/plan/print")
@needs(Permission.MANAGE_FAIRS)
def sheets(public_id: str) -> ResponseReturnValue:
    """Show the drawing and the list of booths to print, as they hang at the entrance."""
    sheet = views.read_plan(request_session(), current_actor(), public_id)
    require_not_cancelled(sheet.fair)
    return render_template(
        "booth_plan/print.html",
        sheet=sheet,
        **_drawing(sheet),
        **around(public_id, "fair_plan.show"),
    )


@bp.post("/<public_id>/plan/place")
@needs(Permission.MANAGE_FAIRS)
def place(public_id: str) -> ResponseReturnValue:
    """Give a booth to an employer, or empty it."""
    wish = read_form(PlaceForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    session, actor = request_session(), current_actor()
    if wish.employer is None:
        done = placing.clear(
            session, actor, public_id, booth_public_id=wish.booth, expected_version=wish.version
        )
        return _done(public_id, done, gettext("已移出"), wish.booth)
    done = placing.place(
        session,
        actor,
        public_id,
        booth_public_id=wish.booth,
        employer_public_id=wish.employer,
        expected_version=wish.version,
    )
    return _done(public_id, done, gettext("已安排"), wish.booth)


@bp.post("/<public_id>/plan/move")
@needs(Permission.MANAGE_FAIRS)
def move(public_id: str) -> ResponseReturnValue:
    """Move an employer to another booth, or let two change places."""
    wish = read_form(MoveForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    done = placing.move(
        request_session(),
        current_actor(),
        public_id,
        from_public_id=wish.booth,
        to_public_id=wish.to,
        expected_version=wish.version,
    )
    return _done(public_id, done, gettext("已移动"), wish.to)


def _done(
    public_id: str, done: BoothChange | None, words: str, booth: str = ""
) -> ResponseReturnValue:
    """Go back to the drawing, with the way to take it back."""
    if done is None:
        toast(gettext("没有变动"))
    else:
        undoing = url_for("fair_plan.undo", public_id=public_id, change_public_id=done.public_id)
        toast(words, undoing)
    return see_other(url_for("fair_plan.show", public_id=public_id, booth=booth or None) + "#plan")


@bp.post("/<public_id>/plan/booths/<booth_public_id>")
@needs(Permission.MANAGE_FAIRS)
def change(public_id: str, booth_public_id: str) -> ResponseReturnValue:
    """Fix a booth or let it go, and name it."""
    wish = read_form(BoothForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    placing.fix(
        request_session(),
        current_actor(),
        public_id,
        booth_public_id=booth_public_id,
        is_fixed=wish.is_fixed,
        label=wish.label,
    )
    toast(gettext("已保存"))
    back = url_for("fair_plan.show", public_id=public_id, booth=booth_public_id)
    return see_other(f"{back}#plan")


@bp.post("/<public_id>/plan/changes/<change_public_id>/undo")
@needs(Permission.MANAGE_FAIRS)
def undo(public_id: str, change_public_id: str) -> ResponseReturnValue:
    """Take back what was done to booths."""
    placing.undo(request_session(), current_actor(), public_id, change_public_id)
    toast(gettext("已撤销"))
    return see_other(url_for("fair_plan.show", public_id=public_id) + "#plan")


@bp.post("/<public_id>/plan/compute")
@needs(Permission.MANAGE_FAIRS)
def compute(public_id: str) -> ResponseReturnValue:
    """Have a plan computed in the background."""
    wish = read_form(ComputeForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    planning.ask(request_session(), current_actor(), public_id, wish.scope)
    toast(gettext("正在计算展位方案"))
    return see_other(url_for("fair_plan.show", public_id=public_id))


@bp.post("/<public_id>/plan/proposals/<plan_public_id>/accept")
@needs(Permission.MANAGE_FAIRS)
def accept(public_id: str, plan_public_id: str) -> ResponseReturnValue:
    """Take a computed plan."""
    done = planning.accept(request_session(), current_actor(), public_id, plan_public_id)
    return _done(public_id, done, gettext("已采用方案"))


@bp.post("/<public_id>/plan/proposals/<plan_public_id>/drop")
@needs(Permission.MANAGE_FAIRS)
def drop(public_id: str, plan_public_id: str) -> ResponseReturnValue:
    """Leave a computed plan."""
    planning.drop(request_session(), current_actor(), public_id, plan_public_id)
    toast(gettext("已放弃方案，展位没有变"))
    return see_other(url_for("fair_plan.show", public_id=public_id))
