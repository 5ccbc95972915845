"""What employers and the union could do (放宽条件、增加席位): the lines to be asked of a market, not solved yet."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from matcher.allocation.coverage import Links
from matcher.allocation.gains import Gain
from matcher.allocation.hall import certificate
from matcher.allocation.help import Change
from matcher.kinds.plan_help import HelpKind
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.places import city_key, is_province
from matcher.services.plans.help_asking import Asked, HelpInput, Line, Rows, links_of
from matcher.services.plans.help_changes import Changes, accepts_place, under_rules

_MOST_PLACES = 30

_MOST_FIELDS = 3
"""Classes of majors an employer is asked to take as well; rather than a longer list, any major."""


def lifts(given: HelpInput, changes: Changes) -> dict[HelpKind, list[Asked]]:
    """Return by condition the lines of one posting lifting it, those that most people wait for first."""
    people = list(given.people.values())
    found = {}
    for kind, opened in changes.lifted(people).items():
        waiting: dict[int, list[int]] = defaultdict(list)
        for person, ids in zip(people, opened, strict=True):
            for posting in given.postings(person.id, ids).tolist():
                waiting[posting].append(given.row(person.id))
        asked = [_lift(given, kind, posting, rows) for posting, rows in waiting.items()]
        asked.sort(key=lambda one: (-len(one[1].links.graduate), one[0]["posting"]))
        found[kind] = asked
    return found


def _lift(given: HelpInput, kind: HelpKind, posting: int, rows: Sequence[int]) -> Asked:
    line = {"kind": kind.value, "posting": int(given.market.postings[posting])}
    owners = np.asarray(rows, dtype=np.int64)
    return line, Change(Links(owners, np.full(len(owners), posting, dtype=np.int64)))


def narrowed(given: HelpInput, asked: Asked, gain: Gain) -> Asked:
    """Ask for no more majors than those who sit there then have, by class: that gains the same (`Gain.by_link`)."""
    line, change = asked
    own = {given.row(one.id): _fields(given, one) for one in given.people.values()}
    wanted = sorted({own[row][0] for row in gain.by_link.tolist() if own[row]})
    names = dict(wanted)
    is_all_told = all(own[row] for row in gain.by_link.tolist()) and "" not in names
    if not is_all_told or not 0 < len(names) <= _MOST_FIELDS:
        return {**line, "value": "", "name": ""}, change
    takes = [any(code in names for code, _ in own[row]) for row in change.links.graduate.tolist()]
    kept = np.asarray(takes, dtype=np.bool_)
    links = Links(change.links.graduate[kept], change.links.posting[kept])
    told = {**line, "value": "|".join(names), "name": "、".join(names.values())}
    return told, Change(links)


def _fields(given: HelpInput, person: GraduateFacts) -> list[tuple[str, str]]:
    """Classes of the majors that count, with their names; the first major's first."""
    counted = under_rules(person, given.snapshot.parameters).majors
    return list(dict.fromkeys((one.class_code, one.class_name) for one in counted))


def field_seats(given: HelpInput, places: Sequence[str]) -> list[Asked]:
    """Return seats in a class of majors and a place, asking for nothing else.

    Places from which the same people would come are one line; one from which fewer would is left out, but for the
    drive's own city.
    """
    waiting: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    people = [under_rules(one, given.snapshot.parameters) for one in given.people.values()]
    for person in people:
        for code in _wanted(given, people, places):
            if accepts_place(person, code):
                for field in _fields(given, person):
                    waiting[field][code].append(given.row(person.id))
    return [
        _field_line(given, field, codes, rows)
        for field, by_place in sorted(waiting.items())
        for codes, rows in _widest(by_place, given.home)
    ]


def _wanted(
    given: HelpInput, people: Sequence[GraduateFacts], places: Sequence[str]
) -> Sequence[str]:
    """Return the places worth asking about: the own city, those of most postings, those people wish for."""
    listed = {f"{city_key(code):06d}" for person in people for code in person.places}
    cities = sorted(code for code in listed if not is_province(int(code)))
    home = [given.home] if given.home else []
    return list(dict.fromkeys([*home, *places[:_MOST_PLACES], *cities]))


def _widest(
    by_place: dict[str, list[int]], home: str
) -> Iterator[tuple[list[str], Collection[int]]]:
    alike: dict[frozenset[int], list[str]] = defaultdict(list)
    for code, rows in by_place.items():
        alike[frozenset(rows)].append(code)
    for people, codes in alike.items():
        if home in codes or not any(people < others for others in alike):
            yield sorted(codes, key=lambda code: code != home), sorted(people)


def _field_line(
    given: HelpInput, field: tuple[str, str], codes: list[str], rows: Collection[int]
) -> Asked:
    line: Line = {
        "kind": HelpKind.FIELD_SEATS.value,
        "value": field[0],
        "name": field[1],
        "place": codes[0],
        "places": codes,
    }
    spare: Rows = np.asarray([given.spare], dtype=np.int64)
    seats = min(len(rows), given.asked_of.n_short)
    return line, Change(links_of([(row, spare) for row in rows]), given.spare, seats)


def posting_seats(given: HelpInput) -> list[Asked]:
    """Return seats more at postings people compete for who cannot all be seated."""
    found: list[Asked] = []
    for one in certificate(given.market, given.asked_of.rules):
        for posting in one.postings.tolist():
            number = int(given.market.postings[posting])
            line = {"kind": HelpKind.POSTING_SEATS.value, "posting": number}
            found.append((line, Change(Links.none(), posting, one.short)))
    return found


def on_its_own(given: HelpInput, change: Change, number: int) -> Change:
    """Put seats still to be found at a spare posting of their own, so that together with others each line's people
    fill only that line's seats."""
    if change.posting < given.spare:
        return change
    row = given.spare + number
    links = Links(change.links.graduate, np.full_like(change.links.posting, row))
    return Change(links, row, change.seats)
