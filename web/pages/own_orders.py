"""An employer's orders (订单班): the courses it promised posts to, in numbers; nobody is named here."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.services.permissions import Permission
from matcher.services.training import lists, orders
from web.auth import current_actor
from web.i18n import msg
from web.marks import needs
from web.navigation import NavItem
from web.session import request_session

bp = Blueprint("own_orders", __name__, url_prefix="/orders")

MENU = (
    NavItem(
        "own_orders.index",
        msg("订单班"),
        Permission.EDIT_OWN_POSTINGS,
        "own",
        hint=msg("本单位承诺岗位的培训班，各有多少人"),
        icon="list",
    ),
)

_MOST = 50


@bp.get("")
@needs(Permission.EDIT_OWN_POSTINGS)
def index() -> ResponseReturnValue:
    """List the courses of the own orders with counts of people by state."""
    session, actor = request_session(), current_actor()
    rows = lists.list_courses(session, actor, limit=_MOST).rows
    return render_template(
        "training/orders.html", rows=rows, orders=orders.view_orders(session, actor)
    )
