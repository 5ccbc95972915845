"""Progress of background work (后台任务), as a fragment that a page polls."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.services import job_sweep
from matcher.services.permissions import scope_of
from web.auth import current_actor
from web.session import request_session

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("/<public_id>/progress")
def progress(public_id: str) -> ResponseReturnValue:
    """Show how far a job is; the fragment polls itself until the job is over."""
    job = job_sweep.progress(request_session(), scope_of(current_actor()), public_id)
    return render_template("_parts/job.html", job=job)
