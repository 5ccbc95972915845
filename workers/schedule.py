"""What runs when, and why at that hour (China time).

Beat only sends names; each line becomes a row in `job` like any other work, so that it is claimed,
retried and shown the same way. While a line's job is queued a second one is not made.
"""

from dataclasses import dataclass
from typing import Any

from celery.schedules import crontab, schedule

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import JobQueue
from matcher.services import jobs

ENQUEUE_TASK = "yangguang.enqueue_scheduled"
SWEEP_TASK = "yangguang.sweep"

_SWEEP_SECONDS = 30
"""The dispatcher looks each second; this is for when it hangs or is not started on any host."""


@dataclass(frozen=True)
class Line:
    """One scheduled job with its reason."""

    job: str
    queue: JobQueue
    at: crontab
    reason: str


LINES = (
    Line(
        "outbox.send",
        JobQueue.LIVE,
        crontab(minute="*/5"),
        "Messages are sent at once when written; this is for those to be sent later or again.",
    ),
    Line(
        "reminders.digests",
        JobQueue.BATCH,
        crontab(hour="6-20", minute="5"),
        "Each person chose an hour; whoever's has come and has no digest of today gets one.",
    ),
    Line(
        "retention.sessions",
        JobQueue.BATCH,
        crontab(hour="2", minute="40"),
        "Nobody signs in at night; expired sessions and codes are personal data without a use.",
    ),
    Line(
        "retention.files",
        JobQueue.BATCH,
        crontab(hour="2", minute="50"),
        "Uploaded rosters hold people's numbers; no import reads them at this hour.",
    ),
    Line(
        "retention.people",
        JobQueue.BATCH,
        crontab(hour="1", minute="40"),
        "Before the files of those made anonymous are removed, and long before anybody looks.",
    ),
    Line(
        "retention.logs",
        JobQueue.BATCH,
        crontab(hour="2", minute="20", day_of_week="0"),
        "Once a week is enough for what is kept half a year.",
    ),
    Line(
        "employers.rechecks",
        JobQueue.BATCH,
        crontab(hour="0", minute="20"),
        "Just after midnight in China: who lapsed yesterday is out of the lists when the office opens.",
    ),
    Line(
        "approvals.notices",
        JobQueue.BATCH,
        crontab(hour="0", minute="15"),
        "Just after midnight in China: a sheet that hung until yesterday is over, its file goes on.",
    ),
    Line(
        "register.edits",
        JobQueue.BATCH,
        crontab(hour="1", minute="20"),
        "A day of edits is one thing to key into the national system, ready when the office opens.",
    ),
    Line(
        "approvals.placing",
        JobQueue.BATCH,
        crontab(hour="7-20", minute="25"),
        "Clerks come and go in office hours; what waits for nobody finds the next union within the hour.",
    ),
    Line(
        "households.derive",
        JobQueue.BATCH,
        crontab(hour="0", minute="5"),
        "Before the clocks are looked at: a birthday of yesterday may clear or reopen a household.",
    ),
    Line(
        "clocks.look",
        JobQueue.BATCH,
        crontab(hour="0", minute="30"),
        "Just after midnight in China: what turned amber or overdue lies before its owner in the morning.",
    ),
    Line(
        "casework.night",
        JobQueue.BATCH,
        crontab(hour="0", minute="40"),
        "Before the office opens: dates agreed, requests, packages and pairings lie in today's list.",
    ),
    Line(
        "referrals.night",
        JobQueue.BATCH,
        crontab(hour="0", minute="50"),
        "After postings and checks lapsed: seats nobody answered for are free, and tasks lie there, in the morning.",
    ),
    Line(
        "referrals.digests",
        JobQueue.BATCH,
        crontab(hour="8-11", minute="10"),
        "Once a morning an employer; the later hours catch up for a machine that was off.",
    ),
    Line(
        "follow_ups.night",
        JobQueue.BATCH,
        crontab(hour="1", minute="10"),
        "After postings lapsed and referrals were looked at: call-backs lie in the morning's list.",
    ),
    Line(
        "cohorts.night",
        JobQueue.BATCH,
        crontab(hour="0", minute="10"),
        "Just after midnight in China: a census freezes who stood how at the end of its day, before files move on.",
    ),
    Line(
        "placements.night",
        JobQueue.BATCH,
        crontab(hour="1", minute="0"),
        "After the files were derived and before call-backs are planned: work that begins today is written.",
    ),
    Line(
        "entitlements.night",
        JobQueue.BATCH,
        crontab(hour="1", minute="15"),
        "After files and placements were brought in step: who loses a subsidy tomorrow is read in the morning.",
    ),
    Line(
        "training.night",
        JobQueue.BATCH,
        crontab(hour="0", minute="50"),
        "After postings lapsed: what an order lost, who must be reminded and whose days are over is known by morning.",
    ),
    Line(
        "fairs.after_night",
        JobQueue.BATCH,
        crontab(hour="1", minute="30"),
        "After placements of the day were written: hires are brought in step, who is silent is asked in the morning.",
    ),
    Line(
        "fair_guests.night",
        JobQueue.BATCH,
        crontab(hour="1", minute="30"),
        "Before the office opens: calls before a fair lie in the day's list; reminders wait for the morning anyway.",
    ),
    Line(
        "reports.night",
        JobQueue.BATCH,
        crontab(hour="3", minute="0"),
        "Hours after midnight in China: what was entered on the last day is committed before it is locked.",
    ),
    Line(
        "fairs.employers_night",
        JobQueue.BATCH,
        crontab(hour="0", minute="35"),
        "After postings and checks lapsed: who still owes an answer or papers is asked in the morning, not at night.",
    ),
    Line(
        "ranking.lapsed_postings",
        JobQueue.BATCH,
        crontab(hour="0", minute="10"),
        "Just after midnight in China: who closed yesterday is out of the lists in the morning.",
    ),
    Line(
        "ranking.compaction",
        JobQueue.BATCH,
        crontab(hour="0", minute="50"),
        "After the night's own changes of terms and postings, so that one run takes in all of them.",
    ),
    Line(
        "ranking.old_lists",
        JobQueue.BATCH,
        crontab(hour="3", minute="20"),
        "Dropping a partition needs the whole table for a moment, and nobody reads a list at this hour.",
    ),
    Line(
        "plans.old_folders",
        JobQueue.BATCH,
        crontab(hour="3", minute="40"),
        "After the snapshots, for the same reason.",
    ),
    Line(
        "ranking.old_snapshots",
        JobQueue.BATCH,
        crontab(hour="3", minute="30"),
        "Deleting folders costs the disk time that runs of the day should have.",
    ),
    Line(
        "retention.jobs",
        JobQueue.BATCH,
        crontab(hour="3", minute="10"),
        "After the nightly work of the day before has ended and before the office opens.",
    ),
)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the lines as Celery beat reads them; a message nobody takes expires before the next."""
    table: dict[str, dict[str, Any]] = {
        line.job: {
            "task": ENQUEUE_TASK,
            "args": (line.job,),
            "schedule": line.at,
            "options": {"queue": JobQueue.LIVE.value, "expires": 3600},
        }
        for line in LINES
    }
    table["sweep"] = {
        "task": SWEEP_TASK,
        "schedule": schedule(_SWEEP_SECONDS),
        "options": {"queue": JobQueue.LIVE.value, "expires": _SWEEP_SECONDS - 5},
    }
    return table


def enqueue(factory: SessionFactory, name: str) -> None:
    """Write the row of a scheduled job unless one is queued."""
    line = next(line for line in LINES if line.job == name)
    with transaction(factory) as session:
        jobs.enqueue(session, name, {}, queue=line.queue, unique_key=f"schedule:{name}")
