"""From what would help to doing it (落实): a course for a person, and employers to call.

A course is proposed as any training is (`training.proposing`); the person's yes and the provider's come after. An
employer to call is a task of the drive's union, one a posting, with the lines that speak for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.plan_help import HelpKind
from matcher.models.drives import Drive
from matcher.models.plan_help import PlanHelp
from matcher.models.postings import Posting
from matcher.models.tasks import Task
from matcher.models.training import Course, TrainingReferral
from matcher.services import audit, tasks
from matcher.services.permissions import Actor
from matcher.services.plans.explanations import PostingName, posting_names
from matcher.services.plans.help_runs import help_for
from matcher.services.plans.runs import SUBJECT, managed_plan
from matcher.services.rows import not_found
from matcher.services.training import proposing
from matcher.services.training.openings import offered_courses
from matcher.services.training.sight import get_course

CALL = "plan.call_employer"
"""Rule of the task to call an employer about one posting."""

POSTING = "posting"


def courses_that_help(
    session: Session, by: Actor, drive_id: int, graduate_id: int
) -> list[tuple[dict[str, Any], tuple[Course, ...]]]:
    """Return the lines that would seat one more, with the courses open now that give what they need; best first."""
    told = help_for(session, by, drive_id, graduate_id)
    offered = offered_courses(session, by)
    lines = told["lines"] if told else []
    found = [(line, _courses(line, offered)) for line in lines if line["gain"]]
    return [(line, courses) for line, courses in found if courses]


def _courses(line: dict[str, Any], offered: dict[str, tuple[Course, ...]]) -> tuple[Course, ...]:
    names = [one["value"] for one in line["changes"] if one["kind"] == HelpKind.CERTIFICATE]
    return tuple(course for name in names for course in offered.get(name, ()))


def refer_to_course(
    session: Session,
    by: Actor,
    *,
    drive_id: int,
    graduate_id: int,
    course_id: int,
    agreed: bool = False,
) -> TrainingReferral:
    """Propose a course to a person whom its certificate would seat, or help to seat.

    Raises
    ------
    RuleBrokenError
        No line of the person asks for what the course gives; or as of `training.proposing.propose`.
    """
    course = get_course(session, by, course_id)
    wanted = courses_that_help(session, by, drive_id, graduate_id)
    if course_id not in {one.id for _, courses in wanted for one in courses}:
        raise RuleBrokenError(
            "plan_help_course",
            f"“{course.title}”不能为这位毕业生（编号 {graduate_id}）增加席位，或这个班现在不收人。"
            "请在“做什么能有用”里另选一个班，或到培训页转介。",
            graduate=graduate_id,
            course=course_id,
        )
    return proposing.propose(
        session, by, course_id=course_id, graduate_id=graduate_id, agreed=agreed
    )


def ask_employer(session: Session, by: Actor, public_id: str, posting_id: int) -> Task:
    """Put an employer on the list of those to call about one posting; the one standing if it is there.

    Raises
    ------
    RuleBrokenError
        What would help says nothing of this posting.
    """
    plan = managed_plan(session, by, public_id, lock=False)
    posting = session.get(Posting, posting_id)
    if posting is None or posting.drive_id != plan.drive_id:
        raise not_found()
    row = session.get(PlanHelp, plan.id)
    lines = [line for line in _employer_lines(row) if line["posting"] == posting_id]
    if not lines:
        raise RuleBrokenError(
            "plan_help_posting",
            f"岗位“{posting.title}”（编号 {posting_id}）不在“做什么能有用”里，请重新计算，或选其他岗位。",
            posting=posting_id,
        )
    drive = session.get_one(Drive, plan.drive_id)
    asked = [
        {name: line[name] for name in ("kind", "value", "seats", "gain", "zero") if name in line}
        for line in lines
    ]
    task = tasks.open_task(
        session,
        union_id=drive.union_id,
        rule=CALL,
        subject=(POSTING, posting_id),
        facts={"plan_id": plan.id, "lines": asked},
        assignee_id=by.account_id,
    )
    audit.record(
        session, by, "plan.employer_to_call", subject=(SUBJECT, plan.id), posting_id=posting_id
    )
    session.flush()
    return task


def _employer_lines(row: PlanHelp | None) -> list[dict[str, Any]]:
    if row is None:
        return []
    lines = [*row.lines.get("employers", []), *row.lines.get("seats", [])]
    return [line for line in lines if HelpKind(line["kind"]).is_employers]


@dataclass(frozen=True)
class Call:
    """An employer to call, and what to ask for."""

    task: Task
    posting_id: int
    name: PostingName | None
    lines: Sequence[dict[str, Any]]


def call_list(session: Session, by: Actor, public_id: str) -> list[Call]:
    """Return the employers of a plan's drive still to be called, those that would seat most first."""
    plan = managed_plan(session, by, public_id, lock=False)
    offers = sa.select(Posting.id).where(Posting.drive_id == plan.drive_id)
    found = session.scalars(
        sa.select(Task).where(
            Task.rule == CALL,
            Task.subject_kind == POSTING,
            Task.subject_id.in_(offers),
            Task.state == TaskState.OPEN,
        )
    ).all()
    names = posting_names(session, {task.subject_id for task in found})
    calls = [
        Call(task, task.subject_id, names.get(task.subject_id), task.facts.get("lines", ()))
        for task in found
    ]
    return sorted(calls, key=lambda one: (-_most(one.lines), one.posting_id))


def _most(lines: Sequence[dict[str, Any]]) -> int:
    return max((int(line["zero"]) for line in lines), default=0)


def close_call(
    session: Session, by: Actor, public_id: str, posting_id: int, *, has_agreed: bool
) -> bool:
    """Note that an employer was called; False if somebody did before. What it changed is entered at its posting."""
    plan = managed_plan(session, by, public_id, lock=False)
    posting = session.get(Posting, posting_id)
    if posting is None or posting.drive_id != plan.drive_id:
        raise not_found()
    standing = tasks.find_open_task(session, CALL, (POSTING, posting_id))
    if standing is None:
        return False
    state = TaskState.DONE if has_agreed else TaskState.DROPPED
    closed = tasks.close_task(session, standing.id, state, by_account_id=by.account_id)
    if closed:
        audit.record(
            session,
            by,
            "plan.employer_called",
            subject=(SUBJECT, plan.id),
            posting_id=posting_id,
            has_agreed=has_agreed,
        )
    return closed
