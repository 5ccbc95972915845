"""The board (看板): every household that counts as a card with its next act, by district; printed by number only."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds.clocks import ClockState
from matcher.kinds.zero_employment import ClaimState
from matcher.services.permissions import Permission
from matcher.services.zero_employment.board import (
    Board,
    Card,
    Figures,
    by_district,
    figures_of,
    read_board,
)
from matcher.services.zero_employment.steps import APART, BEFORE_RECOGNITION, CLEARED
from web.auth import current_actor
from web.filters import deadline
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.session import request_session
from web.words.families import next_act, rule_words

bp = Blueprint("board", __name__, url_prefix="/board")

MENU = (
    NavItem(
        "board.index",
        msg("家庭看板"),
        Permission.VIEW_FILES,
        "people",
        hint=msg("每户现在到哪一步、还有几天、谁负责"),
        icon="list",
    ),
)

_CLOCKS = {ClockState.ON_TIME: "ontime", ClockState.AMBER: "near", ClockState.OVERDUE: "over"}
_SHOWN = ("recognised", "cleared", "uncleared", "overdue", "quiet", "apart", "before")


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """Show the cards in sight, narrowed as the query asks; the figures stay those of the district."""
    board = read_board(request_session(), current_actor())
    district = request.args.get("district", type=int)
    inside = [one for one in board.cards if district is None or one.district_id == district]
    shown = [one for one in inside if _is_wanted(one)]
    return render_template(
        "board/index.html",
        board=board,
        total=len(inside),
        figures=_figures(figures_of(inside), board),
        counts=figures_of(inside),
        groups=[_group(*one) for one in by_district(shown)],
        n_shown=len(shown),
        rows=[_row(*one) for one in by_district(inside)],
        choices=_choices(board, district),
        district=district,
        now=clock.now(),
    )


def _is_wanted(card: Card) -> bool:
    wanted = request.args
    show = wanted.get("show", "")
    return (
        (show not in _SHOWN or _TESTS[show](card))
        and wanted.get("state", card.state.value) in ("", card.state.value)
        and wanted.get("clock", "") in ("", card.clock.value if card.clock else "")
        and wanted.get("owner", "") in ("", str(card.owner_id))
    )


_TESTS = {
    "recognised": lambda card: card.is_counted,
    "cleared": lambda card: card.state in CLEARED,
    "uncleared": lambda card: card.is_uncleared,
    "overdue": lambda card: card.is_uncleared and card.clock is ClockState.OVERDUE,
    "quiet": lambda card: card.is_uncleared and card.quiet_days is not None,
    "apart": lambda card: card.state in APART,
    "before": lambda card: card.state in BEFORE_RECOGNITION,
}
"""Which cards stand behind each figure; a test holds the count to the list."""


def _figures(counts: Figures, board: Board) -> list[dict[str, Any]]:
    """Return the counts, each with the list it opens."""
    told = asdict(counts)
    names = {
        "recognised": gettext("认定"),
        "cleared": gettext("已清零"),
        "uncleared": gettext("未清"),
        "overdue": gettext("其中超期"),
        "quiet": gettext("%(n)d 天无动作", n=board.quiet_days),
        "apart": gettext("另列退出，仍计入"),
        "before": gettext("认定前"),
    }
    chosen = request.args.get("show", "")
    kept = {name: value for name, value in request.args.items() if name == "district"}
    share = round(100 * counts.cleared / counts.recognised) if counts.recognised else 0
    return [
        {
            "label": words,
            "value": told[name],
            "address": url_for("board.index", show=name, **kept),
            "current": name == chosen,
            "note": f"{share}%" if name == "cleared" else gettext("户"),
        }
        for name, words in names.items()
    ]


def _group(district_id: int, name: str, cards: list[Card]) -> dict[str, Any]:
    counts = figures_of(cards)
    return {
        "id": district_id,
        "name": name,
        "counts": counts,
        "cards": [(one, _dressed(one)) for one in cards],
    }


def _dressed(card: Card) -> dict[str, Any]:
    """Return the words of a card: made here, once each, because there may be thousands."""
    act = next_act(card)
    return {
        "class": _CLOCKS[card.clock] if card.clock else "",
        "clock": deadline(card.due_on) if card.due_on else "",
        "rule": rule_words(card.rule) if card.rule else "",
        "state": label(card.state),
        "act": act,
        "address": url_for("families.show", public_id=card.household, _anchor=act.anchor),
    }


def _row(district_id: int, name: str, cards: list[Card]) -> dict[str, Any]:
    return {"id": district_id, "name": name, "counts": figures_of(cards)}


def _choices(board: Board, district: int | None) -> dict[str, list[tuple[Any, str]]]:
    owners = {one.owner_id: one.owner for one in board.cards if one.owner_id and one.owner}
    districts = {one.district_id: one.district for one in board.cards}
    states = {one.state for one in board.cards}
    return {
        "districts": list(districts.items()),
        "states": [(one.value, label(one)) for one in ClaimState if one in states],
        "clocks": [(one.value, label(one)) for one in _CLOCKS],
        "owners": sorted(owners.items(), key=lambda pair: pair[1]),
    }
