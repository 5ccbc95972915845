"""The trail of acts (操作记录): reading it page by page, and verifying its chain."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher.services import audit, audit_trail
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fragments import fragment_or_page
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.session import reading_aside, request_session
from web.words.audit_words import ACTIONS, SUBJECTS, is_named, role_words

bp = Blueprint("audit", __name__, url_prefix="/audit")

MENU = (
    NavItem(
        "audit.index",
        msg("操作记录"),
        Permission.VIEW_AUDIT,
        "report",
        hint=msg("谁在什么时候做了什么，校验有没有被改过"),
        icon="log",
    ),
)


@bp.get("")
@needs(Permission.VIEW_AUDIT)
def index() -> ResponseReturnValue:
    """List what was done, newest first, filtered by act and by subject."""
    rows_wanted = requested_slice()
    action = request.args.get("action", "")
    subject = request.args.get("subject", "")
    subject_id = request.args.get("id", type=int)
    found = audit_trail.list_entries(
        request_session(),
        current_actor(),
        action=action,
        subject_kind=subject,
        subject_id=subject_id,
        offset=rows_wanted.offset,
        limit=rows_wanted.limit,
    )
    return fragment_or_page(
        "audit/_rows.html",
        "audit/list.html",
        rows=found.rows,
        is_whole=found.is_whole,
        pager=page_of(rows_wanted, found.total),
        action=action,
        subject=subject,
        subject_id=subject_id,
        actions=[(code, gettext(words)) for code, words in ACTIONS.items()],
        subjects=[(code, gettext(words)) for code, words in SUBJECTS.items()],
        action_words=ACTIONS,
        subject_words=SUBJECTS,
        is_named=is_named,
        roles=role_words(),
    )


@bp.post("/verify")
@needs(Permission.VIEW_AUDIT)
@rate_limited("10/minute")
def verify() -> ResponseReturnValue:
    """Recompute the whole chain and say whether anything was changed; the check itself is noted."""
    with reading_aside() as database:
        report = audit.verify_trail(database)
    audit.record(
        request_session(),
        current_actor(),
        "audit.verified",
        entries=report.entries,
        first_bad=report.first_bad,
    )
    return render_template("audit/verified.html", report=report)
