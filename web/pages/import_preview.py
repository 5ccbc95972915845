"""One batch as it is now (预检结果): rows with their problems by filter, running work, what came of it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.kinds import BatchState, ImportKind, JobState, RowStatus
from matcher.models.imports import ImportBatch
from matcher.models.jobs import Job
from matcher.services import drives, job_sweep
from matcher.services.imports import batches, jobs
from matcher.services.imports.undoing import KEPT
from matcher.services.permissions import Actor, scope_of
from web.addresses import address_of
from web.auth import current_actor
from web.fragments import fragment_or_page
from web.i18n import gettext, label
from web.paging import page_of, requested_slice, with_query
from web.session import request_session

_ORDER = (
    RowStatus.NEW,
    RowStatus.CHANGED,
    RowStatus.SAME,
    RowStatus.AMBIGUOUS,
    RowStatus.REFUSED,
    RowStatus.NOT_DATA,
)
CHIPS = {
    RowStatus.NEW: "on",
    RowStatus.CHANGED: "on",
    RowStatus.SAME: "",
    RowStatus.AMBIGUOUS: "hold",
    RowStatus.REFUSED: "stop",
    RowStatus.NOT_DATA: "",
}
"""Look of a row's verdict."""

_RANKED = (ImportKind.POSTINGS, ImportKind.GRADUATES, ImportKind.HOUSEHOLDS)


def batch_page(batch: ImportBatch, *, step: int = 0) -> ResponseReturnValue:
    """Show a batch: running work while it runs, else its rows and what to do next."""
    session, actor = request_session(), current_actor()
    job = jobs.latest_job(session, batch)
    drive = drives.get_drive(session, actor, batch.drive_id or 0)
    facts = {
        "batch": batch,
        "drive": drive,
        "run_page": address_of("ranking.index", drive=drive.id) if batch.kind in _RANKED else "",
        "step": step or {"staged": 3}.get(batch.state, 4),
        "work": job.name if job is not None else "",
        "job": _progress(session, actor, job),
        "kept_code": KEPT,
        "said": said_of_postings(batch),
    }
    if jobs.is_going_on(job) or (batch.state is BatchState.STAGED and not batch.counts):
        return render_template("imports/running.html", **facts)
    return fragment_or_page(
        "imports/_rows.html", "imports/batch.html", **facts, **_rows(session, actor, batch, job)
    )


def said_of_postings(batch: ImportBatch) -> list[str]:
    """Return what was said of a table of postings as a whole, in words."""
    words = []
    if batch.issuer:
        words.append(gettext("发布机构：%(name)s", name=batch.issuer))
    if batch.directory:
        words.append(gettext("专业目录：%(name)s", name=batch.directory))
    return words


def _progress(session: Session, actor: Actor, job: Job | None) -> job_sweep.JobProgress | None:
    return job_sweep.progress(session, scope_of(actor), job.public_id) if job else None


def _rows(session: Session, actor: Actor, batch: ImportBatch, job: Job | None) -> dict[str, Any]:
    """Return the rows asked for, with the counts that open them."""
    wanted, chosen = _chosen_statuses(batch)
    is_kept = request.args.get("show") == "kept"
    rows_wanted = requested_slice()
    found = batches.list_rows(
        session,
        actor,
        batch.id,
        statuses=() if is_kept else wanted,
        with_problems=request.args.get("problems") == "yes",
        code=KEPT if is_kept else "",
        offset=rows_wanted.offset,
        limit=rows_wanted.limit,
    )
    is_failed = job is not None and job.state in (JobState.FAILED, JobState.CANCELLED)
    return {
        "rows": found.rows,
        "pager": page_of(rows_wanted, found.total),
        "figures": _figures(batch, chosen),
        "sum_words": _sum_words(batch),
        "chips": CHIPS,
        "chosen": chosen,
        "is_kept": is_kept,
        "n_rows": sum(batch.counts.get(status.value, 0) for status in RowStatus),
        "n_to_write": jobs.n_to_write(batch),
        "n_left_out": sum(batch.counts.get(name, 0) for name in ("refused", "ambiguous")),
        "is_failed": is_failed,
        "undone": job.result if job is not None and job.name == jobs.UNDO else {},
        "twins": batches.list_same_file(session, actor, batch),
    }


def _chosen_statuses(batch: ImportBatch) -> tuple[tuple[RowStatus, ...], str]:
    """Return the verdicts to show: as asked, else what needs a person, else everything."""
    asked = request.args.get("status", "")
    if asked in set(RowStatus):
        return (RowStatus(asked),), asked
    waiting = (RowStatus.REFUSED, RowStatus.AMBIGUOUS)
    if asked == "" and any(batch.counts.get(status.value, 0) for status in waiting):
        return waiting, ""
    return (), "all"


def _figures(batch: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    """Return the counts; each opens its rows, together they are the rows of the sheets."""
    return [
        {
            "label": label(status),
            "value": batch.counts.get(status.value, 0),
            "address": with_query(status=status.value, page=None, show=None, problems=None),
            "note": "",
            "current": chosen == status.value,
        }
        for status in _ORDER
    ]


def _sum_words(batch: ImportBatch) -> str:
    """Return the sum that must hold under the figures."""
    counts = [batch.counts.get(status.value, 0) for status in _ORDER]
    total = f"{sum(counts):,}"
    return gettext(
        "%(parts)s = %(total)s 行，一行不少。",
        parts=" + ".join(f"{count:,}" for count in counts),
        total=total,
    )
