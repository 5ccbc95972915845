"""The majors a reading admits, as a tree (门类 → 专业类 → 专业): for people who check it.

Every major of the catalogues is judged as a graduate would be. What holds for all the rest of a level
(不限, or words nobody understood) is said once, so that the tree shows what the text itself decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import MajorRef, load_catalogue
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, NAMESPACES_OF_LEVEL, Node
from matcher.vocabulary.requirements.judging import decide
from matcher.vocabulary.requirements.readings import Judgement, LevelReading, Requirement


@dataclass(frozen=True)
class Branch:
    """A gate, class or major with what is admitted in it; branches without anything are left out."""

    code: str
    name: str
    kind: str
    answer: Judgement | None
    """Of the major itself; None for a gate or class, and for a discipline only what is below it."""
    counts: Mapping[Verdict, int]
    """Majors below and here by verdict, those that are like the rest of the level with them."""
    n_majors: int
    below: tuple["Branch", ...] = ()

    @property
    def whole(self) -> Verdict | None:
        """The verdict all its majors share, or None."""
        return next((v for v, n in self.counts.items() if n == self.n_majors), None)


@dataclass(frozen=True)
class LevelTree:
    """The majors one level admits; `rest` is the answer for every major that is not in the tree."""

    level: MajorLevel
    rest: Judgement
    n_rest: int
    n_majors: int
    counts: Mapping[Verdict, int]
    branches: tuple[Branch, ...]


def majors_admitted(requirement: Requirement) -> tuple[LevelTree, ...]:
    """Return a tree for each level the text admits, in the order of the levels; a few milliseconds a level."""
    return tuple(
        _tree(level, requirement.by_level[level])
        for level in MajorLevel
        if level in requirement.by_level
    )


def narrowed(tree: LevelTree, keep: Callable[[str, str], bool]) -> LevelTree:
    """Return a tree with only the branches whose name and code are wanted, or that lead to such."""
    found = (_narrowed(branch, keep) for branch in tree.branches)
    return replace(tree, branches=tuple(branch for branch in found if branch is not None))


def _narrowed(branch: Branch, keep: Callable[[str, str], bool]) -> Branch | None:
    if keep(branch.name, branch.code):
        return branch
    found = (_narrowed(one, keep) for one in branch.below)
    below = tuple(one for one in found if one is not None)
    return replace(branch, below=below) if below else None


class _Level:
    """One level in progress: the reading, the answer for the rest, and the counts over all majors."""

    def __init__(self, reading: LevelReading) -> None:
        self.reading = reading
        rest = reading.fallback
        self.rest = Judgement(rest.verdict, rest.how, rest.words)
        self.catalogue = load_catalogue()

    def branch(self, node: Node) -> tuple[Branch, int]:
        """Return a node's branch and how many majors of it are like the rest."""
        counts = dict.fromkeys(Verdict, 0)
        total = like_rest = 0
        answer = None
        if node.kind in LEAF_KINDS:
            total = 1
            said = self._answer(self.catalogue.ref(node))
            counts[said.verdict] += 1
            if said == self.rest:
                like_rest = 1
            else:
                answer = said
        below: list[Branch] = []
        for child in self._children(node):
            inner, n_like = self.branch(child)
            total += inner.n_majors
            like_rest += n_like
            for verdict, count in inner.counts.items():
                counts[verdict] += count
            if n_like < inner.n_majors:
                below.append(inner)
        made = Branch(
            node.code or "", node.name, node.kind, answer, counts, total, below=tuple(below)
        )
        return made, like_rest

    def _children(self, node: Node) -> Sequence[Node]:
        return self.catalogue.children_of(node.namespace, node.code) if node.code else ()

    def _answer(self, ref: MajorRef) -> Judgement:
        said = decide(self.reading, ref)
        # An exclusion is worth seeing although everything else that is not listed is refused as well.
        is_rest = said.verdict is self.rest.verdict and said.how != "excluded"
        return self.rest if is_rest else said


def _tree(level: MajorLevel, reading: LevelReading) -> LevelTree:
    made = _Level(reading)
    counts = dict.fromkeys(Verdict, 0)
    branches: list[Branch] = []
    n_majors = n_rest = 0
    for namespace in NAMESPACES_OF_LEVEL[level]:
        for gate in _gates(namespace):
            branch, n_like = made.branch(gate)
            n_majors += branch.n_majors
            n_rest += n_like
            for verdict, count in branch.counts.items():
                counts[verdict] += count
            if n_like < branch.n_majors:
                branches.append(branch)
    return LevelTree(level, made.rest, n_rest, n_majors, counts, tuple(branches))


def _gates(namespace: str) -> list[Node]:
    nodes = load_catalogue().nodes
    return [node for node in nodes if node.namespace == namespace and node.kind == "gate"]
