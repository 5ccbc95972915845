"""The seats of a posting (席位): each with its state, who has it until when, and who had it before."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds import SeatState
from matcher.services.permissions import Permission
from matcher.services.referrals.seat_board import SeatBoard, seat_board
from web.asked import asked_member
from web.auth import current_actor
from web.i18n import gettext, label
from web.marks import needs
from web.session import request_session

bp = Blueprint("seat_board", __name__, url_prefix="/postings")


@bp.get("/<public_id>/seats")
@needs(Permission.REFER)
def show(public_id: str) -> ResponseReturnValue:
    """Show the seats of a posting one by one."""
    shown = asked_member("state", SeatState)
    board = seat_board(request_session(), current_actor(), public_id)
    return render_template(
        "seat_board/show.html",
        board=board,
        posting=board.row.posting,
        employer=board.row.employer,
        tiles=[
            tile
            for tile in board.tiles
            if tile.state is (shown or tile.state)
            and (shown is not None or tile.state is not SeatState.CLOSED)
        ],
        n_closed=board.count(SeatState.CLOSED),
        figures=_figures(board, shown),
    )


def _figures(board: SeatBoard, shown: SeatState | None) -> list[dict[str, Any]]:
    """Return the seats in figures, each opening its seats; published = free + held + offered + filled."""
    public_id = board.row.posting.public_id

    def item(words: str, value: int, state: SeatState | None) -> dict[str, Any]:
        address = url_for("seat_board.show", public_id=public_id, state=state)
        return {
            "label": words,
            "value": value,
            "address": address,
            "note": "",
            "current": state is shown,
        }

    told = [item(gettext("发布"), board.published, None)]
    told += [
        item(label(state), board.count(state), state)
        for state in (SeatState.OPEN, SeatState.HELD, SeatState.OFFERED, SeatState.FILLED)
    ]
    if board.promised is not None:
        promised = {"label": gettext("单位承诺"), "value": board.promised, "address": ""}
        told.insert(0, promised | {"note": "", "current": False})
    return told
