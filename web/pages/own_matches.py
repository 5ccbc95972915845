"""A graduate's own list (适合你的岗位), with reasons in plain words; no place, rank or number of anybody.

After a saved profile the page asks each quarter of a second whether the live lane has followed, and shows the new
list as soon as it has.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds import Verdict
from matcher.services.own_matches import OwnState, is_followed, own_matches
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fragments import see_other
from web.i18n import msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.session import request_session
from web.words.own_reasons import shown_match

bp = Blueprint("own_matches", __name__, url_prefix="/me")

MENU = (
    NavItem(
        "own_matches.index",
        msg("适合的岗位"),
        Permission.EDIT_OWN_PROFILE,
        "own",
        hint=msg("看适合自己的岗位和理由"),
        icon="list",
    ),
)

_PER_PAGE = 10
"""Postings on one page of a phone."""

_PATIENCE = 80
"""Times a page asks whether the list is new, a quarter of a second each; then it says to look again later."""

_TABS = {"": Verdict.YES, "maybe": Verdict.MAYBE}


@bp.get("")
@needs(Permission.EDIT_OWN_PROFILE)
def index() -> ResponseReturnValue:
    """Show the own list; who has no record yet registers first."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    after = _number("after")
    if after and not is_followed(request_session(), current_actor(), after):
        return render_template("own_profile/matches.html", waiting=True, after=after, asked=0)
    return _list("own_profile/matches.html")


def _list(template: str) -> ResponseReturnValue:
    found = own_matches(request_session(), current_actor())
    tab, rows = request.args.get("show", ""), requested_slice(_PER_PAGE)
    wanted = [one for one in found.matches if one.explanation.verdict is _TABS.get(tab)]
    counts = {
        key: sum(one.explanation.verdict is verdict for one in found.matches)
        for key, verdict in _TABS.items()
    }
    most = found.parameters.points.max_fit() if found.parameters else 1
    return render_template(
        template,
        waiting=False,
        state=found.state,
        is_ready=found.state is OwnState.READY,
        finished_at=found.finished_at,
        entry_number=found.entry_number,
        rules_token=found.drive,
        matches=[shown_match(one) for one in wanted[rows.offset : rows.offset + rows.limit]],
        most=most,
        tab=tab if tab in _TABS else "",
        counts=counts,
        pager=page_of(rows, len(wanted)),
    )


@bp.get("/list")
@needs(Permission.EDIT_OWN_PROFILE)
def newest() -> ResponseReturnValue:
    """Give the list once it knows of a change, until then the words that it is being made."""
    after, asked = _number("after"), _number("asked") + 1
    if asked < _PATIENCE and not is_followed(request_session(), current_actor(), after):
        return render_template("own_profile/_waiting.html", after=after, asked=asked)
    return _list("own_profile/_matches.html")


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
