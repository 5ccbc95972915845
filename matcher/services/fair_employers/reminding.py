"""Reminders before a fair (催办): who has not answered, whose papers are missing, who comes tomorrow.

Each reminder has a key of place, matter and day, so that a second run of the night says nothing twice; an
organiser's press of the button says it at most once a day.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.policy.limits import get_limit
from matcher.services import audit
from matcher.services.fair_employers import messages
from matcher.services.fair_employers.lists import booths_of
from matcher.services.fair_employers.packs import packs_of
from matcher.services.fair_employers.sight import call_of, find_fair, require_open
from matcher.services.permissions import Actor

_State = FairEmployerState
_NO_DAY = "开场前"


@dataclass(frozen=True)
class Reminded:
    """How many places were reminded, by matter."""

    n_answers: int = 0
    n_papers: int = 0
    n_eve: int = 0


def remind_all(session: Session, by: Actor, fair_public_id: str) -> Reminded:
    """Remind everybody who owes an answer or papers, now; each place at most once a day."""
    fair = find_fair(session, by, fair_public_id)
    require_open(fair)
    call, today = call_of(session, fair.id), clock.today()
    done = Reminded(
        n_answers=_remind_answers(session, fair, call, today),
        n_papers=_remind_papers(session, fair, call, today),
    )
    audit.record(
        session,
        by,
        "fair.employers_reminded",
        subject=("fair", fair.id),
        answers=done.n_answers,
        papers=done.n_papers,
    )
    session.flush()
    return done


def remind_due(session: Session, fair: Fair) -> Reminded:
    """Write the reminders a fair's days ask for today; part of the night."""
    call, today = call_of(session, fair.id), clock.today()
    answers = papers = eve = 0
    if call is not None and _is_due(fair, "fair.remind_answer_days", call.apply_until, last=1):
        answers = _remind_answers(session, fair, call, today)
    papers_until = call.papers_until if call is not None else None
    if _is_due(fair, "fair.remind_papers_days", papers_until or fair.first_on, last=0):
        papers = _remind_papers(session, fair, call, today)
    if fair.first_on == today + dt.timedelta(days=_limit(fair, "fair.remind_eve_days")):
        eve = _remind_eve(session, fair)
    return Reminded(answers, papers, eve)


def _limit(fair: Fair, rule: str) -> int:
    return get_limit(rule, fair.venue_region, clock.today()).value


def _is_due(fair: Fair, rule: str, until: dt.date | None, *, last: int) -> bool:
    """Say whether today is one of the two days of a reminder: so many days before, and the last."""
    if until is None:
        return False
    return (until - clock.today()).days in {_limit(fair, rule), last}


def _in_state(session: Session, fair: Fair, *states: FairEmployerState) -> Sequence[FairEmployer]:
    found = sa.select(FairEmployer).where(
        FairEmployer.fair_id == fair.id, FairEmployer.state.in_(states)
    )
    return session.scalars(found.order_by(FairEmployer.id)).all()


def _words(day: dt.date | None) -> str:
    return f"{day.month}月{day.day}日" if day is not None else _NO_DAY


def _remind_answers(session: Session, fair: Fair, call: FairCall | None, today: dt.date) -> int:
    until = _words(call.apply_until if call else None)
    rows = _in_state(session, fair, _State.INVITED)
    return sum(
        messages.tell(session, fair, row, "fair_answer_due", key=f"answer_due:{today}", until=until)
        > 0
        for row in rows
    )


def _remind_papers(session: Session, fair: Fair, call: FairCall | None, today: dt.date) -> int:
    rows = _in_state(session, fair, _State.APPLIED, _State.ACCEPTED)
    packs = packs_of(session, fair, [row.id for row in rows])
    until = _words(call.papers_until if call else None)
    n_told = 0
    for row in rows:
        count = len(packs[row.id].wanted)
        if count:
            told = messages.tell(
                session,
                fair,
                row,
                "fair_papers_due",
                key=f"papers_due:{today}",
                count=count,
                until=until,
            )
            n_told += told > 0
    return n_told


def _remind_eve(session: Session, fair: Fair) -> int:
    rows = _in_state(session, fair, _State.ACCEPTED)
    booths = booths_of(session, [row.id for row in rows])
    when = _begins(session, fair)
    return sum(
        messages.tell(
            session,
            fair,
            row,
            "fair_eve",
            key=f"eve:{fair.first_on}",
            when=when,
            place=fair.venue_name or "见公开页",
            booths="、".join(booths.get(row.id, [])) or "到场安排",
        )
        > 0
        for row in rows
    )


def _begins(session: Session, fair: Fair) -> str:
    """Return day and time of a fair's first session, or its day."""
    first = session.scalar(
        sa.select(FairSession)
        .where(FairSession.fair_id == fair.id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
        .limit(1)
    )
    if first is None:
        return messages.day_words(fair)
    hour, minute = divmod(first.begins_minute, 60)
    return f"{_words(first.held_on)} {hour}:{minute:02}"
