"""What clerks enter beside the roads of a drive: services, events, marks, money, who leaves, and corrections of it.

It is called at each day's end, draws from a source of its own and touches nothing the roads read but who is in the
drive, so that a drive without it is the same drive. Much is entered days after it happened, and some of it is
corrected or taken back later, as in life: figures of an earlier moment must not move by it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import YangguangError
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.cohorts import CohortStanding, EventChannel, EventKind, LeaveReason, MarkKind
from matcher.kinds.money import ReversalReason
from matcher.models.cohorts import CohortAct
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.services.casework.service_acts import record_act
from matcher.services.cohorts.correcting import CorrectedPlace, correct_place, get_place
from matcher.services.drive_entries import leave_drive
from matcher.services.employer_marks import MarkInput, set_mark
from matcher.services.money import ledger
from matcher.services.money.people import Person
from matcher.services.service_events import (
    EventInput,
    correct_event,
    facts_of,
    get_event,
    record_event,
    void_event,
)
from seeds.simulator.town import Town

_PROGRAMMES = ("union_job_search", "tuition_aid")
_OUTCOMES = (ActOutcome.DONE, ActOutcome.DONE, ActOutcome.REACHED, ActOutcome.NO_ANSWER)
_LATE_DAYS = 6
_AID_FEN = 30_000


class Bookkeeping:
    """One clerk's evenings.

    Parameters
    ----------
    services_a_day : services entered each evening; the other entries come every few days
    """

    def __init__(
        self, factory: SessionFactory, town: Town, seed: int, *, services_a_day: int = 4
    ) -> None:
        self._factory, self._town = factory, town
        self._random = Random(f"{seed} bookkeeping")  # noqa: S311 - made-up entries
        self._services_a_day = services_a_day
        self._events: list[str] = []
        self.entered: Counter[str] = Counter()
        """Entries that passed, by what they are, and refusals by their code."""

    def evening(self, day: int) -> None:
        """Enter what one evening brings; a refusal is counted."""
        for _ in range(self._services_a_day):
            self._enter("service", self._service)
        for every, name, act in (
            (2, "event", self._event),
            (5, "event_corrected", self._event_again),
            (3, "left", self._leaving),
            (2, "standing", self._standing),
            (4, "mark", self._mark),
            (2, "money", self._money),
        ):
            if day % every == 1:
                self._enter(name, act)

    def _enter(self, name: str, act: Callable[[Session], None]) -> None:
        try:
            with transaction(self._factory) as session:
                act(session)
        except YangguangError as error:
            self.entered[error.code] += 1
        else:
            self.entered[name] += 1

    def _some_day(self) -> dt.date:
        """Choose today or one of the last days, of the drive."""
        back = dt.timedelta(days=self._random.choice((0, 0, self._random.randint(0, _LATE_DAYS))))
        return max(clock.today() - back, self._town.first_day)

    def _service(self, session: Session) -> None:
        cases = session.scalars(sa.select(GraduateCase.id).order_by(GraduateCase.id)).all()
        record_act(
            session,
            self._random.choice(self._town.caseworkers),
            self._random.choice(cases),
            kind=self._random.choice(list(ServiceKind)),
            happened_on=self._some_day(),
            outcome=self._random.choice(_OUTCOMES),
        )

    def _facts(self) -> EventInput:
        posts = self._random.randint(10, 60)
        return EventInput(
            kind=self._random.choice([EventKind.FAIR, EventKind.FAIR, EventKind.POLICY_TALK]),
            channel=self._random.choice(list(EventChannel)),
            title="模拟招聘会",
            happened_on=self._some_day(),
            n_employers=self._random.randint(3, 20),
            n_posts=posts,
            n_distinct_posts=self._random.randint(0, posts),
            n_visitors=self._random.randint(10, 300),
            n_intents=self._random.randint(0, 10),
        )

    def _event(self, session: Session) -> None:
        held_by = self._random.choice(self._town.unions)
        event = record_event(
            session, self._town.manager, self._town.drive_id, self._facts(), union_id=held_by
        )
        self._events.append(event.public_id)

    def _event_again(self, session: Session) -> None:
        """Correct an event, or find that it never was."""
        public_id = self._random.choice(self._events)
        if self._random.random() < 0.4:
            void_event(session, self._town.manager, public_id, why="模拟：重复登记")
            self._events.remove(public_id)
            return
        standing = get_event(session, self._town.manager, public_id)[0]
        facts = EventInput(**{**vars(facts_of(standing)), "n_visitors": 77})
        correct_event(session, self._town.manager, public_id, facts, why="模拟：人数更正")

    def _counted(self, session: Session) -> int:
        """Choose somebody of the cohort; before the census, of the drive."""
        counted = sa.select(CohortAct.graduate_id).distinct().order_by(CohortAct.graduate_id)
        return self._random.choice(session.scalars(counted).all() or self._town.graduates)

    def _leaving(self, session: Session) -> None:
        leave_drive(
            session,
            self._town.manager,
            self._town.drive_id,
            self._counted(session),
            reason=self._random.choice(list(LeaveReason)),
            left_on=self._some_day(),
            words="模拟：电话得知",
        )

    def _standing(self, session: Session) -> None:
        """Find that somebody stood otherwise when counted, or is looked after by another union."""
        manager, graduate_id = self._town.manager, self._counted(session)
        now = get_place(session, manager, self._town.drive_id, graduate_id)
        told = CorrectedPlace(
            union_id=self._random.choice([now.union_id, *self._town.unions]),
            tier=now.tier,
            is_zero_employment=now.is_zero_employment,
            is_earlier_year=self._random.random() < 0.3,
            standing=self._random.choice(list(CohortStanding)),
        )
        correct_place(
            session, manager, self._town.drive_id, graduate_id, told, words="模拟：摸底补登"
        )

    def _mark(self, session: Session) -> None:
        facts = MarkInput(
            self._random.choice(list(MarkKind)), from_on=self._some_day(), source="模拟名单"
        )
        set_mark(session, self._town.manager, self._random.choice(self._town.employers), facts)

    def _money(self, session: Session) -> None:
        """Record aid given, or take an entry back."""
        graduate_id = self._counted(session)
        union_id = session.get_one(Graduate, graduate_id).union_id
        clerk, day = self._town.caseworkers[0], self._some_day()
        entry = ledger.record(
            session,
            clerk,
            ledger.EntryInput(
                programme=self._random.choice(_PROGRAMMES),
                union_id=union_id,
                person=Person(graduate_id=graduate_id),
                year=day.year,
                amount_fen=_AID_FEN,
                happened_on=day,
            ),
        )
        session.flush()
        if self._random.random() < 0.2:
            wish = ledger.ReversalInput(reason=ReversalReason.TWICE)
            ledger.reverse(session, clerk, entry.id, wish)
