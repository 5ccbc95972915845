"""The tree of majors a reading admits, in words (门类 → 专业类 → 专业), as a template writes it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.kinds import Verdict
from matcher.vocabulary.requirements import Judgement
from matcher.vocabulary.requirements.admitted import Branch, LevelTree
from web.filters import figure
from web.i18n import gettext, label
from web.words import rules

_MOST_OPEN = 120
"""Majors up to which the branches of a tree stand open: three screens."""

_MOST_REASONS = 4
"""Reasons of doubt told in a line."""


@dataclass(frozen=True)
class BranchWords:
    """A gate, class or major: its answer (empty for mixed), the counts below, and why."""

    code: str
    name: str
    verdict: str
    counted: str
    why: str
    is_open: bool
    notes: Sequence[tuple[str, str]]
    """Reasons several below share: (verdict, why)."""
    has_leaves: bool
    """Whether everything right below is a major."""
    below: Sequence["BranchWords"]


@dataclass(frozen=True)
class TreeWords:
    """One level: a line about all of it, and about every major that is not in the tree."""

    level: str
    summary: str
    doubts: str
    """What is to be confirmed and why, each reason with how many majors."""
    rest: str
    rest_verdict: str
    branches: Sequence[BranchWords]


def tree_words(tree: LevelTree, whole: LevelTree, *, deep: bool) -> TreeWords:
    """Return a level's tree in words.

    Parameters
    ----------
    whole : the tree before it was narrowed to what is searched for
    deep : False leaves out the majors of wholly admitted classes
    """
    shown = sum(branch.n_majors for branch in tree.branches)
    return TreeWords(
        level=label(tree.level),
        summary=counted(tree.counts) or gettext("目录里没有接受的专业"),
        doubts=_doubts(whole),
        rest=_rest(tree),
        rest_verdict=tree.rest.verdict.value,
        branches=[_branch(one, deep=deep, open_below=shown <= _MOST_OPEN) for one in tree.branches],
    )


def _doubts(tree: LevelTree) -> str:
    reasons: Counter[str] = Counter()
    if tree.rest.verdict is Verdict.MAYBE:
        reasons[why(tree.rest)] = tree.n_rest
    _count_doubts(tree.branches, reasons)
    return "；".join(
        gettext("%(why)s：%(count)s 个专业", why=reason, count=figure(count))
        for reason, count in reasons.most_common(_MOST_REASONS)
    )


def _count_doubts(branches: Sequence[Branch], reasons: Counter[str]) -> None:
    for branch in branches:
        if branch.answer is not None and branch.answer.verdict is Verdict.MAYBE:
            reasons[why(branch.answer)] += 1
        _count_doubts(branch.below, reasons)


def _rest(tree: LevelTree) -> str:
    """Say what holds for all the rest; nothing to say where they are just not listed."""
    if tree.rest.verdict is Verdict.NO:
        return ""
    words = figure(tree.n_rest)
    if tree.n_rest == tree.n_majors:
        return gettext("目录里全部 %(count)s 个专业：%(why)s", count=words, why=why(tree.rest))
    return gettext("其余 %(count)s 个专业：%(why)s", count=words, why=why(tree.rest))


def _branch(branch: Branch, *, deep: bool, open_below: bool) -> BranchWords:
    """Return a branch; a reason that several below share is told once, above them."""
    whole = branch.whole
    below = [_branch(one, deep=deep, open_below=open_below) for one in branch.below]
    own = why(branch.answer) if branch.answer is not None else ""
    reasons = {one.why for one in below} | ({own} if own else set())
    if whole is not None and len(reasons) == 1:
        (own,) = reasons
        below = [replace(one, why="") for one in below]
    shared = Counter((one.verdict, one.why) for one in below if one.why and one.verdict)
    notes = [reason for reason, count in shared.items() if count > 1]
    below = [replace(one, why="") if (one.verdict, one.why) in notes else one for one in below]
    has_below = branch.n_majors > 1 or branch.kind in ("gate", "class")
    return BranchWords(
        code=branch.code,
        name=branch.name,
        verdict=whole.value if whole is not None else "",
        counted=_counted_of(branch) if has_below else "",
        why=own,
        is_open=whole is None and open_below,
        notes=notes,
        has_leaves=not any(one.below or one.counted for one in below),
        below=below if deep or whole is None or branch.kind == "gate" else (),
    )


def _counted_of(branch: Branch) -> str:
    if branch.whole is not None:
        return gettext("全部 %(count)s 个", count=figure(branch.n_majors))
    return counted(branch.counts)


def counted(counts: Mapping[Verdict, int]) -> str:
    """Return how many fit and how many are to be confirmed, empty if none."""
    parts = []
    if counts[Verdict.YES]:
        parts.append(gettext("符合 %(count)s 个", count=figure(counts[Verdict.YES])))
    if counts[Verdict.MAYBE]:
        parts.append(gettext("待确认 %(count)s 个", count=figure(counts[Verdict.MAYBE])))
    return "，".join(parts)


def why(answer: Judgement) -> str:
    """Return what decides a major: the rule, and the words of the text."""
    if answer.verdict is Verdict.MAYBE:
        said = rules.doubtful(answer.how)
    elif answer.verdict is Verdict.NO:
        said = gettext("岗位写明不接收")
    else:
        said = rules.certain(answer.how)
    return gettext("%(why)s（“%(words)s”）", why=said, words=answer.words) if answer.words else said
