"""An independent checker of plans (独立核验): takes an instance and a plan, whoever solved it, and says what is wrong.

It shares no line with the solver: plain Python, the standard library alone, written from the published rules
(`checker_reading`, `checker_choice`, `checker_flow` are its parts; an import contract keeps the rest away). What it
asks of a plan:

known, one_seat, eligible, seats, reserves, kinds
    only people and postings of the instance, each person once, only pairs that stand in both lists, nobody beyond the
    seats or in a held reserve kept for others, kinds of seats that can be true
choice
    no pair would rather have each other by the published choice (fair plans)
fallbacks
    every seat somebody is sure of can be had beside the others, nobody is missing, and nobody sits in one it likes less
need
    nobody guaranteed is passed over, and nobody is sure of a seat it does not need (`checker_need`)
coverage
    of every guaranteed class and those above (most placements: of every class) as many are seated as the maximum flow
pins
    pairs a person fixed or forbade are known and kept; all that is said above is said beside them
certificate, uncovered
    whoever is guaranteed and has no seat is named, and the sets that prove it are closed and as short as said, pins or
    none
placed, instance_hash, pins_hash, result_hash
    number and hashes are those of what is written

Not asked: whether most placements have the highest points among plans that seat as many; only solving again shows that.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from matcher.allocation.checker_case import Case, open_case, replay, take_sure
from matcher.allocation.checker_cover import (
    Most,
    coverage_problems,
    fallback_problems,
    most_seated,
    seated_by_class,
)
from matcher.allocation.checker_first import first_seats
from matcher.allocation.checker_instance import read_instance
from matcher.allocation.checker_need import fallback_kind, need_problems, unlisted
from matcher.allocation.checker_pins import pin_problems, taken_pins
from matcher.allocation.checker_plan import RULES, read_plan
from matcher.allocation.checker_proof import certificate_problems, uncovered_problems
from matcher.allocation.checker_reading import word_of

FAIR: Final = RULES[0]
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer; `met` is None where the plan says nothing to ask about.

    Parameters
    ----------
    count : how many problems there are; the first of them stand in `problems`
    """

    name: str
    met: bool | None
    count: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, and figures by class from 0 to 5.

    Parameters
    ----------
    people, seated : how many there are, and how many sit where they may
    most_seated : how many of the class and those above can be seated at once; None where it was not asked for
    blocking : pairs that would rather have each other by the published choice, whatever the rule
    pins : how many pairs a person fixed or forbade; the most and the pairs above are counted beside them
    """

    rule: str
    checks: tuple[Check, ...]
    people: tuple[int, ...]
    seated: tuple[int, ...]
    most_seated: tuple[int | None, ...]
    blocking: int
    pins: int

    @property
    def is_good(self) -> bool:
        """Whether every check is met."""
        return all(check.met is not False for check in self.checks)


def check_plan(instance: Any, plan: Any, rule: str | None = None) -> Report:
    """Check a plan of an instance, both as read from JSON by `checker_reading.load`.

    Parameters
    ----------
    rule : "fair" or "most"; by default what the plan says, else "fair"

    Raises
    ------
    UnreadableError
        One of them has not the shape it should have.
    """
    read, said = read_instance(instance), read_plan(plan)
    chosen = word_of(rule or said.rule, "rule", RULES)
    case = open_case(read, said, taken_pins(read, said))
    is_fair = chosen == FAIR
    least = 0
    if is_fair:
        least = 6 if read.guarantee_class is None else read.guarantee_class
        if any(map(read.is_guaranteed, range(len(read.people)))):
            case.first = first_seats(case)
        take_sure(case)
    # Where reserves are held, most placements fill the narrowest groups first, whatever the published order.
    replay(case, over_and_above=read.over_and_above and (is_fair or read.releases))
    most = most_seated(case, least)
    checks = [
        *_of_seats(case),
        *_of_fairness(case, most, is_fair=is_fair),
        *_of_what_is_written(case, most, instance),
    ]
    people = Counter(read.classes)
    return Report(
        chosen,
        tuple(checks),
        tuple(people[one] for one in range(6)),
        tuple(seated_by_class(case)),
        tuple(most.by_class),
        len(case.blocking),
        len(said.pins or ()),
    )


def _of_seats(case: Case) -> Iterator[Check]:
    """Ask about each seat by itself."""
    twice = (f"毕业生 {name} 占用了不止一个席位。" for name in case.plan.twice)
    ineligible = (f"{case.named_pair(one)}：不在双方名单中。" for one in case.ineligible)
    yield _check("known", case.unknown)
    yield _check("one_seat", twice)
    yield _check("eligible", ineligible)
    yield _check("seats", _overfull(case))
    yield _check("reserves", _held_reserves(case))
    yield _check("kinds", _kinds(case))


def _of_fairness(case: Case, most: Most, *, is_fair: bool) -> Iterator[Check]:
    """Ask what only a fair plan has to be."""
    yield _check("choice", _choice(case) if is_fair else None)
    fallbacks = [*fallback_problems(case), *unlisted(case, most.people)] if is_fair else None
    yield _check("fallbacks", fallbacks)
    yield _check("need", need_problems(case, most.people) if is_fair else None)


def _of_what_is_written(case: Case, most: Most, instance: Any) -> Iterator[Check]:
    """Ask about numbers, pins, proofs and hashes."""
    said, seat = case.plan, case.seat
    yield _check("coverage", coverage_problems(case, most))
    pins = None if said.pins is None else pin_problems(case.pins, case.instance, seat)
    yield _check("pins", pins)
    proof = said.certificate
    yield _check("certificate", None if proof is None else certificate_problems(case, proof))
    yield _check("uncovered", None if said.uncovered is None else uncovered_problems(case))
    yield _check("placed", None if said.placed is None else _placed(said.placed, len(said.seats)))
    yield _check("instance_hash", _hash(said.instance_hash, instance))
    yield _check("pins_hash", _hash(said.pins_hash, said.written_pins))
    yield _check("result_hash", _hash(said.result_hash, said.written_seats))


def _check(name: str, problems: Iterable[str] | None) -> Check:
    if problems is None:
        return Check(name, None, 0, ())
    listed = list(problems)
    return Check(name, not listed, len(listed), tuple(listed[:_SHOWN]))


def _overfull(case: Case) -> Iterator[str]:
    for posting, count in sorted(Counter(case.seat.values()).items()):
        seats = sum(case.instance.seats[posting])
        if count > seats:
            yield f"岗位 {case.posting_name(posting)}：安置 {count} 人，只有 {seats} 个席位。"


def _held_reserves(case: Case) -> Iterator[str]:
    """Count those below a class against the seats that are not kept from them; only where reserves are held."""
    if case.instance.releases:
        return
    below_hardship, below_zero = Counter[int](), Counter[int]()
    for person, posting in case.seat.items():
        below_hardship[posting] += case.instance.classes[person] < 1
        below_zero[posting] += case.instance.classes[person] < 5
    for posting in sorted(below_zero):
        ordinary, hardship, _ = case.instance.seats[posting]
        name = case.posting_name(posting)
        if below_hardship[posting] > ordinary:
            yield f"岗位 {name}：普通席位 {ordinary} 个，非困难人员占用 {below_hardship[posting]} 个。"
        if below_zero[posting] > ordinary + hardship:
            yield f"岗位 {name}：零就业预留席位被其他人占用。"


def _kinds(case: Case) -> Iterator[str]:
    """Compare the kinds of seats with those the replayed choice gives."""
    for person, posting in case.seat.items():
        said, expected = case.kind[person], case.expected_kind.get(person)
        if fallback_kind(case, person):
            expected = "fallback"
        if said is not None and expected is not None and said != expected:
            yield f"{case.named_pair((person, posting))}：席位写为 {said}，按规则应为 {expected}。"


def _choice(case: Case) -> Iterator[str]:
    for pair in case.refused:
        yield f"{case.named_pair(pair)}：按公布的规则，该岗位不会留下此人。"
    for pair in case.blocking:
        yield f"{case.named_pair(pair)}：双方都更愿意选择对方。"


def _placed(said: int, found: int) -> Iterator[str]:
    if said != found:
        yield f"写为 {said} 人，实为 {found} 人。"


def _hash(said: str | None, value: object) -> Iterable[str] | None:
    """Make the hash of what is written again."""
    if said is None:
        return None
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = hashlib.sha256(canonical.encode()).hexdigest()
    return [] if found == said else [f"写为 {said}，实为 {found}。"]
