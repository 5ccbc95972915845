"""What runs each night for cases: tasks of dates that came near, pairings whose consent ended, new proposals.

Every step finds its task standing when it runs again, so a second run changes nothing.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.casework import RequestState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.help_requests import HelpRequest, Pairing
from matcher.models.surveys import SurveyRound
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.services import tasks
from matcher.services.casework import packages, pairings, requests
from matcher.services.casework.cases import NEXT_RULE, PACKAGE_RULE, SUBJECT, UNOWNED_RULE
from matcher.services.casework.own_pairings import next_contact_on
from matcher.services.casework.proposals import propose_cases
from matcher.services.casework.service_acts import follow_next_date
from matcher.services.casework.survey import refresh_round
from matcher.services.permissions import Actor, Permission, require


def run_night(session: Session, by: Actor) -> dict[str, int]:
    """Do all that a night asks for; return how many of each kind were found."""
    require(by, Permission.EDIT_CASES)
    return {
        "n_next": _next_dates(session),
        "n_unowned": _unowned(session),
        "n_packages": _incomplete_packages(session),
        "n_requests": _unanswered(session),
        "n_pairings": _pairings(session, by),
        "n_proposed": propose_cases(session, by),
        "n_surveyed": _surveys(session),
    }


def _has_task(rule: str, kind: str, number: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Task.rule == rule,
        Task.subject_kind == kind,
        Task.subject_id == number,
        Task.state == TaskState.OPEN,
    )


def _next_dates(session: Session) -> int:
    found = sa.select(GraduateCase).where(
        GraduateCase.closed_on.is_(None),
        GraduateCase.next_on.is_not(None),
        ~_has_task(NEXT_RULE, SUBJECT, GraduateCase.id),
    )
    rows = session.scalars(found.order_by(GraduateCase.id)).all()
    for case in rows:
        follow_next_date(session, case)
    return len(rows)


def _unowned(session: Session) -> int:
    found = sa.select(GraduateCase.id, GraduateCase.union_id, GraduateCase.opened_on).where(
        GraduateCase.closed_on.is_(None),
        GraduateCase.owner_id.is_(None),
        ~_has_task(UNOWNED_RULE, SUBJECT, GraduateCase.id),
    )
    rows = session.execute(found.order_by(GraduateCase.id)).all()
    for row in rows:
        tasks.open_task(
            session,
            union_id=row.union_id,
            rule=UNOWNED_RULE,
            subject=(SUBJECT, row.id),
            due_on=row.opened_on,
        )
    return len(rows)


def _incomplete_packages(session: Session) -> int:
    """Open a task for each package that is due soon with something missing; drop those made good."""
    today = clock.today()
    promised = sa.select(GraduateCase.id).where(
        GraduateCase.closed_on.is_(None), GraduateCase.package.is_not(None)
    )
    warn_on = get_deadline("case.package_warning", None, today).after(today)
    cases = {
        row.id: row
        for row in session.execute(
            sa.select(GraduateCase.id, GraduateCase.union_id, GraduateCase.owner_id)
            .where(GraduateCase.id.in_(promised))
            .order_by(GraduateCase.id)
        )
    }
    n_due = 0
    for case_id, items in packages.progress(session, promised).items():
        missing = sum(item.missing for item in items)
        subject = (SUBJECT, case_id)
        if not missing:
            tasks.drop_task(session, PACKAGE_RULE, subject)
        elif items[0].due_on <= warn_on:
            n_due += 1
            tasks.open_task(
                session,
                union_id=cases[case_id].union_id,
                rule=PACKAGE_RULE,
                subject=subject,
                due_on=items[0].due_on,
                facts={"missing": missing},
                assignee_id=cases[case_id].owner_id,
            )
    return n_due


def _unanswered(session: Session) -> int:
    found = sa.select(HelpRequest).where(
        HelpRequest.state != RequestState.ANSWERED,
        ~_has_task(requests.ANSWER_RULE, requests.SUBJECT, HelpRequest.id),
    )
    rows = session.scalars(found.order_by(HelpRequest.id)).all()
    for lead in rows:
        requests.follow_answer(session, lead)
    return len(rows)


def _pairings(session: Session, by: Actor) -> int:
    """End pairings whose consent is gone; open a task for each contact that is overdue."""
    owner = (
        sa.select(GraduateCase.owner_id)
        .where(GraduateCase.graduate_id == Pairing.graduate_id, GraduateCase.closed_on.is_(None))
        .scalar_subquery()
    )
    found = (
        sa.select(Pairing, owner, pairings.live_consent())
        .where(Pairing.ended_on.is_(None))
        .order_by(Pairing.id)
    )
    today, n_due = clock.today(), 0
    for pairing, owner_id, agrees in session.execute(found).all():
        due_on = next_contact_on(pairing)
        if not agrees:
            pairings.settle_end(session, by, pairing, "本人撤回同意")
        elif due_on < today:
            n_due += 1
            tasks.open_task(
                session,
                union_id=pairing.union_id,
                rule=pairings.CONTACT_RULE,
                subject=(pairings.SUBJECT, pairing.id),
                due_on=due_on,
                assignee_id=owner_id,
            )
    return n_due


def _surveys(session: Session) -> int:
    """Add to the running rounds what the files learnt since."""
    today: dt.date = clock.today()
    running = sa.select(SurveyRound).where(SurveyRound.from_on <= today, SurveyRound.to_on >= today)
    return sum(
        refresh_round(session, one) for one in session.scalars(running.order_by(SurveyRound.id))
    )
