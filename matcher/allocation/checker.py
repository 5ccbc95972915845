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
    every seat somebody is sure of can be had beside the others, and nobody sits in one it likes less
coverage
    of every guaranteed class and those above (most placements: of every class) as many are seated as the maximum flow
certificate, uncovered
    whoever is guaranteed and has no seat is named, and the sets that prove it are closed and as short as said
instance_hash, result_hash
    the hashes are those of what is written
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from matcher.allocation.checker_case import Case, open_case
from matcher.allocation.checker_cover import (
    certificate_problems,
    coverage_problems,
    fallback_problems,
    most_by_class,
    seated_by_class,
    uncovered_problems,
)
from matcher.allocation.checker_reading import UnreadableError, read_instance, read_plan

RULES: Final = ("fair", "most")
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
    """

    rule: str
    checks: tuple[Check, ...]
    people: tuple[int, ...]
    seated: tuple[int, ...]
    most_seated: tuple[int | None, ...]
    blocking: int

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
    chosen = rule or said.rule
    if chosen not in RULES:
        raise UnreadableError(f"rule 须为 {'、'.join(RULES)} 之一，现为“{chosen}”。")
    case = open_case(read, said, chosen)
    least = 0 if chosen == "most" else 6 if read.guarantee_class is None else read.guarantee_class
    most = most_by_class(case, least)
    checks = (
        _check("known", case.unknown),
        _check("one_seat", (f"毕业生 {name} 占用了不止一个席位。" for name in said.twice)),
        _check(
            "eligible", (f"{case.named_pair(one)}：不在双方名单中。" for one in case.ineligible)
        ),
        _check("seats", _overfull(case)),
        _check("reserves", _held_reserves(case)),
        _check("kinds", _kinds(case)),
        _check("choice", _choice(case) if chosen == "fair" else None),
        _check("fallbacks", fallback_problems(case) if chosen == "fair" else None),
        _check("coverage", coverage_problems(case, most)),
        _check("certificate", _certificate(case)),
        _check("uncovered", None if said.uncovered is None else uncovered_problems(case)),
        _check("instance_hash", _hash(said.instance_hash, instance)),
        _check("result_hash", _hash(said.result_hash, said.written_seats)),
    )
    people = Counter(read.classes)
    return Report(
        chosen,
        checks,
        tuple(people[one] for one in range(6)),
        tuple(seated_by_class(case)),
        tuple(most),
        len(case.blocking),
    )


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
        is_sure = case.sure.get(person, (-1, -1))[0] == posting
        if said is None or expected is None or said == expected:
            continue
        if said != "fallback" or not is_sure:
            yield f"{case.named_pair((person, posting))}：席位写为 {said}，按规则应为 {expected}。"


def _choice(case: Case) -> Iterator[str]:
    for pair in case.refused:
        yield f"{case.named_pair(pair)}：按公布的规则，该岗位不会留下此人。"
    for pair in case.blocking:
        yield f"{case.named_pair(pair)}：双方都更愿意选择对方。"


def _certificate(case: Case) -> Iterable[str] | None:
    """Look at the proof; a plan that names people without a seat and proves nothing is not asked about it."""
    written = case.plan.certificate
    if written is None:
        return None
    try:
        return list(certificate_problems(case, written))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(f"certificate 不完整：{type(error).__name__} {error}") from error


def _hash(said: str | None, value: object) -> Iterable[str] | None:
    """Make the hash of what is written again."""
    if said is None:
        return None
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = hashlib.sha256(canonical.encode()).hexdigest()
    return [] if found == said else [f"写为 {said}，实为 {found}。"]
