"""The supervisor's view (负荷与风险): who carries what, where something is about to go wrong."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.services.casework import loads
from matcher.services.casework.loads import Load
from matcher.services.casework.today import When
from matcher.services.permissions import Permission
from web.addresses import address_of
from web.auth import current_actor
from web.i18n import msg
from web.marks import needs
from web.navigation import NavItem
from web.session import request_session
from web.words.day import today_address

bp = Blueprint("loads", __name__, url_prefix="/loads")

MENU = (
    NavItem(
        "loads.index",
        msg("负荷与风险"),
        Permission.SUPERVISE_CASES,
        "today",
        hint=msg("每个人负责多少、超期多少"),
        icon="board",
    ),
)


@bp.get("")
@needs(Permission.SUPERVISE_CASES)
def index() -> ResponseReturnValue:
    """Show what each caseworker carries, worst first; every figure opens its list."""
    session, actor = request_session(), current_actor()
    found = loads.list_loads(session, actor)
    return render_template(
        "loads/list.html",
        rows=[(one, _addresses(one)) for one in found],
        most=max((one.n_households + one.n_cases for one in found), default=0),
        unowned=loads.count_unowned(session, actor),
        files_unowned=address_of("files.index", owner="none"),
        tasks_unowned=today_address(When.UNCLAIMED),
        cases_unowned=address_of("cases.index", owner="none"),
    )


def _addresses(load: Load) -> dict[str, str]:
    return {
        "tasks": today_address(When.ALL, load.public_id),
        "overdue": today_address(When.OVERDUE, load.public_id),
        "files": address_of("files.index", owner=load.account_id),
        "cases": address_of("cases.index", owner=load.account_id),
        "uncleared": address_of("files.index", owner=load.account_id, home="yes"),
        "hand_over": url_for("hand_overs.new", owner=load.public_id),
    }
