"""Proofs (核验缺额证明): sets of guaranteed people with too few seats, and who is said to have none.

Part of `checker`. A proof is of the whole instance: pins have no part in it, so who has no seat because of pins alone
stands in no set.
"""

from collections import Counter
from collections.abc import Iterator

from matcher.allocation.checker_case import Case
from matcher.allocation.checker_flow import Seating
from matcher.allocation.checker_plan import ShortSet
from matcher.allocation.checker_reading import some


def uncovered_problems(case: Case) -> Iterator[str]:
    """Compare who is said to be without a guaranteed seat with who is."""
    said = set(case.plan.uncovered or ())
    real = {case.name(one) for one in _without_seat(case)}
    for name in sorted(real - said):
        yield f"毕业生 {name}：属于保底类别、没有席位，但未列入 uncovered。"
    for name in sorted(said - real):
        yield f"毕业生 {name}：列入 uncovered，但不属于保底类别或已有席位。"


def certificate_problems(case: Case, certificate: tuple[ShortSet, ...]) -> Iterator[str]:
    """Look at the sets of people with too few seats: closed, counted right, and short of as many as are without."""
    seen: Counter[int] = Counter()
    for number, written in enumerate(certificate):
        people = [case.instance.number_of.get(one) for one in written.people]
        known = [one for one in people if one is not None]
        seen.update(known)
        for problem in _set_problems(case, written, known):
            yield f"第 {number + 1} 组：{problem}"
    for person, count in seen.items():
        if count > 1:
            yield f"毕业生 {case.name(person)} 出现在 {count} 组中。"
    without = _without_seat(case)
    lacking = _shortage(case) if case.plan.pins else len(without)
    for person in without:
        if not seen[person] and not case.plan.pins:
            yield f"毕业生 {case.name(person)} 没有席位，但不在任何一组中。"
    short = sum(written.short for written in certificate)
    if short != lacking:
        yield f"各组共缺 {short} 席，实际没有席位的保底人员有 {lacking} 人。"


def _without_seat(case: Case) -> list[int]:
    people = range(len(case.instance.people))
    return [one for one in people if case.instance.is_guaranteed(one) and one not in case.seat]


def _shortage(case: Case) -> int:
    """Count the guaranteed people who could have no seat even without pins."""
    instance = case.instance
    room = [count for seats in instance.seats for count in seats]
    people = [one for one in range(len(instance.people)) if instance.is_guaranteed(one)]
    seating = Seating(
        lambda person: [
            3 * posting + group
            for posting in case.pairs[person]
            for group in instance.open_groups(instance.seats[posting], instance.classes[person])
        ],
        room,
    )
    seating.seat_all(people)
    return len(people) - len(seating.node_of)


def _set_problems(case: Case, written: ShortSet, people: list[int]) -> Iterator[str]:
    instance, count = case.instance, len(written.people)
    if len(people) < count or not people:
        yield "有不在实例中的毕业生，或没有列出毕业生。"
    strangers = [case.name(one) for one in people if not instance.is_guaranteed(one)]
    if strangers:
        yield f"毕业生 {some(strangers)} 不属于保底类别。"
    groups = {
        (posting, group)
        for person in people
        for posting in case.pairs[person]
        for group in instance.open_groups(instance.seats[posting], instance.classes[person])
    }
    reached = {case.posting_name(posting) for posting, _ in groups}
    said = set(written.postings)
    if reached - said:
        yield f"不封闭：还可以去岗位 {some(sorted(reached - said))}。"
    beside = said - {case.posting_name(one) for person in people for one in case.pairs[person]}
    if beside:
        yield f"岗位 {some(sorted(beside))} 与组内任何人都不成组合。"
    seats = sum(instance.seats[posting][group] for posting, group in groups)
    if seats != written.seats:
        yield f"席位应为 {seats} 个，写为 {written.seats} 个。"
    if written.short != count - written.seats or written.short <= 0:
        yield f"{count} 人、{written.seats} 席，缺额不应为 {written.short}。"
