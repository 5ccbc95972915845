"""Rules of the tree of admitted majors: it says what every single major would be told."""

from collections import Counter
from collections.abc import Iterator

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.requirements import LeafIndex, read_requirement
from matcher.vocabulary.requirements.admitted import (
    Branch,
    LevelTree,
    majors_admitted,
    narrowed,
)

TEXTS = (
    "经济学类、会计学、工商管理类（不含市场营销）",
    "本科：会计学等相关专业；研究生：应用经济学",
    "不限专业",
    "计算机类，甲乙丙丁类",
    "法学",
)


def _tree(text: str, level: MajorLevel, column: str = "混合") -> LevelTree:
    (found,) = (
        tree for tree in majors_admitted(read_requirement(text, column)) if tree.level is level
    )
    return found


def _flat(branches: tuple[Branch, ...]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _flat(branch.below)


@pytest.mark.parametrize("text", TEXTS)
def test_the_counts_are_those_of_every_single_major(text: str) -> None:
    requirement = read_requirement(text, "混合")
    leaves = load_catalogue().leaves()
    wanted = Counter(
        (leaves[number].level, verdict)
        for number, verdict, _ in LeafIndex(leaves).compile(requirement)
    )

    trees = majors_admitted(requirement)

    for tree in trees:
        for verdict in (Verdict.YES, Verdict.MAYBE):
            assert tree.counts[verdict] == wanted[tree.level, verdict], (tree.level, verdict)


@pytest.mark.parametrize("text", TEXTS)
def test_every_major_stands_in_the_tree_or_is_like_the_rest(text: str) -> None:
    for tree in majors_admitted(read_requirement(text, "混合")):
        shown = sum(branch.answer is not None for branch in _flat(tree.branches))

        assert shown + tree.n_rest == tree.n_majors == sum(tree.counts.values())


def test_a_wholly_admitted_class_says_so_and_a_partly_admitted_one_does_not() -> None:
    tree = _tree("经济学类、会计学", MajorLevel.BACHELOR)

    whole = {branch.name: branch.whole for branch in _flat(tree.branches) if branch.below}

    assert whole["经济学类"] is Verdict.YES
    assert whole["工商管理类"] is None


def test_an_exclusion_is_shown_although_all_the_rest_is_refused_too() -> None:
    tree = _tree("工商管理类（不含市场营销）", MajorLevel.BACHELOR)

    refused = [
        branch.name
        for branch in _flat(tree.branches)
        if branch.answer is not None and branch.answer.verdict is Verdict.NO
    ]

    assert refused[0] == "市场营销"


def test_what_holds_for_all_the_rest_is_said_once() -> None:
    tree = _tree("不限专业", MajorLevel.BACHELOR)

    assert tree.branches == ()
    assert (tree.rest.verdict, tree.n_rest) == (Verdict.YES, tree.n_majors)


def test_searching_keeps_the_way_to_what_was_found_and_the_counts() -> None:
    tree = _tree("工商管理类", MajorLevel.BACHELOR)

    found = narrowed(tree, lambda name, code: "审计学" in name)

    assert [branch.name for branch in _flat(found.branches)] == ["管理学", "工商管理类", "审计学"]
    assert found.counts == tree.counts


def test_a_level_the_text_does_not_admit_has_no_tree() -> None:
    trees = majors_admitted(read_requirement("会计学", "本科"))

    assert [tree.level for tree in trees] == [MajorLevel.BACHELOR]
