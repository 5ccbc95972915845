"""Nightly forgetting: finished jobs, ended sign-ins, files and logs past their time, people no clock keeps any more."""

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import reading, settings_of, transaction
from matcher.kinds import JobQueue
from matcher.services import files, job_sweep, retention
from matcher.services.people_rights import disclosures, export_tables, nights
from matcher.services.sheet_exports import sheet_files
from workers.runner import JobContext, job

_ROTATED = re.compile(r"\.log(\.\d+|\.[\d-]+)?(\.gz)?$")
"""Logs and what was turned away of them; nothing else in the folder is ours to remove."""

_BEGAN = re.compile(r'"at": ?"(\d{4}-\d\d-\d\d)')
"""Day of a line."""


@job("retention.jobs", queue=JobQueue.BATCH)
def forget_jobs(context: JobContext) -> dict[str, int]:
    """Delete old finished jobs batch by batch; a second run is harmless: it finds none left."""
    n_gone = 0
    while True:
        with transaction(context.session_factory) as session:
            gone = job_sweep.forget_finished(session)
        if not gone:
            return {"n_gone": n_gone}
        n_gone += gone
        context.checkpoint(n_gone)


@job("retention.sessions", queue=JobQueue.BATCH)
def forget_sign_ins(context: JobContext) -> dict[str, int]:
    """Delete ended sign-ins and codes; a second run is harmless: it finds none left."""
    with transaction(context.session_factory) as session:
        return {"n_gone": retention.forget_sign_ins(session)}


@job("retention.files", queue=JobQueue.BATCH)
def forget_files(context: JobContext) -> dict[str, int]:
    """Delete uploads and exports past their time; a second run is harmless: it finds none left.

    Rows go first and commit, then the contents nobody names any more.
    """
    with transaction(context.session_factory) as session:
        n_rows = files.expire_files(session)
        export_tables.expire_exports(session)
        sheet_files.expire_files(session)
    with reading(context.session_factory) as session:
        return {"n_gone": n_rows, "n_removed": files.sweep_files(session)}


@job("retention.people", queue=JobQueue.BATCH)
def forget_people(context: JobContext) -> dict[str, int]:
    """Make people anonymous whose clocks ran out; a second run is harmless: who is anonymous is not found again."""
    found = {
        "n_files": _in_batches(context, nights.anonymise_files),
        "n_cases": _in_batches(context, nights.anonymise_ledgers),
        "n_graduates": _in_batches(context, nights.anonymise_graduates),
    }
    with transaction(context.session_factory) as session:
        found["n_disclosures"] = disclosures.forget_old(session)
    return found


def _in_batches(context: JobContext, body: Callable[[Session, int], tuple[int, int | None]]) -> int:
    """Run a clock over its rows, each batch in a transaction of its own; return how many it took."""
    n_done, last = 0, 0
    while True:
        with transaction(context.session_factory) as session:
            done, reached = body(session, last)
        n_done += done
        if reached is None:
            return n_done
        last = reached
        context.checkpoint(n_done)


@job("retention.logs", queue=JobQueue.BATCH)
def forget_logs(context: JobContext) -> dict[str, int]:
    """Remove logs of half a year ago and empty messages; a second run is harmless: it finds none left.

    A log that is still written to is turned away first, once its oldest line is a month old, so that it can grow old.
    """
    with transaction(context.session_factory) as session:
        n_messages = nights.empty_messages(session)
        folder = settings_of(session).data / "logs"
    _turn_away(folder)
    return {"n_messages": n_messages, "n_logs": _remove_old(folder)}


def _turn_away(folder: Path) -> None:
    """Copy logs that began a month ago aside and empty them: programs append to them."""
    today = clock.today()
    for path in folder.glob("*.log"):
        with path.open(encoding="utf-8", errors="replace") as stream:
            began = _BEGAN.search(stream.readline())
        if began is None or dt.date.fromisoformat(began[1]) > today - dt.timedelta(days=31):
            continue
        aside = path.with_suffix(f".log.{today:%Y-%m-%d}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as copy:
            copy.write(path.read_bytes())
        os.truncate(path, 0)


def _remove_old(folder: Path) -> int:
    end = nights.logs_end(clock.now()).timestamp()
    old = [
        path
        for path in folder.glob("*")
        if path.is_file() and _ROTATED.search(path.name) and path.stat().st_mtime < end
    ]
    for path in old:
        path.unlink()
    return len(old)
