"""Coverage and guarantees (核验保底): what the checker asks about how many are seated, and about fallback seats.

Part of `checker`. All of it is counted beside the pins: with the seats they leave, for the people they leave.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from matcher.allocation.checker_case import Case
from matcher.allocation.checker_flow import Seating
from matcher.allocation.checker_instance import GROUPS


@dataclass(slots=True)
class Most:
    """The most that can be seated at once.

    Parameters
    ----------
    by_class : how many of a class and those above, those fixed counted in; None where it was not asked for
    people : who is seated if people are in turn, the higher class first, then who had a seat before any guarantee,
        then by lot
    """

    by_class: list[int | None] = field(default_factory=lambda: [None] * 6)
    people: set[int] = field(default_factory=set)


def most_seated(case: Case, least_class: int) -> Most:
    """Seat as many people as can be, class by class down to the least one asked for.

    The plan's own seats are where it begins, so a plan that seats the most is proved right by one search in vain.
    """
    instance, room = case.instance, [sum(seats) for seats in case.pins.room]
    if not instance.releases:
        room = [count for seats in case.pins.room for count in seats]
    seating = Seating(lambda person: options_of(case, person), room)
    most = Most()
    for person_class in range(5, least_class - 1, -1):
        people = [
            one
            for one, own in enumerate(instance.classes)
            if own == person_class and one not in case.pins.fixed
        ]
        people.sort(key=lambda one: (one not in case.first, instance.lottery[one]))
        for one in people:
            posting = case.seat.get(one)
            has_own = posting is not None and posting in case.options(one)
            is_seated = has_own and seating.seat_at(one, nodes_at(case, one, posting or 0))
            if not is_seated and instance.is_guaranteed(one):
                seating.seat_all([one])
        seating.seat_all(people)
        fixed = sum(instance.classes[one] >= person_class for one in case.pins.fixed)
        most.by_class[person_class] = len(seating.node_of) + fixed
    most.people = {one for one in seating.node_of if instance.is_guaranteed(one)}
    return most


def options_of(case: Case, person: int) -> Iterable[int]:
    """Return the nodes open to a person: postings, or where reserves are held their groups of seats."""
    if case.instance.releases:
        return case.options(person)
    return [node for posting in case.options(person) for node in nodes_at(case, person, posting)]


def nodes_at(case: Case, person: int, posting: int) -> list[int]:
    """Return the nodes of a posting open to a person, the narrowest first."""
    if case.instance.releases:
        return [posting]
    groups = case.instance.open_groups(case.pins.room[posting], case.instance.classes[person])
    return [posting * 3 + group for group in reversed(groups)]


def coverage_problems(case: Case, most: Most) -> Iterator[str]:
    """Compare how many sit with how many could, class by class from above."""
    seated = seated_by_class(case)
    for person_class in range(5, -1, -1):
        expected = most.by_class[person_class]
        reached = sum(seated[person_class:])
        if expected is not None and reached != expected:
            yield f"类别 {person_class} 及以上安置 {reached} 人，最多可安置 {expected} 人。"


def seated_by_class(case: Case) -> list[int]:
    """Count by class who sits where it may."""
    wrong = {person for person, _ in case.ineligible}
    counts = Counter(case.instance.classes[one] for one in case.seat if one not in wrong)
    return [counts[person_class] for person_class in range(6)]


def fallback_problems(case: Case) -> Iterator[str]:
    """Look at the seats people are sure of: to be had all at once, and nobody in a seat it likes less."""
    instance = case.instance
    taken = Counter(case.sure.values())
    for (posting, group), count in sorted(taken.items()):
        room = case.pins.room[posting][group]
        if count > room:
            name = case.posting_name(posting)
            yield f"岗位 {name}：保底席位 {count} 个，{GROUPS[group]} 席位只有 {room} 个。"
    for person, (posting, group) in case.sure.items():
        pair = case.named_pair((person, posting))
        open_groups = instance.open_groups(case.pins.room[posting], instance.classes[person])
        if not instance.is_guaranteed(person):
            yield f"{pair}：本人不属于保底类别。"
        elif case.pins.hold_back(person, posting):
            yield f"{pair}：已由人工固定或禁止，不能作为保底席位。"
        elif posting not in case.pairs[person]:
            yield f"{pair}：保底岗位不在双方名单中。"
        elif group not in open_groups:
            yield f"{pair}：保底席位不向其类别开放。"
        elif not _sits_as_well(case, person, posting):
            yield f"{pair}：实际去向不如保底岗位。"


def _sits_as_well(case: Case, person: int, posting: int) -> bool:
    wishes, own = case.instance.wishes[person], case.seat.get(person)
    if own is None or own not in wishes:
        return False
    return wishes.index(own) <= wishes.index(posting)
