"""Which majors each requirement (专业要求) accepts, compiled once per distinct requirement.

The reader and compiler of requirements live in `matcher.vocabulary.requirements`; here their answer
per (requirement, leaf major) becomes one packed code, `verdict << 15 | points` (see `pairs`), in a
compressed sparse table by requirement and, for the other direction, by leaf.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import Verdict
from matcher.ranking.limits import check_leaves
from matcher.ranking.pairs import MAYBE_CODE, YES_CODE
from matcher.ranking.parameters import PartPoints
from matcher.vocabulary.majors import MajorRef

LeafAnswer = tuple[int, Verdict, str]
"""Number of the leaf among those given, the answer, and the rule it rests on."""

CompileLeaves = Callable[[Sequence[MajorRef]], Callable[[str], Iterable[LeafAnswer]]]
"""Given leaf majors, return a function from requirement key to the leaves it does not refuse.

`compiler.product_compiler` makes one from the product's own reader.
"""

POINTS_OF_RULE = {
    "leaf": "major_leaf",
    "major": "major_leaf",
    "name": "major_leaf",
    "old_name": "major_leaf",
    # A discipline (一级学科) is what a graduate studies, as a major is for a bachelor.
    "discipline": "major_leaf",
    "class": "major_class",
    "alias": "major_class",
    "gate": "major_group",
    "group": "major_group",
    "any": "major_any",
}
"""Field of `PartPoints` for a certain answer by its rule; an unknown rule counts as 不限."""


@dataclass(slots=True, eq=False)
class AcceptanceTable:
    """Accepted leaves of every requirement, sorted by requirement and then leaf.

    Parameters
    ----------
    n_leaves : columns of the table
    pointer : int64[n_requirements + 1], where the entries of a requirement start
    leaf, code, how : one entry per accepted pair; `how` is a number into `rules`
    rules : names of the rules that answers rest on, in alphabetical order
    """

    n_leaves: int
    rules: tuple[str, ...]
    pointer: NDArray[np.int64]
    leaf: NDArray[np.int32]
    code: NDArray[np.int32]
    how: NDArray[np.uint8]
    _by_leaf: "ByLeaf | None" = field(default=None, repr=False, init=False)

    @property
    def n_requirements(self) -> int:
        """Count the rows."""
        return len(self.pointer) - 1

    def codes_of_requirement(self, requirement: int) -> NDArray[np.int64]:
        """Major code of every leaf; one zero more at the end, so that leaf -1 is not accepted."""
        codes = np.zeros(self.n_leaves + 1, dtype=np.int64)
        start, stop = self.pointer[requirement], self.pointer[requirement + 1]
        codes[self.leaf[start:stop]] = self.code[start:stop]
        return codes

    def codes_of_leaf(self, leaf: int) -> NDArray[np.int64]:
        """Major code of every requirement for one leaf; all zero for leaf -1."""
        codes = np.zeros(self.n_requirements, dtype=np.int64)
        if leaf >= 0:
            by_leaf = self.by_leaf()
            start, stop = by_leaf.pointer[leaf], by_leaf.pointer[leaf + 1]
            codes[by_leaf.requirement[start:stop]] = by_leaf.code[start:stop]
        return codes

    def how_accepted(self, requirement: int, leaf: int) -> str | None:
        """How near a leaf is to a requirement, or None where it is refused."""
        start, stop = int(self.pointer[requirement]), int(self.pointer[requirement + 1])
        at = start + int(np.searchsorted(self.leaf[start:stop], leaf))
        return self.rules[self.how[at]] if at < stop and self.leaf[at] == leaf else None

    def by_leaf(self) -> "ByLeaf":
        """Return the same entries sorted by leaf, built when first asked for."""
        if self._by_leaf is None:
            order = np.argsort(self.leaf, kind="stable")
            counts = np.bincount(self.leaf, minlength=self.n_leaves)
            self._by_leaf = ByLeaf(
                pointer=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                requirement=self.requirement_of_entry()[order].astype(np.int32),
                code=self.code[order],
            )
        return self._by_leaf

    def take_by_leaf(self, by_leaf: "ByLeaf") -> None:
        """Use entries that were sorted by leaf before."""
        self._by_leaf = by_leaf

    def requirement_of_entry(self) -> NDArray[np.int64]:
        """Return the requirement of every entry."""
        return np.repeat(np.arange(self.n_requirements), np.diff(self.pointer))


@dataclass(frozen=True, slots=True)
class ByLeaf:
    """The entries of an acceptance table sorted by leaf."""

    pointer: NDArray[np.int64]
    requirement: NDArray[np.int32]
    code: NDArray[np.int32]


def packed_code(verdict: Verdict, how: str, points: PartPoints) -> int:
    """Pack an answer; 0 means refused. Answers to be confirmed have points of their own."""
    if verdict is Verdict.NO:
        return 0
    if verdict is Verdict.MAYBE:
        return MAYBE_CODE | points.major_maybe
    return YES_CODE | int(getattr(points, POINTS_OF_RULE.get(how, "major_any")))


def compile_acceptance(
    requirements: Sequence[str],
    leaves: Sequence[MajorRef],
    compile_leaves: CompileLeaves,
    *,
    points: PartPoints,
) -> AcceptanceTable:
    """Compile every requirement against every leaf."""
    check_leaves(len(leaves))
    compiled = compile_leaves(leaves)
    codes = AnswerCodes(points)
    packed = [codes.packed(compiled(requirement)) for requirement in requirements]
    return codes.table(packed, n_leaves=len(leaves))


Packed = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]
"""Leaf, code and number of the rule of the accepted leaves of one requirement, by leaf."""


class AnswerCodes:
    """Packs answers requirement by requirement: a drive has millions, of a few dozen kinds."""

    def __init__(self, points: PartPoints) -> None:
        self._points = points
        self._kinds: dict[tuple[Verdict, str], int] = {}
        self._code: list[int] = []
        self._rules: list[str] = []

    def packed(self, answers: Iterable[LeafAnswer]) -> Packed:
        """Pack the answers of one requirement; refused leaves are left out, of two answers the better stays."""
        leaves, verdicts, rules = tuple(zip(*answers, strict=True)) or ((), (), ())
        answered = list(zip(verdicts, rules, strict=True))
        for verdict, rule in dict.fromkeys(answered):
            self._number(verdict, rule)
        leaf = np.asarray(leaves, dtype=np.int32)
        kind = np.asarray([self._kinds[one] for one in answered], dtype=np.int64)
        code = np.asarray(self._code, dtype=np.int32)[kind] if leaves else leaf
        order = np.lexsort((-code, leaf))
        order = order[np.diff(leaf[order], prepend=-1) > 0]
        order = order[code[order] > 0]
        return leaf[order], code[order], kind[order].astype(np.uint8)

    def _number(self, verdict: Verdict, rule: str) -> None:
        """Number a pair of verdict and rule."""
        if (verdict, rule) not in self._kinds:
            self._kinds[verdict, rule] = len(self._kinds)
            self._code.append(packed_code(verdict, rule, self._points))
            self._rules.append(rule)

    def table(self, packed: Sequence[Packed], n_leaves: int) -> AcceptanceTable:
        """Put requirements together; rules are numbered by the alphabet."""
        nothing = np.zeros(0, dtype=np.int32)
        kind = np.concatenate([nothing, *(kinds for _, _, kinds in packed)]).astype(np.int64)
        rules = tuple(sorted({self._rules[one] for one in np.unique(kind).tolist()}))
        number = [rules.index(rule) if rule in rules else 0 for rule in self._rules]
        lengths = [len(leaves) for leaves, _, _ in packed]
        return AcceptanceTable(
            n_leaves=n_leaves,
            rules=rules,
            pointer=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
            leaf=np.concatenate([nothing, *(leaves for leaves, _, _ in packed)]),
            code=np.concatenate([nothing, *(codes for _, codes, _ in packed)]),
            how=np.asarray(number or [0], dtype=np.uint8)[kind],
        )


Entry = tuple[int, int, str]
"""Leaf, code and rule."""


def accepted_entries(answers: Iterable[LeafAnswer], points: PartPoints) -> list[Entry]:
    """Turn answers into entries sorted by leaf; refused leaves are left out."""
    best: dict[int, tuple[int, str]] = {}
    for leaf, verdict, how in answers:
        code = packed_code(verdict, how, points)
        if code > best.get(leaf, (0, ""))[0]:
            best[leaf] = (code, how)
    return [(leaf, *best[leaf]) for leaf in sorted(best)]


def acceptance_table(accepted: Sequence[Sequence[Entry]], n_leaves: int) -> AcceptanceTable:
    """Pack the entries of every requirement."""
    rules = tuple(sorted({how for entries in accepted for _, _, how in entries}))
    number_of = {rule: number for number, rule in enumerate(rules)}
    lengths = [len(entries) for entries in accepted]
    flat = [entry for entries in accepted for entry in entries]
    return AcceptanceTable(
        n_leaves=n_leaves,
        rules=rules,
        pointer=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
        leaf=np.asarray([leaf for leaf, _, _ in flat], dtype=np.int32),
        code=np.asarray([code for _, code, _ in flat], dtype=np.int32),
        how=np.asarray([number_of[how] for _, _, how in flat], dtype=np.uint8),
    )


def with_leaves(
    table: AcceptanceTable, added: Sequence[Sequence[Entry]], n_leaves: int
) -> AcceptanceTable:
    """Extend every requirement by entries of leaves numbered after all that were known."""
    more = acceptance_table(added, n_leaves)
    return _merged(table, more, table.pointer[1:][more.requirement_of_entry()], more.pointer)


def with_requirement(table: AcceptanceTable, entries: Sequence[Entry]) -> AcceptanceTable:
    """Extend the table by one requirement at the end."""
    more = acceptance_table([entries], table.n_leaves)
    pointer = np.concatenate([table.pointer, [table.pointer[-1]]])
    wider = replace(table, pointer=pointer)
    at = np.full(len(more.leaf), len(table.leaf), dtype=np.int64)
    shift = np.zeros(len(pointer), dtype=np.int64)
    shift[-1] = len(more.leaf)
    return _merged(wider, more, at, shift)


def _merged(
    table: AcceptanceTable,
    more: AcceptanceTable,
    at: NDArray[np.int64],
    shift: NDArray[np.int64],
) -> AcceptanceTable:
    """Insert the entries of `more` before the positions `at`; rows then start `shift` later."""
    rules = (*table.rules, *(rule for rule in more.rules if rule not in table.rules))
    renumbered = np.asarray([rules.index(rule) for rule in more.rules] or [0], dtype=np.uint8)
    return AcceptanceTable(
        n_leaves=more.n_leaves,
        rules=rules,
        pointer=table.pointer + shift,
        leaf=np.insert(table.leaf, at, more.leaf),
        code=np.insert(table.code, at, more.code),
        how=np.insert(table.how, at, renumbered[more.how]),
    )
