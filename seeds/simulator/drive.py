"""The loop of a simulated drive: nights, mornings, everybody's turns, faults, and the questions after each step."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import YangguangError
from matcher.kinds.referrals import WithdrawalReason
from matcher.models.referrals import Referral
from matcher.services import ranking_runs
from matcher.services.permissions import Actor
from matcher.services.referrals import proposing, withdrawing
from matcher.services.referrals.proposing import Pair
from seeds.simulator import faults, invariants, temperament
from seeds.simulator.acts import TURNS, Cast, Standing, Turn
from seeds.simulator.agenda import Agenda, Event
from seeds.simulator.proposals import proposals_of_day
from seeds.simulator.town import Town

_NIGHT, _MORNING = dt.time(0, 45), dt.time(9, 0)
_RANKED_EVERY = 7
_KILLED_EVERY = 9
_LEASE_OVER = dt.timedelta(minutes=5)
"""After this long a killed worker's jobs are free again."""


class Background(Protocol):
    """Who does background work: handed in, since the generator knows no workers."""

    def night(self, factory: SessionFactory) -> None:
        """Ask for everything that is scheduled."""

    def work_off(self, factory: SessionFactory) -> int:
        """Do all that is due."""


class BrokenRuleError(AssertionError):
    """An invariant does not hold; the message names rule, rows, day and step."""


@dataclass(frozen=True)
class Plan:
    """How much happens.

    Parameters
    ----------
    people_a_day : people whom clerks propose somewhere each day
    doubled, contended : shares of turns taken twice, and taken by two at the same moment
    """

    seed: int = 1
    days: int = 92
    people_a_day: int = 14
    doubled: float = 0.03
    contended: float = 0.01


@dataclass
class Report:
    """What happened, in counts."""

    steps: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    states: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    doubled: int = 0
    contended: int = 0


class SimulatedDrive:
    """One drive from its first to its last day.

    Parameters
    ----------
    hands : the clock, from `matcher.clock.set_by_hand`
    """

    def __init__(
        self,
        factory: SessionFactory,
        town: Town,
        background: Background,
        hands: clock.Hands,
        plan: Plan,
    ) -> None:
        self._factory, self._town, self._plan = factory, town, plan
        self._background, self._hands = background, hands
        self._random = Random(f"{plan.seed} drive")  # noqa: S311 - made-up behaviour
        self._agenda = Agenda()
        self.report = Report()

    def run(self, after_day: Callable[[int], None] = lambda _day: None) -> Report:
        """Live through all days; raises BrokenRuleError at the first step after which a rule does not hold."""
        for day in range(self._plan.days):
            self._night(day)
            self._propose(day)
            for event in self._agenda.of_day(day):
                self._take_turn(day, event)
            self._background.work_off(self._factory)
            self._look_at_all(day)
            after_day(day)
        self.report.states = self._states()
        return self.report

    def _at(self, day: int, hour: dt.time) -> None:
        date = self._town.first_day + dt.timedelta(days=day)
        at = dt.datetime.combine(date, hour, clock.CHINA).astimezone(dt.UTC)
        self._hands.move_to(max(at, self._hands.instant))

    def _night(self, day: int) -> None:
        self._at(day, _NIGHT)
        self._background.night(self._factory)
        if day % _RANKED_EVERY == 0:
            with transaction(self._factory) as session:
                ranking_runs.request_run(session, self._town.manager, self._town.drive_id)
        if day % _KILLED_EVERY == _KILLED_EVERY - 1:
            self._kill_a_worker()
        self._background.work_off(self._factory)
        self._at(day, _MORNING)
        self._background.work_off(self._factory)

    def _kill_a_worker(self) -> None:
        """Kill the worker in the middle of the night's work; the next one begins when the lease is over."""
        try:
            with faults.killed_after(self._factory, self._random.randint(1, 40)):
                self._background.work_off(self._factory)
        except faults.KilledError:
            self.report.kills += 1
        self._hands.move_to(self._hands.instant + _LEASE_OVER)

    def _propose(self, day: int) -> None:
        with reading(self._factory) as session:
            chosen = list(
                proposals_of_day(session, self._town, self._random, people=self._plan.people_a_day)
            )
        for by in self._town.caseworkers:
            for kept in (True, False):
                pairs = [one for one in chosen if self._is_of(one, by, kept=kept)]
                self._propose_together(day, by, pairs, kept=kept)

    def _is_of(self, pair: Pair, by: Actor, *, kept: bool) -> bool:
        own = self._clerk_of(pair.graduate_id) is by
        return own and (pair.graduate_id in self._town.supported) is kept

    def _propose_together(self, day: int, by: Actor, pairs: Sequence[Pair], *, kept: bool) -> None:
        """Let a clerk send one form; whom the union supports gets a seat held meanwhile."""
        if not pairs:
            return
        with transaction(self._factory) as session:
            outcomes = proposing.propose_many(session, by, pairs, hold_seat=kept)
        for pair, outcome in zip(pairs, outcomes, strict=True):
            if outcome.refusal is not None:
                self.report.refusals[outcome.refusal.code] += 1
                continue
            self.report.steps["propose"] += 1
            days = temperament.person(self._plan.seed, pair.graduate_id).days
            self._agenda.add(day + days, "person_about_proposal", outcome.referral_id or 0)
            self._check(day, "propose", pair.posting_id, pair.graduate_id)

    def _take_turn(self, day: int, event: Event) -> None:
        turn_of, states = TURNS[event.kind]
        now = self._standing(event.subject)
        if now.state not in states:
            return
        turn = turn_of(now, self._cast(now))
        if turn is None:
            return
        if turn.name == "silent":
            self.report.steps["silent"] += 1
        else:
            passed = self._act(now, turn)
            self._check(day, turn.name, now.posting_id, now.graduate_id)
            if not passed:
                return
        for kind, days in turn.follows:
            self._agenda.add(day + days, kind, event.subject)

    def _act(self, now: Standing, turn: Turn) -> bool:
        """Take a turn: mostly once, sometimes twice, sometimes in two places at the same moment."""
        draw = self._random.random()
        if draw < self._plan.contended:
            self.report.contended += 1
            other = self._random.choice((turn.act, partial(self._taken_back, now)))
            told = faults.at_once([partial(self._once, turn.act), partial(self._once, other)])
            self.report.refusals.update(code for code in told if code)
            self.report.steps[turn.name] += 1
            return None in told
        passed = self._do(turn.name, turn.act) is not _REFUSED
        if passed and draw < self._plan.contended + self._plan.doubled:
            self.report.doubled += 1
            self._do(f"{turn.name}_again", turn.act)
        return passed

    def _once(self, act: Callable[[Session], object]) -> object:
        with transaction(self._factory) as session:
            return act(session)

    def _taken_back(self, now: Standing, session: Session) -> object:
        """A clerk takes the referral back while its turn is taken."""
        by = self._clerk_of(now.graduate_id)
        return withdrawing.withdraw(session, by, now.id, reason=WithdrawalReason.OTHER)

    def _do(self, name: str, act: Callable[[Session], object]) -> object:
        """Do one use case in one transaction; a refusal is counted by its code, anything else is a fault."""
        try:
            with transaction(self._factory) as session:
                made = act(session)
        except YangguangError as error:
            self.report.refusals[error.code] += 1
            return _REFUSED
        self.report.steps[name] += 1
        return made

    def _standing(self, referral_id: int) -> Standing:
        with reading(self._factory) as session:
            row = session.get_one(Referral, referral_id)
            return Standing(
                row.id,
                row.state,
                row.posting_id,
                row.graduate_id,
                row.employer_id,
                row.version_id,
                row.reports_on,
            )

    def _cast(self, now: Standing) -> Cast:
        seed = self._plan.seed
        return Cast(
            self._random,
            temperament.person(seed, now.graduate_id),
            temperament.employer(seed, now.employer_id),
            self._clerk_of(now.graduate_id),
            self._town.reviewer,
        )

    def _clerk_of(self, graduate_id: int) -> Actor:
        clerks = self._town.caseworkers
        return clerks[graduate_id % len(clerks)]

    def _check(self, day: int, step: str, posting_id: int, graduate_id: int) -> None:
        with reading(self._factory) as session:
            _raise(invariants.broken_at(session, posting_id, graduate_id), day, step)

    def _look_at_all(self, day: int) -> None:
        with reading(self._factory) as session:
            _raise(invariants.broken_anywhere(session), day, "the day's end")

    def _states(self) -> dict[str, int]:
        with reading(self._factory) as session:
            rows = session.execute(
                sa.select(Referral.state, sa.func.count()).group_by(Referral.state)
            )
            return {state.value: count for state, count in rows}


_REFUSED = object()


def _raise(broken: list[invariants.Broken], day: int, step: str) -> None:
    if broken:
        told = "; ".join(f"{one.rule}: {list(one.ids)}" for one in broken)
        raise BrokenRuleError(f"day {day}, after {step}: {told}")
