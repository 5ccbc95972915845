"""The seats of a posting (席位): each with its state, who has it until when, and who had it before."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds import SeatState
from matcher.services.permissions import Permission
from matcher.services.referrals.seat_board import SeatBoard, seat_board
from web.auth import current_actor
from web.i18n import gettext
from web.marks import needs
from web.session import request_session

bp = Blueprint("seat_board", __name__, url_prefix="/postings")


@bp.get("/<public_id>/seats")
@needs(Permission.REFER)
def show(public_id: str) -> ResponseReturnValue:
    """Show the seats of a posting one by one."""
    board = seat_board(request_session(), current_actor(), public_id)
    return render_template(
        "seat_board/show.html",
        board=board,
        posting=board.row.posting,
        employer=board.row.employer,
        figures=_figures(board),
    )


def _figures(board: SeatBoard) -> list[dict[str, Any]]:
    """Return the seats in figures; published = free + held + offered + filled."""
    told = [
        (gettext("发布"), board.published),
        (gettext("空缺"), board.count(SeatState.OPEN)),
        (gettext("保留中"), board.count(SeatState.HELD)),
        (gettext("已发录用"), board.count(SeatState.OFFERED)),
        (gettext("已定"), board.count(SeatState.FILLED)),
    ]
    if board.promised is not None:
        told.insert(0, (gettext("单位承诺"), board.promised))
    address = url_for("referrals.index", posting=board.row.posting.public_id)
    return [
        {"label": words, "value": value, "address": address, "note": "", "current": False}
        for words, value in told
    ]
