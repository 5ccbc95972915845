"""Publishing figures (公布数据): which sheets are final, what a version would show, its link, taking it back."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.services.permissions import Permission
from matcher.services.published_sheets import publishing
from matcher.services.published_sheets.contents import digest_of
from web.auth import current_actor
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.session import reading_aside, request_session
from web.sheet_choice import chosen_branch
from web.words import published_sheets as words

bp = Blueprint("published_sheets", __name__, url_prefix="/published-sheets")

MENU = (
    NavItem(
        "published_sheets.index",
        msg("公布数据"),
        Permission.MANAGE_DRIVE,
        "report",
        hint=msg("把接收或封存了的统计表公布出去，人数少的自动隐去"),
    ),
)


@bp.get("")
@needs(Permission.MANAGE_DRIVE)
def index() -> ResponseReturnValue:
    """List the final sheets of a drive, with the versions that stand."""
    actor = current_actor()
    with reading_aside() as session:
        choice = chosen_branch(session, actor)
        if choice is None:
            return render_template("drives/list.html", drives=[])
        return render_template(
            "published_sheets/index.html",
            choice=choice,
            rows=publishing.list_publishable(session, actor, choice.drive.id),
            withdrawn=publishing.list_withdrawn(session, actor, choice.drive.id),
        )


@bp.get("/of/<sheet_public_id>")
@needs(Permission.MANAGE_DRIVE)
@rate_limited("30/minute")
def preview(sheet_public_id: str) -> ResponseReturnValue:
    """Show what a version of a sheet would tell."""
    found = publishing.preview(request_session(), current_actor(), sheet_public_id)
    return render_template(
        "published_sheets/preview.html",
        found=found,
        content=found.content,
        digest=digest_of(found.content),
        words=words,
    )


@bp.post("/of/<sheet_public_id>")
@needs(Permission.MANAGE_DRIVE)
@rate_limited("30/minute")
def publish(sheet_public_id: str) -> ResponseReturnValue:
    """Publish what was seen."""
    version = publishing.publish(
        request_session(),
        current_actor(),
        sheet_public_id,
        expected_digest=request.form.get("digest") or None,
    )
    toast(gettext("已公布，链接在下面"))
    return see_other(url_for(".index", drive=version.drive_id))


@bp.post("/<version_public_id>/withdraw")
@needs(Permission.MANAGE_DRIVE)
def withdraw(version_public_id: str) -> ResponseReturnValue:
    """Take a version from its page."""
    version = publishing.withdraw(request_session(), current_actor(), version_public_id)
    toast(gettext("已撤下，链接打开后只写着已撤下"))
    return see_other(url_for(".index", drive=version.drive_id))
