"""The loop of a simulated drive: nights, mornings, everybody's turns, faults, and the questions after each step."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import YangguangError
from matcher.services import ranking_runs
from matcher.services.permissions import Actor
from matcher.services.referrals import proposing
from matcher.services.referrals.proposing import Pair
from seeds.simulator import (
    course_road,
    faults,
    follow_up_road,
    invariants,
    mornings,
    referral_road,
    training_road,
)
from seeds.simulator.agenda import Agenda, Event
from seeds.simulator.invariants import Touched
from seeds.simulator.mornings import Mornings
from seeds.simulator.proposals import proposals_of_day
from seeds.simulator.report import Report
from seeds.simulator.town import Town
from seeds.simulator.turns import Players, Taken

_ROADS = (referral_road, training_road, course_road, follow_up_road)
_ROAD_OF = {kind: road.turn_of for road in _ROADS for kind in road.EVENTS}
"""Event → the road it is on."""

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
        self._players = Players(town, plan.seed)
        self._random = self._players.random
        self._agenda = Agenda()
        self._mornings = Mornings(self._random)
        mornings.plan(self._agenda, town, self._random, plan.days)
        self.report = Report()

    def run(self, after_day: Callable[[int], None] = lambda _day: None) -> Report:
        """Live through all days; raises BrokenRuleError at the first step after which a rule does not hold."""
        for day in range(self._plan.days):
            self._night(day)
            self._propose(day)
            self._take_up(day)
            for event in self._agenda.of_day(day):
                self._take_turn(day, event)
            self._background.work_off(self._factory)
            self._look_at_all(day)
            after_day(day)
        with reading(self._factory) as session:
            self.report.look(session)
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
        own = self._players.clerk_of(pair.graduate_id) is by
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
            days = self._players.person(pair.graduate_id).days
            self._agenda.add(day + days, "person_about_proposal", outcome.referral_id or 0)
            self._check(day, "propose", Touched(pair.posting_id, pair.graduate_id))

    def _take_up(self, day: int) -> None:
        """Put what the night asked on the agenda."""
        with reading(self._factory) as session:
            for kind, number, days in self._mornings.asked(session):
                self._agenda.add(day + days, kind, number)

    def _take_turn(self, day: int, event: Event) -> None:
        with reading(self._factory) as session:
            taken = _ROAD_OF[event.kind](session, event.kind, event.subject, self._players)
        if taken is None:
            return
        subject = event.subject
        if taken.turn.is_silence:
            self.report.steps["silent"] += 1
        else:
            made = self._act(taken)
            self._check(day, taken.turn.name, taken.touched)
            if made is _REFUSED:
                return
            if taken.turn.begins:
                subject = _number_of(made)
        for kind, days in taken.turn.follows:
            self._agenda.add(day + days, kind, subject)

    def _act(self, taken: Taken) -> object:
        """Take a turn: mostly once, sometimes twice, sometimes in two places at the same moment."""
        draw, turn = self._random.random(), taken.turn
        if draw < self._plan.contended and taken.crossed is not None:
            return self._act_at_once(taken, taken.crossed)
        made = self._do(turn.name, turn.act)
        is_doubled = draw < self._plan.contended + self._plan.doubled
        if made is not _REFUSED and is_doubled:
            self.report.doubled += 1
            self._do(f"{turn.name}_again", turn.act)
        return made

    def _act_at_once(self, taken: Taken, crossed: Callable[[Session], object]) -> object:
        """Take a turn while somebody else takes it too, or does something else about it."""
        self.report.contended += 1
        other = self._random.choice((taken.turn.act, crossed))
        told = faults.at_once([partial(self._once, taken.turn.act), partial(self._once, other)])
        self.report.refusals.update(code for code in told if code)
        self.report.steps[taken.turn.name] += told[0] is None
        return None if None in told else _REFUSED

    def _once(self, act: Callable[[Session], object]) -> object:
        with transaction(self._factory) as session:
            return act(session)

    def _do(self, name: str, act: Callable[[Session], object]) -> object:
        """Do one use case in one transaction; a refusal is counted by its code, anything else is a fault."""
        try:
            with transaction(self._factory) as session:
                made = act(session)
        except YangguangError as error:
            self.report.refusals[error.code] += 1
            return _REFUSED
        self.report.steps[name if made is not None else f"{name}_in_vain"] += 1
        return made

    def _check(self, day: int, step: str, touched: Touched) -> None:
        with reading(self._factory) as session:
            _raise(invariants.broken_at(session, touched), day, step)

    def _look_at_all(self, day: int) -> None:
        with reading(self._factory) as session:
            _raise(invariants.broken_anywhere(session), day, "the day's end")


_REFUSED = object()


def _number_of(made: object) -> int:
    """Return the number of a record a use case made."""
    number = getattr(made, "id", None)
    if not isinstance(number, int):
        raise TypeError("a turn that begins something makes a record")
    return number


def _raise(broken: list[invariants.Broken], day: int, step: str) -> None:
    if broken:
        told = "; ".join(f"{one.rule}: {list(one.ids)}" for one in broken)
        raise BrokenRuleError(f"day {day}, after {step}: {told}")
