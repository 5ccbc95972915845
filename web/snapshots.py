"""Snapshots for workers on other hosts (快照分发): plain HTTP, with hash and range, resumable.

Snapshots hold internal numbers only, and are private all the same: whoever shows no pass of this house gets the
answer of an address that does not exist. No session, no account, no listing; the database is not asked. A
worker asks for a few megabytes at a time, so that people's requests get their turn on the same threads.
"""

from http import HTTPStatus
from typing import cast

from flask import Blueprint, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.keys import KeyRing
from matcher.services.snapshot_files import address_path, listed_file
from matcher.services.snapshot_passes import check_pass, seal
from matcher.settings import Settings
from web.marks import public
from web.session import factory

bp = Blueprint("snapshots", __name__)


@bp.get("/snapshots/<int:drive_id>/<content_hash>/<path:file_name>")
@public
def part(drive_id: int, content_hash: str, file_name: str) -> ResponseReturnValue:
    """Send a file of a snapshot, or the part of it that is asked for, to who has a pass."""
    ring = cast(KeyRing, factory().kw["info"]["ring"])
    path = address_path(drive_id, content_hash, file_name)
    if not check_pass(ring, path, request.headers.get("Authorization", ""), clock.now()):
        abort(HTTPStatus.NOT_FOUND)
    settings = cast(Settings, current_app.config["SETTINGS"])
    found = listed_file(settings.snapshots, drive_id, content_hash, file_name)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    answer = send_file(
        found.path, mimetype="application/octet-stream", conditional=True, etag=found.sha256
    )
    answer.headers["X-Content-SHA256"] = found.sha256
    answer.headers["X-Snapshot-Seal"] = seal(ring, path, found.sha256)
    return answer
