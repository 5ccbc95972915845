"""The table of what would help (做什么能有用), worked out in arrays: for persons, for seats, for employers.

Everything is solved again on the plan's own market, around its pins; pairs that were ruled out stay so. Gains of lines
do not add up: what several changes give together stands in the bundle, each the best beside those before it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from matcher.allocation.help import Change, Found, Help, with_spare_postings
from matcher.allocation.market import Market
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds import Mobility
from matcher.kinds.plan_help import HelpKind
from matcher.ranking.facts import GraduateFacts
from matcher.services.plans.help_asking import Asked, HelpInput, Line, Rows, links_of
from matcher.services.plans.help_changes import Changes, OneChange
from matcher.services.plans.help_offers import (
    field_seats,
    lifts,
    narrowed,
    on_its_own,
    posting_seats,
)

KEPT_OF_A_PERSON = 20
KEPT_OF_A_KIND = 20
KEPT = 60
"""Lines kept: who has sixty ways to go does not read the next."""

MOST_STEPS = 8


def help_of_market(market: Market, rules: PlanRules) -> Help:
    """Return the coverage to be asked, with room for seats still to be found."""
    return Help(with_spare_postings(market, KEPT), rules, KEPT)


def people_in_reach(asked_of: Help) -> list[int]:
    """Return the ids of everybody who can be left over: further pairs of others help nobody."""
    ids: list[int] = asked_of.market.graduates[np.flatnonzero(asked_of.reached)].tolist()
    return ids


def help_table(given: HelpInput, look: Callable[[int], None] = lambda done: None) -> dict[str, Any]:
    """Work the table out as plain values for JSON.

    Parameters
    ----------
    look : told how many of `n_steps` are done; may raise to give up
    """
    return _Table(given, look).made()


def n_steps(n_asked: int) -> int:
    """Return how many steps a table takes: one a person, and four over all."""
    return n_asked + 4


class _Table:
    def __init__(self, given: HelpInput, look: Callable[[int], None]) -> None:
        self.given, self.look = given, look
        self.help, self.market = given.asked_of, given.asked_of.market
        self.changes = Changes(given.snapshot)
        self.together: dict[OneChange, list[tuple[int, Rows]]] = defaultdict(list)
        self.pool: list[tuple[Line, Change]] = []
        self.n_solved = 0

    def made(self) -> dict[str, Any]:
        """Work everything out."""
        people = []
        for done, graduate in enumerate(self.given.asked):
            self.look(done)
            if graduate in self.given.people:
                people.append(self._person(self.given.people[graduate]))
        done = len(self.given.asked)
        groups = self._best(self._groups(), done)
        employers = self._employers(done + 1)
        fields = field_seats(self.given, self.changes.places)
        seats = self._best([*fields, *posting_seats(self.given)], done + 2)
        self.look(done + 3)
        return {
            "n_short": self.help.n_short,
            "n_reached": int(self.help.reached.sum()),
            "people": people,
            "groups": groups,
            "employers": employers,
            "seats": seats,
            "bundle": self._bundle(),
            "n_solved": self.n_solved,
        }

    def _person(self, person: GraduateFacts) -> Line:
        """Say what single changes of a person give, or pairs of changes where none does."""
        row = self.given.row(person.id)
        single = self.changes.of_person(person)
        now, opened = self.changes.opened(person, [(one,) for one in single])
        lines = []
        for one, ids in zip(single, opened, strict=True):
            postings = self.given.postings(person.id, ids)
            if len(postings):
                self.together[one].append((row, postings))
                lines.append(_told((one,), self.help.gain_of_pairs(row, postings), len(postings)))
        if not any(line["gain"] for line in lines):
            lines += self._pairs_of_changes(person, row, single)
        lines.sort(key=lambda line: (-line["zero"], -line["gain"], -line["postings"]))
        return {
            "graduate": person.id,
            "n_open": len(self.given.postings(person.id, now)),
            "n_asked": len(single),
            "lines": lines[:KEPT_OF_A_PERSON],
        }

    def _pairs_of_changes(
        self, person: GraduateFacts, row: int, single: Sequence[OneChange]
    ) -> list[Line]:
        """Ask for each change together with going anywhere, which opens most of all places do."""
        anywhere = OneChange(HelpKind.MOBILITY, Mobility.ANYWHERE.value)
        if person.mobility is Mobility.ANYWHERE:
            return []
        kinds = (HelpKind.CERTIFICATE, HelpKind.SECOND_MAJOR)
        bundles = [(one, anywhere) for one in single if one.kind in kinds]
        _, opened = self.changes.opened(person, bundles)
        lines = []
        for bundle, ids in zip(bundles, opened, strict=True):
            postings = self.given.postings(person.id, ids)
            told = _told(bundle, self.help.gain_of_pairs(row, postings), len(postings))
            if told["gain"]:
                lines.append(told)
        return lines

    def _groups(self) -> list[tuple[Line, Change]]:
        """The same change for all who are without a seat, as a course for several would be."""
        return [
            (_line(one), Change(links_of(pairs)))
            for one, pairs in sorted(self.together.items())
            if len(pairs) > 1
        ]

    def _employers(self, done: int) -> list[Line]:
        """One posting lifting one condition; of each condition the best, or the commonest would hide the others."""
        found = []
        for asked in lifts(self.given, self.changes).values():
            found += self._best(asked, done, KEPT_OF_A_KIND)
        return sorted(found, key=lambda line: (-line["zero"], -line["gain"], line["posting"]))

    def _best(self, asked: Sequence[Asked], done: int, keep: int = KEPT) -> list[Line]:
        """Solve and rank; what is kept may be part of the bundle."""
        self.look(done)

        def count(_: int) -> None:
            self.n_solved += 1
            self.look(done)

        found = self.help.best([change for _, change in asked], keep, count)
        told = [self._kept(asked[one.number], one, number) for number, one in enumerate(found)]
        self.pool += told
        lines = [line for line, _ in told]
        # Of seats, those of which each seats most; as many as people they seat are asked for.
        lines.sort(key=lambda line: (-line["zero"] / line.get("seats", 1), -line["zero"]))
        return lines

    def _kept(self, asked: Asked, found: Found, number: int) -> Asked:
        """Tell what a change gains, and ask for no more than that takes."""
        line, change = asked
        kind = HelpKind(line["kind"])
        if change.posting >= 0:
            # As many seats as people they seat: no more are needed (see `allocation.help`).
            change = on_its_own(
                self.given, Change(change.links, change.posting, found.gain.total), number
            )
            line = {**line, "seats": found.gain.total}
        elif kind is HelpKind.LIFT_MAJOR:
            line, change = narrowed(self.given, asked, found.gain)
        elif kind.is_employers:
            line = {**line, "value": self.changes.condition(kind, line["posting"])}
        ids = self.market.graduates[found.gain.seated].tolist()
        zero = int(found.gain.by_class[HIGHEST_CLASS])
        return {**line, "gain": found.gain.total, "zero": zero, "graduates": ids}, change

    def _bundle(self) -> list[Line]:
        chosen = self.help.bundle([change for _, change in self.pool], MOST_STEPS)
        return [{**self.pool[one.number][0], "together": one.gain.total} for one in chosen]


def _line(one: OneChange) -> Line:
    return {"kind": one.kind.value, "value": one.value, "name": one.name}


def _told(bundle: Sequence[OneChange], gained: tuple[int, int], n_postings: int) -> Line:
    changes = [_line(one) for one in bundle]
    return {"changes": changes, "gain": gained[0], "zero": gained[1], "postings": n_postings}
