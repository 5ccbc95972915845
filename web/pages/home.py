"""The start: each role is sent where its work is, or told what it can do."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds import Role
from web.auth import current_actor
from web.i18n import msg
from web.marks import before_second_factor
from web.navigation import NavItem

bp = Blueprint("home", __name__)

MENU = (NavItem("home.home", msg("首页"), None, "today", icon="home"),)

LANDING: dict[Role, str] = {
    Role.ADMINISTRATOR: "accounts.index",
    Role.DRIVE_MANAGER: "drives.index",
    Role.CASEWORKER: "today.index",
    Role.GRASSROOTS_OFFICER: "today.index",
    Role.AUDITOR: "audit.index",
    Role.EMPLOYER: "own_postings.index",
    Role.GRADUATE: "own_matches.index",
    Role.HOLDER: "my_file.index",
    Role.PRIVACY_OFFICER: "rights.received",
}
"""Where a role's work begins; roles not listed, or whose page is not there yet, go to the home page."""


@bp.get("/")
def start() -> ResponseReturnValue:
    """Go where the role's work begins."""
    role = current_actor().role
    endpoint = LANDING.get(role, "home.home") if role is not None else "home.home"
    if endpoint not in current_app.view_functions:
        endpoint = "home.home"
    return redirect(url_for(endpoint), 303)


@bp.get("/home")
@before_second_factor
def home() -> ResponseReturnValue:
    """Show what the role can do next."""
    return render_template("home/index.html")
