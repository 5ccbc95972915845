"""One need or one measure of a case: passing on, the reply, what came of it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.casework import MeasureState
from matcher.services.casework import cases, needs, plans
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs as needs_permission
from web.schemas.cases import MeasureResult, PassOn, Reply
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("case_parts", __name__, url_prefix="/cases")


@bp.get("/<public_id>/needs/<int:need_id>")
@needs_permission(Permission.EDIT_CASES)
def need(public_id: str, need_id: int) -> ResponseReturnValue:
    """Show one need with what may be done about it."""
    return _need(public_id, need_id)


def _need(
    public_id: str,
    need_id: int,
    *,
    passing: FormState | None = None,
    reply: FormState | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        case = cases.find_case(database, actor, public_id)
        rows = needs.list_needs(database, actor, case.id)
        found = next((row for row in rows if row[0].id == need_id), None)
        if found is None:
            raise not_found()
        page = render_template(
            "cases/need.html",
            case=case,
            need=found[0],
            words=found[1],
            answer=found[2],
            passing=passing or blank_form(PassOn),
            reply=reply or blank_form(Reply),
        )
    return page, 422 if passing or reply else 200


def _back(public_id: str, anchor: str, words: str) -> ResponseReturnValue:
    toast(words)
    return see_other(url_for("cases.show", public_id=public_id, _anchor=anchor))


@bp.post("/<public_id>/needs/<int:need_id>/pass-on")
@needs_permission(Permission.EDIT_CASES)
def pass_on(public_id: str, need_id: int) -> ResponseReturnValue:
    """Pass a need on to the body that can meet it."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    wish = read_form(PassOn)
    if isinstance(wish, FormErrors):
        return _need(public_id, need_id, passing=wish)
    try:
        needs.pass_on(session, actor, case.id, need_id, **wish.model_dump())
    except InvalidInputError as error:
        undo_request()
        return _need(public_id, need_id, passing=refused_form(PassOn, error))
    return _back(public_id, "needs", gettext("已转出，等对方回复"))


@bp.post("/<public_id>/needs/<int:need_id>/reply")
@needs_permission(Permission.EDIT_CASES)
def reply(public_id: str, need_id: int) -> ResponseReturnValue:
    """Record the other body's reply."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    wish = read_form(Reply)
    if isinstance(wish, FormErrors):
        return _need(public_id, need_id, reply=wish)
    try:
        needs.record_reply(session, actor, case.id, need_id, **wish.model_dump())
    except InvalidInputError as error:
        undo_request()
        return _need(public_id, need_id, reply=refused_form(Reply, error))
    return _back(public_id, "needs", gettext("回复已记下"))


@bp.post("/<public_id>/needs/<int:need_id>/met")
@needs_permission(Permission.EDIT_CASES)
def met(public_id: str, need_id: int) -> ResponseReturnValue:
    """Say that a need is met."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    needs.mark_met(session, actor, case.id, need_id)
    return _back(public_id, "needs", gettext("需求已满足"))


@bp.post("/<public_id>/obstacles/<int:obstacle_id>/remove")
@needs_permission(Permission.EDIT_CASES)
def remove_obstacle(public_id: str, obstacle_id: int) -> ResponseReturnValue:
    """Say that an obstacle is out of the way."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    needs.remove_obstacle(session, actor, case.id, obstacle_id)
    return _back(public_id, "needs", gettext("难处已解决"))


@bp.get("/<public_id>/measures/<int:measure_id>")
@needs_permission(Permission.EDIT_CASES)
def measure(public_id: str, measure_id: int) -> ResponseReturnValue:
    """Show one measure with the form of its result."""
    return _measure(public_id, measure_id, blank_form(MeasureResult, state=MeasureState.DONE))


def _measure(
    public_id: str, measure_id: int, form: FormState, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        case = cases.find_case(database, actor, public_id)
        rows = plans.list_measures(database, actor, case.id)
        found = next((row for row in rows if row[0].id == measure_id), None)
        if found is None:
            raise not_found()
        states = (MeasureState.DONE, MeasureState.DROPPED)
        page = render_template(
            "cases/measure.html",
            case=case,
            measure=found[0],
            owner=found[1],
            form=form,
            states=[(one.value, label(one)) for one in states],
        )
    return page, status


@bp.post("/<public_id>/measures/<int:measure_id>")
@needs_permission(Permission.EDIT_CASES)
def settle(public_id: str, measure_id: int) -> ResponseReturnValue:
    """Record what came of a measure."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    wish = read_form(MeasureResult)
    if isinstance(wish, FormErrors):
        return _measure(public_id, measure_id, wish, 422)
    if wish.state is MeasureState.PLANNED:
        why = {"state": gettext("请选完成或者不再需要。")}
        refused = FormErrors(MeasureResult, request.form, why)
        return _measure(public_id, measure_id, refused, 422)
    try:
        plans.settle_measure(session, actor, case.id, measure_id, wish.state, result=wish.result)
    except InvalidInputError as error:
        undo_request()
        return _measure(public_id, measure_id, refused_form(MeasureResult, error), 422)
    return _back(public_id, "plan", gettext("结果已登记"))
