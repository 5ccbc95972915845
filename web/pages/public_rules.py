"""The published rules of a drive (公布的规则): anybody may read and print them, signed in or not.

They hold no name and no figure of people, and no word tells what a class is of. The hash of the lottery key is there
from the first day, the key itself once the drive is closed: then anybody can check the lots.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.services.plans.parameters import published_drives, published_rules
from web.marks import public, rate_limited
from web.session import request_session
from web.words import plan_rules as words

bp = Blueprint("public_rules", __name__, url_prefix="/rules")


@bp.get("")
@public
@rate_limited("60/minute")
def index() -> ResponseReturnValue:
    """List the drives whose rules are published."""
    return render_template("plans/public_drives.html", drives=published_drives(request_session()))


@bp.get("/<token>")
@public
@rate_limited("60/minute")
def show(token: str) -> ResponseReturnValue:
    """Show what a drive's lists and plans go by, every revision with its day."""
    found = published_rules(request_session(), token)
    return render_template("plans/public_rules.html", rules=found, words=words)
