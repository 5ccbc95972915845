"""Service acts of a case: recording one, correcting one, taking a mistaken one back."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.services.casework import cases, service_acts
from matcher.services.casework.service_acts import ActLine
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.pages.cases import case_page
from web.schemas.cases import ActForm, Correction, Voiding
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("case_acts", __name__, url_prefix="/cases")


@bp.post("/<public_id>/acts")
@needs(Permission.EDIT_CASES)
def record(public_id: str) -> ResponseReturnValue:
    """Record one service; the case's next date and last contact follow."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    wish = read_form(ActForm)
    if isinstance(wish, FormErrors):
        return case_page(public_id, act=wish, status=422)
    try:
        service_acts.record_act(session, actor, case.id, **wish.model_dump())
    except InvalidInputError as error:
        undo_request()
        return case_page(public_id, act=refused_form(ActForm, error), status=422)
    toast(gettext("服务已登记"))
    return see_other(url_for("cases.show", public_id=public_id, _anchor="acts"))


@bp.get("/<public_id>/acts/<act_id>")
@needs(Permission.EDIT_CASES)
def edit(public_id: str, act_id: str) -> ResponseReturnValue:
    """Show an act with the form that corrects it and the one that takes it back."""
    line = _line(public_id, act_id)
    act = line.act
    stands = blank_form(
        Correction,
        kind=act.kind,
        happened_on=act.happened_on,
        outcome=act.outcome,
        channel=act.channel,
        note=line.note,
    )
    return _form(public_id, line, stands, blank_form(Voiding))


def _line(public_id: str, act_id: str) -> ActLine:
    actor = current_actor()
    with reading_aside() as database:
        case = cases.find_case(database, actor, public_id)
        for line in service_acts.list_acts(database, actor, case.id):
            if line.act.public_id == act_id:
                return line
    raise not_found()


def _form(
    public_id: str, line: ActLine, form: FormState, voiding: FormState, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "cases/act.html",
        public_id=public_id,
        line=line,
        form=form,
        voiding=voiding,
        kinds=[(one.value, label(one)) for one in ServiceKind],
        outcomes=[(one.value, label(one)) for one in ActOutcome if one is not ActOutcome.VOID],
        channels=[(one.value, label(one)) for one in ContactChannel],
    )
    return page, status


@bp.post("/<public_id>/acts/<act_id>")
@needs(Permission.EDIT_CASES)
def correct(public_id: str, act_id: str) -> ResponseReturnValue:
    """Replace an act by a corrected one."""
    line = _line(public_id, act_id)
    wish = read_form(Correction)
    if isinstance(wish, FormErrors):
        return _form(public_id, line, wish, blank_form(Voiding), 422)
    try:
        service_acts.correct_act(
            request_session(), current_actor(), line.act.id, **wish.model_dump()
        )
    except InvalidInputError as error:
        undo_request()
        return _form(public_id, line, refused_form(Correction, error), blank_form(Voiding), 422)
    toast(gettext("已更正，原来的记录留存"))
    return see_other(url_for("cases.show", public_id=public_id, _anchor="acts"))


@bp.post("/<public_id>/acts/<act_id>/void")
@needs(Permission.EDIT_CASES)
def void(public_id: str, act_id: str) -> ResponseReturnValue:
    """Take an act back that was entered by mistake."""
    line = _line(public_id, act_id)
    wish = read_form(Voiding)
    if isinstance(wish, FormErrors):
        return _form(public_id, line, blank_form(Correction), wish, 422)
    service_acts.void_act(request_session(), current_actor(), line.act.id, wish.void_reason)
    toast(gettext("已作废，原来的记录留存"))
    return see_other(url_for("cases.show", public_id=public_id, _anchor="acts"))
