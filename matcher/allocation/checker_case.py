"""What follows from an instance and a plan (核验案卷): pairs, who sits where, and each posting's choice replayed.

Part of `checker`. One posting is looked at after the other, so that the places of one order are in memory at a time.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from matcher.allocation.checker_choice import RELEASED, Sitter, choose
from matcher.allocation.checker_reading import (
    GROUPS,
    LEAST_CLASS,
    Instance,
    Plan,
    UnreadableError,
)

Pair = tuple[int, int]
"""A person and a posting, by number."""


@dataclass(slots=True)
class Case:
    """An instance, a plan, and what follows.

    Parameters
    ----------
    seat, kind : by person who sits, as far as both are known
    sure : by person, posting and group of the seat it is sure of
    unknown : what the plan names and the instance does not
    pairs : by person, the postings it may be sent to (in no order)
    ineligible : seats that are no pair
    refused : seats whose posting would not keep the person by the published choice
    blocking : pairs that would rather have each other
    expected_kind : by person who sits, the kind of seat the replay gives it, fallback seats not told apart
    """

    instance: Instance
    plan: Plan
    seat: dict[int, int] = field(default_factory=dict)
    kind: dict[int, str | None] = field(default_factory=dict)
    sure: dict[int, Pair] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    pairs: list["array[int]"] = field(default_factory=list)
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


def open_case(instance: Instance, plan: Plan, rule: str) -> Case:
    """Follow up an instance and a plan."""
    case = Case(instance, plan)
    case.unknown = [*_take_seats(case), *_take_sure(case)]
    case.pairs = [array("i") for _ in instance.people]
    sitters: defaultdict[int, list[int]] = defaultdict(list)
    for person, posting in case.seat.items():
        sitters[posting].append(person)
    # Where reserves are held, most placements fill the narrowest groups first, whatever the published order.
    over_and_above = instance.over_and_above and (rule == "fair" or instance.releases)
    for posting, wishers in enumerate(_wishers(case)):
        _look_at(case, posting, wishers, sitters[posting], over_and_above=over_and_above)
    return case


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


def _take_sure(case: Case) -> Iterator[str]:
    """Number the fallback seats; a plan that lists none means the seats it calls so."""
    people, postings = case.instance.number_of, case.instance.number_of_posting
    written = dict(case.plan.fallbacks)
    if not written:
        written = {
            seat.person: (seat.posting, None) for seat in case.plan.seats if seat.kind == "fallback"
        }
    for name, (posting_name, group) in written.items():
        if name not in people or posting_name not in postings:
            yield f"保底席位：毕业生 {name} 或岗位 {posting_name} 不在实例中。"
            continue
        person, posting = people[name], postings[posting_name]
        number = GROUPS.index(group) if group in GROUPS else _likely_group(case, person, posting)
        case.sure[person] = (posting, number)


def _likely_group(case: Case, person: int, posting: int) -> int:
    """Return the group of a fallback seat a plan does not tell: in groups kept for it somebody wins a seat as it is."""
    return min(case.instance.open_groups(posting, case.instance.classes[person]) or (0,))


def _wishers(case: Case) -> list["array[int]"]:
    """By posting, who wishes for it: twice the number, and one more if it is liked better than the own seat."""
    wishers = [array("i") for _ in case.instance.postings]
    for person, wishes in enumerate(case.instance.wishes):
        own, better = case.seat.get(person, -1), 1
        for posting in wishes:
            if posting == own:
                better = 0
            wishers[posting].append(2 * person + better)
    return wishers


def _look_at(
    case: Case,
    posting: int,
    wishers: "array[int]",
    sitting: list[int],
    *,
    over_and_above: bool,
) -> None:
    """Note the pairs of a posting, replay its choice among those who sit there, and see who else it would choose."""
    instance, (place, reserved_place) = case.instance, _places(case, posting)
    wishing = {mark >> 1: mark & 1 for mark in wishers if mark >> 1 in place}
    for person in wishing:
        case.pairs[person].append(posting)
    case.ineligible += [(one, posting) for one in sitting if one not in wishing]
    sitters = [
        Sitter(one, instance.classes[one], place[one], reserved_place[one], _sure_of(case, one))
        for one in sitting
        if one in wishing
    ]
    kept = choose(
        sitters,
        instance.seats[posting],
        over_and_above=over_and_above,
        releases=instance.releases,
    )
    case.refused += [(person, posting) for person in kept.refused]
    for sitter in sitters:
        group = kept.groups.get(sitter.person, RELEASED)
        case.expected_kind[sitter.person] = _kind(group, sitter.person_class)
    for person, likes_better in wishing.items():
        if likes_better and kept.would_take(
            instance.classes[person], place[person], reserved_place[person]
        ):
            case.blocking.append((person, posting))


def _sure_of(case: Case, person: int) -> int | None:
    """Return the group of the seat a person sits in by right, None if it is sure of another one or of none."""
    posting, group = case.sure.get(person, (-1, -1))
    return group if posting == case.seat[person] else None


def _places(case: Case, posting: int) -> tuple[dict[int, int], dict[int, int]]:
    """Return by person the place in the order of ordinary seats, and of reserved ones."""
    instance = case.instance
    try:
        order = [instance.number_of[str(one)] for one in instance.orders[posting]]
        reserved = [instance.number_of[str(one)] for one in instance.reserved_orders[posting]]
    except KeyError as error:
        name = case.posting_name(posting)
        raise UnreadableError(f"岗位 {name} 的次序中有不在实例中的毕业生 {error}。") from error
    place = {person: number for number, person in enumerate(order)}
    if reserved == order:
        return place, place
    return place, {person: number for number, person in enumerate(reserved)}


def _kind(group: int, person_class: int) -> str:
    if group == 0:
        return "open"
    is_own = group != RELEASED and person_class >= LEAST_CLASS[group]
    return "reserved" if is_own else "released"
