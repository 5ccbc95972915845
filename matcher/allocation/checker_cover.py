"""Coverage, guarantees and proofs (核验保底): what the checker asks about who is seated at all.

Part of `checker`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from matcher.allocation.checker_case import Case
from matcher.allocation.checker_flow import Seating
from matcher.allocation.checker_reading import GROUPS


def most_by_class(case: Case, least_class: int) -> list[int | None]:
    """Return by class how many people of it and above can be seated at once; None below the least class asked for.

    The plan's own seats are where it begins, so a plan that seats the most is proved right by one search in vain.
    """
    instance = case.instance
    room = [sum(seats) for seats in instance.seats]
    if not instance.releases:
        room = [count for seats in instance.seats for count in seats]
    people: list[list[int]] = [[] for _ in range(6)]
    for person, person_class in enumerate(instance.classes):
        people[person_class].append(person)
    seating = Seating(lambda person: options_of(case, person), room)
    most: list[int | None] = [None] * 6
    for person_class in range(5, least_class - 1, -1):
        for person in people[person_class]:
            posting = case.seat.get(person)
            if posting is not None and posting in case.pairs[person]:
                seating.seat_at(person, nodes_at(case, person, posting))
        seating.seat_all(people[person_class])
        most[person_class] = len(seating.node_of)
    return most


def options_of(case: Case, person: int) -> Iterable[int]:
    """Return the nodes open to a person: postings, or where reserves are held their groups of seats."""
    if case.instance.releases:
        return case.pairs[person]
    return [node for posting in case.pairs[person] for node in nodes_at(case, person, posting)]


def nodes_at(case: Case, person: int, posting: int) -> list[int]:
    """Return the nodes of a posting open to a person, the narrowest first."""
    if case.instance.releases:
        return [posting]
    groups = case.instance.open_groups(posting, case.instance.classes[person])
    return [posting * 3 + group for group in reversed(groups)]


def coverage_problems(case: Case, most: list[int | None]) -> Iterator[str]:
    """Compare how many sit with how many could, class by class from above."""
    seated = seated_by_class(case)
    for person_class in range(5, -1, -1):
        expected = most[person_class]
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
        if count > instance.seats[posting][group]:
            yield (
                f"岗位 {case.posting_name(posting)}：保底席位 {count} 个，"
                f"{GROUPS[group]} 席位只有 {instance.seats[posting][group]} 个。"
            )
    for person, (posting, group) in case.sure.items():
        pair = case.named_pair((person, posting))
        if not instance.is_guaranteed(person):
            yield f"{pair}：本人不属于保底类别。"
        elif posting not in case.pairs[person]:
            yield f"{pair}：保底岗位不在双方名单中。"
        elif group not in instance.open_groups(posting, instance.classes[person]):
            yield f"{pair}：保底席位不向其类别开放。"
        elif not _sits_as_well(case, person, posting):
            yield f"{pair}：实际去向不如保底岗位。"


def _sits_as_well(case: Case, person: int, posting: int) -> bool:
    wishes, own = case.instance.wishes[person], case.seat.get(person)
    if own is None or own not in wishes:
        return False
    return wishes.index(own) <= wishes.index(posting)


def uncovered_problems(case: Case) -> Iterator[str]:
    """Compare who is said to be without a guaranteed seat with who is."""
    said = set(case.plan.uncovered or ())
    real = {case.name(one) for one in _without_seat(case)}
    for name in sorted(real - said):
        yield f"毕业生 {name}：属于保底类别、没有席位，但未列入 uncovered。"
    for name in sorted(said - real):
        yield f"毕业生 {name}：列入 uncovered，但不属于保底类别或已有席位。"


def _without_seat(case: Case) -> list[int]:
    people = range(len(case.instance.people))
    return [one for one in people if case.instance.is_guaranteed(one) and one not in case.seat]


def certificate_problems(case: Case, certificate: list[Any]) -> Iterator[str]:
    """Look at the sets of people with too few seats: closed, counted right, and short of as many as are without."""
    seen: Counter[int] = Counter()
    short = 0
    for number, written in enumerate(certificate):
        people = [case.instance.number_of.get(str(one)) for one in written["people"]]
        known = [one for one in people if one is not None]
        seen.update(known)
        short += int(written["short"])
        for problem in _set_problems(case, written, known, len(people)):
            yield f"第 {number + 1} 组：{problem}"
    for person, count in seen.items():
        if count > 1:
            yield f"毕业生 {case.name(person)} 出现在 {count} 组中。"
    without = _without_seat(case)
    for person in without:
        if not seen[person]:
            yield f"毕业生 {case.name(person)} 没有席位，但不在任何一组中。"
    if short != len(without):
        yield f"各组共缺 {short} 席，实际没有席位的保底人员有 {len(without)} 人。"


def _set_problems(case: Case, written: Any, people: list[int], count: int) -> Iterator[str]:
    instance = case.instance
    if len(people) < count or not people:
        yield "有不在实例中的毕业生，或没有列出毕业生。"
    strangers = [case.name(one) for one in people if not instance.is_guaranteed(one)]
    if strangers:
        yield f"毕业生 {'、'.join(strangers[:5])} 不属于保底类别。"
    groups = {
        (posting, group)
        for person in people
        for posting in case.pairs[person]
        for group in instance.open_groups(posting, instance.classes[person])
    }
    reached = {case.posting_name(posting) for posting, _ in groups}
    said = set(map(str, written["postings"]))
    if reached - said:
        outside = "、".join(sorted(reached - said)[:5])
        yield f"不封闭：还可以去岗位 {outside}。"
    beside = said - {case.posting_name(one) for person in people for one in case.pairs[person]}
    if beside:
        yield f"岗位 {'、'.join(sorted(beside)[:5])} 与组内任何人都不成组合。"
    seats = sum(instance.seats[posting][group] for posting, group in groups)
    if seats != written["seats"]:
        yield f"席位应为 {seats} 个，写为 {written['seats']} 个。"
    if written["short"] != count - written["seats"] or written["short"] <= 0:
        yield f"{count} 人、{written['seats']} 席，缺额不应为 {written['short']}。"
