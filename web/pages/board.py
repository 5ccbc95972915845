"""The board (看板): every household that counts as a card with its next act, by district; printed by number only."""

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds.clocks import ClockState
from matcher.kinds.zero_employment import ClaimState
from matcher.services.permissions import Permission
from matcher.services.zero_employment.board import Board, BoardFilter, Card, read_board
from web.asked import asked_member, asked_tick
from web.auth import current_actor
from web.filters import deadline, per_cent
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import PageOfRows
from web.session import request_session
from web.words.families import next_act, rule_words

bp = Blueprint("board", __name__, url_prefix="/board")

MENU = (
    NavItem(
        "board.index",
        msg("家庭看板"),
        Permission.VIEW_FILES,
        "care",
        hint=msg("每户现在到哪一步、还有几天、谁负责"),
        icon="list",
    ),
)

_CLOCKS = {ClockState.ON_TIME: "ontime", ClockState.AMBER: "near", ClockState.OVERDUE: "over"}
_PAGE = 200
"""Cards on one page; only a printed board has more."""
_MOST = 20000


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """Show the cards in sight, narrowed as the query asks; the figures stay those of the district."""
    wanted = _wanted()
    whole = asked_tick("all")
    page = 1 if whole else max(request.args.get("page", 1, type=int), 1)
    board = read_board(
        request_session(),
        current_actor(),
        wanted,
        limit=_MOST if whole else _PAGE,
        offset=(page - 1) * _PAGE,
    )
    groups = groupby(board.cards, key=lambda card: card.district_id)
    return render_template(
        "board/index.html",
        board=board,
        figures=_figures(board, wanted),
        groups=[
            (board.names[one], one, [(card, _dressed(card, board.quiet_days)) for card in cards])
            for one, cards in groups
        ],
        pager=PageOfRows(page, _MOST if whole else _PAGE, board.n_shown),
        choices=_choices(board),
        wanted=wanted,
        now=clock.now(),
    )


def _wanted() -> BoardFilter:
    """Return what the query asks for; nonsense narrows nothing."""
    return BoardFilter(
        show=request.args.get("show", ""),
        district_id=request.args.get("district", type=int),
        state=asked_member("state", ClaimState),
        clock=asked_member("clock", ClockState),
        owner_id=request.args.get("owner", type=int),
    )


def _figures(board: Board, wanted: BoardFilter) -> list[dict[str, Any]]:
    """Return the counts, each with the list it opens."""
    names = {
        "recognised": gettext("认定"),
        "cleared": gettext("已清零"),
        "uncleared": gettext("未清"),
        "overdue": gettext("其中超期"),
        "quiet": gettext("%(n)d 天无动作", n=board.quiet_days),
        "apart": gettext("另列退出，仍计入"),
        "before": gettext("认定前"),
    }
    told = board.figures
    kept: dict[str, Any] = {}
    if wanted.district_id is not None:
        kept["district"] = wanted.district_id
    share = per_cent(told.cleared, told.recognised) if told.recognised else gettext("户")
    return [
        {
            "label": words,
            "value": getattr(told, name),
            "address": url_for("board.index", show=name, **kept),
            "current": name == wanted.show,
            "note": share if name == "cleared" else gettext("户"),
        }
        for name, words in names.items()
    ]


def _dressed(card: Card, quiet_days: int) -> dict[str, Any]:
    """Return the words of a card."""
    act, running = next_act(card), card.nearest
    return {
        "class": _CLOCKS[card.clock] if card.clock else "",
        "clock": deadline(card.due_on) if card.due_on else "",
        "rule": rule_words(running.rule) if running else "",
        "is_moved": running.level if running else 0,
        "is_sure": running is None or running.due_is_known,
        "state": label(card.state),
        "why": gettext("%(n)d 天没有动作", n=quiet_days) if card.is_quiet else act.why,
        "act": act,
        "address": url_for("families.show", public_id=card.household, _anchor=act.anchor),
    }


def _choices(board: Board) -> dict[str, list[tuple[Any, str]]]:
    return {
        "districts": [(one, board.names[one]) for one in board.districts],
        "states": [
            (one.value, label(one)) for one in ClaimState if one is not ClaimState.NOT_FOUND
        ],
        "clocks": [(one.value, label(one)) for one in _CLOCKS],
        "owners": list(board.owners),
    }
