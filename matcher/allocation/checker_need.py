"""Who needs a fallback seat (核验保底席位的必要): nobody gets one for the asking, and nobody's is taken away.

Part of `checker`. The published rule: seats are found for the guaranteed one after another, the higher class first,
then who had a seat before any guarantee (`checker_first`), then by lot, and who was found one keeps being seated.
Whoever had a seat keeps it as fallback; it is given to another one who needs it only where that group of seats has no
other one left, besides fallback seats and those others had. Nor does it change hands for nothing: moves in a circle
give nobody a seat.
"""

from collections import Counter
from collections.abc import Iterator

from matcher.allocation.checker_case import Case
from matcher.allocation.checker_instance import GROUPS
from matcher.allocation.checker_pins import Pair


def need_problems(case: Case, covered: set[int]) -> Iterator[str]:
    """Say which guaranteed people are passed over, and which fallback seats nobody had to be given.

    Parameters
    ----------
    covered : the guaranteed people who are seated if each is in turn who can be
    """
    for person in sorted(covered - case.seat.keys()):
        yield f"毕业生 {case.name(person)}：按公布的次序应有保底席位，方案中没有席位。"
    yield from _needless(case)
    for person in _in_circles(case):
        yield (
            f"{case.named_pair((person, case.sure[person][0]))}：与他人互换了保底席位，"
            "没有人因此得到席位，各自应保留首轮席位。"
        )


def fallback_kind(case: Case, person: int) -> bool:
    """Say whether somebody sits where it does by the guarantee: at its fallback, and not there by the choice alone."""
    sits, sure = case.seat.get(person, -1), case.sure.get(person, (-1, -1))
    return sure[0] == sits and case.first.get(person, (-1, -1))[0] != sits


def unlisted(case: Case, covered: set[int]) -> Iterator[str]:
    """Name those who are sure of a seat and missing in a list of fallback seats."""
    if case.plan.fallbacks is None:
        return
    for person in sorted(covered - case.sure.keys()):
        yield f"毕业生 {case.name(person)}：应有保底席位，未列入 fallbacks。"


def _needless(case: Case) -> Iterator[str]:
    """Look at who had a seat before and is sure of another one: without it the group of the former has to be full."""
    filled = Counter(case.sure.values())
    filled.update(seat for person, seat in case.first.items() if person not in case.sure)
    for person, own in _moved(case):
        if filled[own] < case.pins.room[own[0]][own[1]]:
            yield (
                f"{case.named_pair((person, case.sure[person][0]))}：首轮已在岗位 "
                f"{case.posting_name(own[0])} 的 {GROUPS[own[1]]} 席位，该处还有余地，保底席位不应另给。"
            )


def _moved(case: Case) -> list[tuple[int, Pair]]:
    """Return who is sure of another seat than the first one, and that one."""
    return [
        (person, case.first[person])
        for person, sure in case.sure.items()
        if person in case.first and case.first[person] != sure
    ]


def _in_circles(case: Case) -> list[int]:
    """Return who could all have their first seats back by moving in a circle.

    Seats are taken away one by one for as long as nobody moves to them; what is left are circles, and ways out of them.
    Then the same from the other end.
    """
    moves = _moved(case)
    while True:
        entered = {case.sure[person] for person, _ in moves}
        left = {own for _, own in moves}
        still = [
            (person, own) for person, own in moves if own in entered and case.sure[person] in left
        ]
        if len(still) == len(moves):
            return [person for person, _ in still]
        moves = still
