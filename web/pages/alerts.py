"""Anomalies (异常线索): a list for supervisors, each opening its rows, settled with a note; none blames by itself."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import AlertFinding, AlertKind, AlertState
from matcher.services.permissions import Permission
from matcher.services.placements import alerts, lists
from matcher.services.placements.lists import PlacementFilter
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg, translated
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.placements import SettleForm
from web.session import reading_aside, request_session, undo_request
from web.words import placements as words

bp = Blueprint("alerts", __name__, url_prefix="/alerts")

MENU = (
    NavItem(
        "alerts.index",
        msg("异常线索"),
        Permission.VIEW_ALERTS,
        "report",
        hint=msg("登记里不寻常的地方，看过以后写结论"),
    ),
)

_SHOWN_ROWS = 20


@bp.get("")
@needs(Permission.VIEW_ALERTS)
def index() -> ResponseReturnValue:
    """List the anomalies of the district, those nobody looked at first."""
    rows_wanted, args = requested_slice(), request.args
    state, kind = args.get("state", ""), args.get("kind", "")
    rows, total = alerts.list_alerts(
        request_session(),
        current_actor(),
        state=AlertState(state) if state in set(AlertState) else None,
        kind=AlertKind(kind) if kind in set(AlertKind) else None,
        limit=rows_wanted.limit,
        offset=rows_wanted.offset,
    )
    return fragment_or_page(
        "alerts/_rows.html",
        "alerts/list.html",
        rows=rows,
        pager=page_of(rows_wanted, total),
        states=[(one.value, label(one)) for one in AlertState],
        kinds=[(one.value, label(one)) for one in AlertKind],
        state_chosen=state,
        kind_chosen=kind,
        words=words,
    )


@bp.get("/<public_id>")
@needs(Permission.VIEW_ALERTS)
def show(public_id: str) -> ResponseReturnValue:
    """Show one anomaly with the rows it was computed from."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        line, note = alerts.read_alert(database, actor, public_id)
        ids = tuple(int(one) for one in line.alert.facts.get("placements", []))
        found = lists.list_placements(database, actor, PlacementFilter(ids=ids), limit=_SHOWN_ROWS)
        page = render_template(
            "alerts/show.html",
            line=line,
            alert=line.alert,
            note=note,
            rows=found.rows,
            total=found.total,
            form=form or blank_form(SettleForm),
            findings=[(one.value, label(one)) for one in AlertFinding],
            words=words,
        )
    return page, status


@bp.post("/<public_id>/settle")
@needs(Permission.VIEW_ALERTS)
def settle(public_id: str) -> ResponseReturnValue:
    """Say what looking at the rows showed."""
    session, actor = request_session(), current_actor()
    alerts.get_alert(session, actor, public_id)
    wish = read_form(SettleForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    version = request.form.get("version", type=int)
    try:
        alerts.settle(session, actor, public_id, wish.finding, wish.note, expected_version=version)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(SettleForm, error), 422)
    except RuleBrokenError as error:
        undo_request()
        refused = FormErrors(SettleForm, request.form, {"": translated(error.message)})
        return _page(public_id, refused, 409)
    toast(gettext("结论已记下"))
    return see_other(url_for("alerts.show", public_id=public_id))
