"""From what would help to doing it (落实): a course for a person, and employers to call.

A course is proposed as any training is (`training.proposing`); the person's yes and the provider's come after. An
employer to call is a task of the drive's union, one a posting, with the lines that speak for it.
"""

from collections.abc import Mapping, Sequence
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
from matcher.policy.training_steps import ENDS
from matcher.services import audit, tasks
from matcher.services.permissions import Actor
from matcher.services.plans.help_runs import PersonHelp, help_for, people_of
from matcher.services.plans.posting_names import PostingName, posting_names
from matcher.services.plans.runs import SUBJECT, managed_plan
from matcher.services.rows import not_found
from matcher.services.training import proposing
from matcher.services.training.openings import offered_courses
from matcher.services.training.sight import get_course

CALL = "plan.call_employer"
"""Rule of the task to call an employer about one posting."""

POSTING = "posting"


@dataclass(frozen=True)
class Offer:
    """A course open now whose certificate a line asks for.

    Parameters
    ----------
    is_taken : the person is in it or waits for it
    """

    course: Course
    is_taken: bool


Offers = Mapping[tuple[int, str], Sequence[Offer]]
"""By graduate and certificate."""


def offers_for(session: Session, by: Actor, people: Mapping[int, PersonHelp]) -> Offers:
    """Return the courses one may refer to for the certificates that would seat some people; two queries.

    Callers have read the people in the actor's sight.
    """
    offered = offered_courses(session, by)
    wanted = {
        (graduate, name)
        for graduate, told in people.items()
        for line in told.lines
        for name in certificates_of(line)
        if line["gain"] and name in offered
    }
    rows = session.execute(
        sa.select(TrainingReferral.graduate_id, TrainingReferral.course_id).where(
            TrainingReferral.graduate_id.in_({graduate for graduate, _ in wanted}),
            TrainingReferral.state.not_in(ENDS),
        )
    )
    taken = {(row.graduate_id, row.course_id) for row in rows}
    return {
        (graduate, name): [Offer(one, (graduate, one.id) in taken) for one in offered[name]]
        for graduate, name in sorted(wanted)
    }


def certificates_of(line: Mapping[str, Any]) -> list[str]:
    """Return the certificates among the changes of a line."""
    return [one["value"] for one in line["changes"] if one["kind"] == HelpKind.CERTIFICATE]


def refer_to_course(
    session: Session,
    by: Actor,
    *,
    drive_id: int,
    graduate_id: int,
    course_id: int,
    agreed: bool = False,
) -> TrainingReferral:
    """Propose a course to a person whom its certificate would seat, or help to seat, by the plan published last.

    Raises
    ------
    RuleBrokenError
        No line of the person asks for what the course gives; or as of `training.proposing.propose`.
    """
    told = help_for(session, by, drive_id, graduate_id).person
    return _refer(session, by, told, graduate_id, course_id, agreed=agreed)


def refer_beside_plan(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    graduate_id: int,
    course_id: int,
    agreed: bool = False,
) -> TrainingReferral:
    """Propose a course to a person whom it would seat by one plan, published or not; for who makes plans.

    Raises
    ------
    RuleBrokenError
        As of `refer_to_course`.
    """
    plan = managed_plan(session, by, public_id, lock=False)
    row = session.get(PlanHelp, plan.id)
    found = people_of(session, plan, row, graduate_id) if row is not None else {}
    return _refer(session, by, found.get(graduate_id), graduate_id, course_id, agreed=agreed)


def _refer(
    session: Session,
    by: Actor,
    told: PersonHelp | None,
    graduate_id: int,
    course_id: int,
    *,
    agreed: bool,
) -> TrainingReferral:
    course = get_course(session, by, course_id)
    lines = told.lines if told is not None else ()
    wanted = {name for line in lines if line["gain"] for name in certificates_of(line)}
    if course.certificate not in wanted:
        raise RuleBrokenError(
            "plan_help_course",
            f"“{course.title}”不能为这位毕业生（编号 {graduate_id}）增加席位。"
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
