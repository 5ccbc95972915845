"""What follows from an instance and a plan (核验案卷): pairs, who sits where, and each posting's choice replayed.

Part of `checker`. Pins are taken out before: whoever is fixed, the seat taken and pairs that are forbidden have no
part in any choice (`checker_pins`).
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.allocation.checker_choice import RELEASED, Kept, Limits, Sitter, choose
from matcher.allocation.checker_instance import GROUPS, LEAST_CLASS, Instance
from matcher.allocation.checker_pins import Pair, Pins
from matcher.allocation.checker_plan import Plan

NO_PAIR = -1
"""The place of somebody who has none in an order, or whose pair is out of the choice."""


@dataclass(slots=True)
class Case:
    """An instance, a plan, and what follows.

    Parameters
    ----------
    places, reserved_places : by person along the wishes, the place in the order of ordinary seats and of reserved ones
    pairs : by person, the postings it may be sent to, whatever the pins; best wish first
    seat, kind : by person who sits, as far as both are known
    first : by person who had one, posting and group of the seat before any guarantee (`checker_first`)
    sure : by person, posting and group of the seat it is sure of
    unknown : what the plan names and the instance does not
    ineligible : seats that are no pair
    refused : seats whose posting would not keep the person by the published choice
    blocking : pairs that would rather have each other
    expected_kind : by person who sits, the kind of seat the replay gives it, fallback seats not told apart
    """

    instance: Instance
    plan: Plan
    pins: Pins
    places: list["array[int]"] = field(default_factory=list)
    reserved_places: list["array[int]"] = field(default_factory=list)
    pairs: list[Sequence[int]] = field(default_factory=list)
    seat: dict[int, int] = field(default_factory=dict)
    kind: dict[int, str | None] = field(default_factory=dict)
    first: dict[int, Pair] = field(default_factory=dict)
    sure: dict[int, Pair] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    ineligible: list[Pair] = field(default_factory=list)
    refused: list[Pair] = field(default_factory=list)
    blocking: list[Pair] = field(default_factory=list)
    expected_kind: dict[int, str] = field(default_factory=dict)

    def name(self, person: int) -> str:
        """Name a person as the plan does."""
        return self.instance.people[person]

    def posting_name(self, posting: int) -> str:
        """Name a posting as the plan does."""
        return self.instance.postings[posting]

    def named_pair(self, pair: Pair) -> str:
        """Name a pair in words."""
        return f"毕业生 {self.name(pair[0])} — 岗位 {self.posting_name(pair[1])}"

    def options(self, person: int) -> Sequence[int]:
        """Return the postings a person may be sent to beside the pins, best wish first."""
        wishes, places = self.instance.wishes[person], self.places[person]
        if NO_PAIR not in places:
            return wishes
        return [one for one, place in zip(wishes, places, strict=True) if place != NO_PAIR]

    def sitter(self, person: int, at: int, sure_of: int | None = None) -> Sitter:
        """Return a person as it asks the posting of one of its wishes."""
        person_class = self.instance.classes[person]
        place, reserved_place = self.places[person][at], self.reserved_places[person][at]
        return Sitter(person, person_class, place, reserved_place, sure_of)

    def chosen(self, posting: int, sitters: list[Sitter], *, over_and_above: bool) -> Kept:
        """Let a posting choose, with the seats the pins leave."""
        room, releases = self.pins.room[posting], self.instance.releases
        return choose(sitters, room, over_and_above=over_and_above, releases=releases)


def open_case(instance: Instance, plan: Plan, pins: Pins) -> Case:
    """Note the pairs, and who sits where."""
    case = Case(instance, plan, pins)
    _take_places(case)
    case.unknown += _take_seats(case)
    return case


def _take_places(case: Case) -> None:
    """Write by person the places in the orders of its wishes, one posting after the other, to save memory."""
    instance = case.instance
    case.places = places = [array("i", [NO_PAIR]) * len(wishes) for wishes in instance.wishes]
    case.reserved_places = reserved_places = [array("i", empty) for empty in places]
    for posting, wishers in enumerate(_wishers(instance)):
        order, reserved = instance.orders[posting], instance.reserved_orders[posting]
        place = {person: number for number, person in enumerate(order)}
        again = place
        if reserved is not order:
            again = {person: number for number, person in enumerate(reserved)}
        for person, at in wishers:
            if person in place:
                places[person][at] = place[person]
                reserved_places[person][at] = again[person]
    case.pairs = [case.options(person) for person in range(len(instance.people))]
    for person, posting in [*case.pins.fixed.items(), *case.pins.forbidden]:
        for at, wish in enumerate(instance.wishes[person]):
            if person in case.pins.fixed or wish == posting:
                places[person][at] = NO_PAIR


def _wishers(instance: Instance) -> Iterator[Iterator[Pair]]:
    """By posting, who wishes for it, and as which wish."""
    people = [array("i") for _ in instance.postings]
    at_wish = [array("i") for _ in instance.postings]
    for person, wishes in enumerate(instance.wishes):
        for at, posting in enumerate(wishes):
            people[posting].append(person)
            at_wish[posting].append(at)
    return map(zip, people, at_wish)


def _take_seats(case: Case) -> Iterator[str]:
    """Number the seats of the plan; yield what is unknown."""
    people, postings = case.instance.number_of, case.instance.number_of_posting
    for seat in case.plan.seats:
        if seat.person not in people:
            yield f"毕业生 {seat.person} 不在实例中。"
        elif seat.posting not in postings:
            yield f"毕业生 {seat.person}：岗位 {seat.posting} 不在实例中。"
        else:
            person = people[seat.person]
            case.seat[person], case.kind[person] = postings[seat.posting], seat.kind


def take_sure(case: Case) -> None:
    """Number the fallback seats; a plan that lists none means the seats it calls so."""
    people, postings = case.instance.number_of, case.instance.number_of_posting
    written: Mapping[str, tuple[str, str | None]] | None = case.plan.fallbacks
    if written is None:
        written = {
            seat.person: (seat.posting, None) for seat in case.plan.seats if seat.kind == "fallback"
        }
    for name, (posting_name, group) in written.items():
        if name not in people or posting_name not in postings:
            case.unknown.append(f"保底席位：毕业生 {name} 或岗位 {posting_name} 不在实例中。")
            continue
        person, posting = people[name], postings[posting_name]
        number = _likely_group(case, person, posting) if group is None else GROUPS.index(group)
        case.sure[person] = (posting, number)


def _likely_group(case: Case, person: int, posting: int) -> int:
    """Return the group of a fallback seat a plan does not tell: that of the first seat, if it is there; else the
    first that is open, for in groups kept for it somebody wins a seat as it is."""
    first_posting, first_group = case.first.get(person, (-1, -1))
    if first_posting == posting:
        return first_group
    room = case.pins.room[posting]
    return min(case.instance.open_groups(room, case.instance.classes[person]) or (0,))


def replay(case: Case, *, over_and_above: bool) -> None:
    """Replay each posting's choice among those who sit there, and see who else it would choose."""
    sitters: defaultdict[int, list[Sitter]] = defaultdict(list)
    for person, posting in case.seat.items():
        if posting not in case.pairs[person]:
            case.ineligible.append((person, posting))
        elif person in case.pins.group:
            case.expected_kind[person] = _kind(case, person, case.pins.group[person])
        elif not case.pins.hold_back(person, posting):
            at = case.instance.wishes[person].index(posting)
            sitters[posting].append(case.sitter(person, at, _sure_of(case, person)))
    limits = []
    for posting in range(len(case.instance.postings)):
        kept = case.chosen(posting, sitters[posting], over_and_above=over_and_above)
        limits.append(kept.limits)
        case.refused += [(person, posting) for person in kept.refused]
        for sitter in sitters[posting]:
            group = kept.groups.get(sitter.person, RELEASED)
            case.expected_kind[sitter.person] = _kind(case, sitter.person, group)
    for person in range(len(case.instance.people)):
        case.blocking += _blocking(case, person, limits)


def _blocking(case: Case, person: int, limits: list[Limits]) -> Iterator[Pair]:
    """Yield the postings a person likes better than its seat that would choose it."""
    own, person_class = case.seat.get(person, -1), case.instance.classes[person]
    places, reserved_places = case.places[person], case.reserved_places[person]
    for at, posting in enumerate(case.instance.wishes[person]):
        if posting == own:
            return
        place = places[at]
        if place != NO_PAIR and limits[posting].admit(person_class, place, reserved_places[at]):
            yield person, posting


def _sure_of(case: Case, person: int) -> int | None:
    """Return the group of the seat a person sits in by right, None if it is sure of another one or of none."""
    posting, group = case.sure.get(person, (-1, -1))
    return group if posting == case.seat[person] else None


def _kind(case: Case, person: int, group: int) -> str:
    if group == 0:
        return "open"
    is_own = group != RELEASED and case.instance.classes[person] >= LEAST_CLASS[group]
    return "reserved" if is_own else "released"
