"""One service for many people (批量登记): choose, say what it was, read a result a row."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.services.casework import batch_acts
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.i18n import label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.day import BatchActs
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("batch_acts", __name__, url_prefix="/batch-acts")

MENU = (
    NavItem(
        "batch_acts.form",
        msg("批量登记服务"),
        Permission.EDIT_CASES,
        "today",
        hint=msg("一场宣讲会，一次登记二十个人"),
    ),
)

_OUTCOMES = (ActOutcome.DONE, ActOutcome.REACHED, ActOutcome.DECLINED)


@bp.get("")
@needs(Permission.EDIT_CASES)
def form() -> ResponseReturnValue:
    """Show the own open cases, or those chosen on another page, and ask what was done for them."""
    return _page(blank_form(BatchActs, happened_on=clock.today(), outcome=ActOutcome.DONE.value))


def _page(shown: FormState, status: int = 200) -> ResponseReturnValue:
    named = request.values.getlist("case")
    asked = named if request.method == "GET" else []
    with reading_aside() as database:
        rows = batch_acts.choosable_cases(database, current_actor(), chosen=asked)
    page = render_template(
        "batch_acts/form.html",
        form=shown,
        rows=rows,
        chosen=set(named),
        kinds=[(one.value, label(one)) for one in ServiceKind],
        outcomes=[(one.value, label(one)) for one in _OUTCOMES],
    )
    return page, status


@bp.post("")
@needs(Permission.EDIT_CASES)
def record() -> ResponseReturnValue:
    """Record the service for each person chosen and show what became of each."""
    wish = read_form(BatchActs)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    try:
        rows = batch_acts.record_for_many(
            request_session(),
            current_actor(),
            wish.case,
            kind=wish.kind,
            happened_on=wish.happened_on,
            outcome=wish.outcome,
            note=wish.note,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(refused_form(BatchActs, error), 422)
    done = sum(row.refusal is None for row in rows)
    return render_template(
        "batch_acts/result.html",
        rows=rows,
        done=done,
        kind=label(wish.kind),
        happened_on=wish.happened_on,
    )
