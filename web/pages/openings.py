"""What would open most seats (学什么、去哪里能多出多少席位): for one graduate, and for all without a post."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.models.graduates import Graduate
from matcher.services import graduate_pages
from matcher.services.permissions import Permission
from matcher.services.training import group_jobs, openings
from web.auth import current_actor
from web.fragments import see_other
from web.marks import needs
from web.session import reading_aside, request_session
from web.words.openings import change_words

bp = Blueprint("openings", __name__, url_prefix="/openings")


@bp.get("/group")
@needs(Permission.MANAGE_TRAINING)
def group() -> ResponseReturnValue:
    """Show what would help most of the people without a post, as last counted."""
    actor = current_actor()
    with reading_aside() as database:
        return render_template(
            "training/group.html",
            n_people=len(openings.without_post(database, actor)),
            job=group_jobs.newest(database, actor),
            words=change_words,
        )


@bp.post("/group")
@needs(Permission.MANAGE_TRAINING)
def count_group() -> ResponseReturnValue:
    """Count anew, in the background."""
    group_jobs.ask(request_session(), current_actor())
    return see_other(url_for("openings.group"))


@bp.get("/<public_id>")
@needs(Permission.MANAGE_TRAINING)
def show(public_id: str) -> ResponseReturnValue:
    """Show what single changes would open for a graduate, with the courses on offer."""
    actor = current_actor()
    with reading_aside() as database:
        graduate: Graduate = graduate_pages.find_graduate(database, actor, public_id)
        return render_template(
            "training/openings.html",
            graduate=graduate,
            found=openings.openings_of(database, actor, graduate.id),
            words=change_words,
        )
