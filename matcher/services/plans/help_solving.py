"""The table of what would help (做什么能有用), worked out in arrays: for persons, for seats, for employers.

Everything is solved again on the plan's own market, around its pins; pairs that were ruled out stay so. Gains of lines
do not add up: what several changes give together stands in the bundle, each the best beside those before it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.coverage import Links
from matcher.allocation.hall import certificate
from matcher.allocation.help import Change, Found, Help, with_spare_posting
from matcher.allocation.market import Market
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds import Mobility
from matcher.kinds.plan_help import HelpKind
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.places import city_key, is_province
from matcher.ranking.snapshot import Snapshot
from matcher.services.plans.help_changes import (
    Changes,
    Ids,
    OneChange,
    accepts_place,
    under_rules,
)

Rows = NDArray[np.int64]
Line = dict[str, Any]

KEPT_OF_A_PERSON = 20
KEPT = 60
"""Lines kept: who has sixty ways to go does not read the next."""

MOST_STEPS = 8
_MOST_PLACES = 30


@dataclass(frozen=True, eq=False)
class HelpInput:
    """What the table is worked out from.

    Parameters
    ----------
    market : what the plan's pins leave, with a spare posting at its end
    people : facts of those who can be left over, by id
    asked : ids of those without a seat, by either rule
    ruled_out : pairs of ids that may not come about
    """

    asked_of: Help
    snapshot: Snapshot
    people: Mapping[int, GraduateFacts]
    asked: Sequence[int]
    ruled_out: frozenset[tuple[int, int]]


def help_of_market(market: Market, rules: PlanRules) -> Help:
    """Return the coverage to be asked, with room for seats still to be found."""
    return Help(with_spare_posting(market), rules)


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
        employers = self._best(self._employers(), done + 1)
        seats = self._best([*self._field_seats(), *self._posting_seats()], done + 2)
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
        row = self._row(person.id)
        single = self.changes.of_person(person)
        now, opened = self.changes.opened(person, [(one,) for one in single])
        lines = []
        for one, ids in zip(single, opened, strict=True):
            postings = self._postings(person.id, ids)
            if len(postings):
                self.together[one].append((row, postings))
                lines.append(_told((one,), self.help.gain_of_pairs(row, postings), len(postings)))
        if not any(line["gain"] for line in lines):
            lines += self._pairs_of_changes(person, row, single)
        lines.sort(key=lambda line: (-line["zero"], -line["gain"], -line["postings"]))
        return {
            "graduate": person.id,
            "n_open": len(self._postings(person.id, now)),
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
            postings = self._postings(person.id, ids)
            told = _told(bundle, self.help.gain_of_pairs(row, postings), len(postings))
            if told["gain"]:
                lines.append(told)
        return lines

    def _row(self, graduate: int) -> int:
        return int(np.searchsorted(self.market.graduates, graduate))

    def _postings(self, graduate: int, ids: Ids) -> Rows:
        """Rows of those of some postings that are in the market with seats, and not ruled out for a person."""
        known = self.market.postings
        at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        rows = at[known[at] == ids]
        rows = rows[self.market.seats[rows].any(axis=1)]
        kept = [
            row for row in rows.tolist() if (graduate, int(known[row])) not in self.given.ruled_out
        ]
        return np.asarray(kept, dtype=np.int64)

    def _groups(self) -> list[tuple[Line, Change]]:
        """The same change for all who are without a seat, as a course for several would be."""
        return [
            (_line(one), Change(_links(pairs)))
            for one, pairs in sorted(self.together.items())
            if len(pairs) > 1
        ]

    def _employers(self) -> list[tuple[Line, Change]]:
        """One posting lifting one condition, those that most people wait for first."""
        people = list(self.given.people.values())
        found: list[tuple[Line, Change]] = []
        for kind, opened in self.changes.lifted(people).items():
            waiting: dict[int, list[int]] = defaultdict(list)
            for person, ids in zip(people, opened, strict=True):
                for posting in self._postings(person.id, ids).tolist():
                    waiting[posting].append(self._row(person.id))
            for posting, rows in waiting.items():
                line = {"kind": kind.value, "posting": int(self.market.postings[posting])}
                pairs = [(row, np.asarray([posting])) for row in rows]
                found.append((line, Change(_links(pairs))))
        found.sort(key=lambda one: (-len(one[1].links.graduate), one[0]["posting"]))
        return found

    def _field_seats(self) -> list[tuple[Line, Change]]:
        """Seats in a class of majors and a place, asking for nothing else."""
        spare = self.market.n_postings - 1
        parameters = self.given.snapshot.parameters
        people = [under_rules(one, parameters) for one in self.given.people.values()]
        listed = {f"{city_key(code):06d}" for person in people for code in person.places}
        cities = sorted(code for code in listed if not is_province(int(code)))
        wanted = list(dict.fromkeys([*self.changes.places[:_MOST_PLACES], *cities]))
        waiting: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for person in people:
            for code in wanted:
                if accepts_place(person, code):
                    for name, title in {(one.class_code, one.class_name) for one in person.majors}:
                        waiting[name, title, code].append(self._row(person.id))
        found = []
        for (name, title, code), rows in sorted(waiting.items()):
            line = {
                "kind": HelpKind.FIELD_SEATS.value,
                "value": name,
                "name": title,
                "place": code,
            }
            pairs = [(row, np.asarray([spare])) for row in rows]
            found.append((line, Change(_links(pairs), spare, min(len(rows), self.help.n_short))))
        return found

    def _posting_seats(self) -> list[tuple[Line, Change]]:
        """Seats more at postings people compete for who cannot all be seated."""
        found = []
        for one in certificate(self.market, self.help.rules):
            for posting in one.postings.tolist():
                line = {
                    "kind": HelpKind.POSTING_SEATS.value,
                    "posting": int(self.market.postings[posting]),
                }
                found.append((line, Change(Links.none(), posting, one.short)))
        return found

    def _best(self, asked: Sequence[tuple[Line, Change]], done: int) -> list[Line]:
        """Solve and rank; what is kept may be part of the bundle."""
        self.look(done)

        def count(_: int) -> None:
            self.n_solved += 1
            self.look(done)

        found = self.help.best([change for _, change in asked], KEPT, count)
        lines = []
        for one in found:
            line, change = asked[one.number]
            if change.posting >= 0:
                # As many seats as people they seat: no more are needed (see `allocation.help`).
                change = Change(change.links, change.posting, one.gain.total)
                line = {**line, "seats": one.gain.total}
            told = {**self._named(line), **self._gained(one)}
            lines.append(told)
            self.pool.append((told, change))
        lines.sort(key=lambda line: (-line["zero"], -line["gain"]))
        return lines

    def _named(self, line: Line) -> Line:
        """Add what the posting asks for, to lines about an employer."""
        kind = HelpKind(line["kind"])
        if not kind.is_employers or kind is HelpKind.POSTING_SEATS:
            return line
        return {**line, "value": self.changes.condition(kind, line["posting"])}

    def _gained(self, one: Found) -> Line:
        ids = self.market.graduates[one.gain.seated].tolist()
        zero = int(one.gain.by_class[HIGHEST_CLASS])
        return {"gain": one.gain.total, "zero": zero, "graduates": ids}

    def _bundle(self) -> list[Line]:
        chosen = self.help.bundle([change for _, change in self.pool], MOST_STEPS)
        return [{**self.pool[one.number][0], "together": one.gain.total} for one in chosen]


def _line(one: OneChange) -> Line:
    return {"kind": one.kind.value, "value": one.value, "name": one.name}


def _told(bundle: Sequence[OneChange], gained: tuple[int, int], n_postings: int) -> Line:
    changes = [_line(one) for one in bundle]
    return {"changes": changes, "gain": gained[0], "zero": gained[1], "postings": n_postings}


def _links(pairs: Sequence[tuple[int, Rows]]) -> Links:
    owner = [np.full(len(postings), row, dtype=np.int64) for row, postings in pairs]
    return Links(np.concatenate(owner), np.concatenate([one for _, one in pairs]))
