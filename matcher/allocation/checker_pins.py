"""Pins (核验人工指定): pairs a person fixed or forbade, as the plan names them, and what they take out of the choice.

Part of `checker`. Whoever is fixed leaves the market with the seat taken; a forbidden pair is no pair any more. What
is left is what postings choose from, what is counted as the most that could sit, and what nobody may object to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from matcher.allocation.checker_choice import Sitter, choose
from matcher.allocation.checker_instance import Instance, Seats
from matcher.allocation.checker_plan import PIN, PinLine, Plan

Pair = tuple[int, int]
"""A person and a posting, by number."""


@dataclass(slots=True)
class Pins:
    """What pins do.

    Parameters
    ----------
    fixed : by person, the posting it is fixed to
    group : by person fixed, the group of seats at which the posting keeps it
    forbidden : pairs
    room : by posting, the seats left beside those fixed
    wrong : pins that cannot be kept, in words
    """

    room: list[Seats]
    fixed: dict[int, int] = field(default_factory=dict)
    group: dict[int, int] = field(default_factory=dict)
    forbidden: set[Pair] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def hold_back(self, person: int, posting: int) -> bool:
        """Say whether a pair is out of the choice."""
        return person in self.fixed or (person, posting) in self.forbidden


def taken_pins(instance: Instance, plan: Plan) -> Pins:
    """Take the pins of a plan."""
    pins = Pins(list(instance.seats))
    lines = plan.pins or ()
    pins.wrong += [f"{line}：登记了 {n} 次。" for line, n in Counter(lines).items() if n > 1]
    pins.wrong += [problem for line in lines for problem in _take(pins, instance, line)]
    pins.wrong += [
        f"毕业生 {instance.people[one]} — 岗位 {instance.postings[posting]}：既固定又禁止。"
        for one, posting in pins.fixed.items()
        if (one, posting) in pins.forbidden
    ]
    by_posting: defaultdict[int, list[int]] = defaultdict(list)
    for person, posting in pins.fixed.items():
        by_posting[posting].append(person)
    for posting, people in by_posting.items():
        _take_seats(pins, instance, posting, people)
    return pins


def _take(pins: Pins, instance: Instance, line: PinLine) -> Iterator[str]:
    """Take one line; yield what is wrong with it."""
    person = instance.number_of.get(line.person)
    posting = instance.number_of_posting.get(line.posting)
    if person is None or posting is None:
        yield f"{line}：不在实例中。"
    elif line.kind != PIN:
        pins.forbidden.add((person, posting))
    elif person not in instance.orders[posting] or posting not in instance.wishes[person]:
        yield f"{line}：不在双方名单中。"
    elif pins.fixed.setdefault(person, posting) != posting:
        yield f"{line}：此人已固定在岗位 {instance.postings[pins.fixed[person]]}。"


def _take_seats(pins: Pins, instance: Instance, posting: int, people: list[int]) -> None:
    """Let a posting choose seats for those fixed to it; where reserves are held, the narrowest groups choose first."""
    sitters = [
        Sitter(
            one,
            instance.classes[one],
            instance.orders[posting].index(one),
            instance.reserved_orders[posting].index(one),
        )
        for one in people
    ]
    kept = choose(
        sitters,
        instance.seats[posting],
        over_and_above=instance.over_and_above and instance.releases,
        releases=instance.releases,
    )
    room = list(instance.seats[posting])
    for one in kept.groups:
        room[kept.group_taken(one)] -= 1
    pins.room[posting] = (room[0], room[1], room[2])
    pins.group.update(kept.groups)
    pins.wrong += [
        f"毕业生 {instance.people[one]} — 岗位 {instance.postings[posting]}：固定的人多于向其开放的席位。"
        for one in kept.refused
    ]


def pin_problems(pins: Pins, instance: Instance, seat: dict[int, int]) -> Iterator[str]:
    """Say which pins cannot be kept and which were not."""
    yield from pins.wrong
    for person, posting in pins.fixed.items():
        if seat.get(person) != posting:
            yield (
                f"毕业生 {instance.people[person]} — 岗位 {instance.postings[posting]}：固定了，但不在该岗位。"
            )
    for person, posting in sorted(pins.forbidden):
        if seat.get(person) == posting:
            yield (
                f"毕业生 {instance.people[person]} — 岗位 {instance.postings[posting]}：禁止了，但仍在该岗位。"
            )
