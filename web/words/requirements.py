"""A requirement as read, in words: coloured stretches, one summary a level, whom it admits."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.kinds import MajorLevel, Verdict
from matcher.services.requirement_views import MajorAnswer, RequirementView
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.catalogue import NAMESPACES_OF_LEVEL
from matcher.vocabulary.requirements import LevelReading
from web.i18n import gettext, label, msg
from web.words import rules

SPANS = {
    "unlimited": ("understood", msg("不限")),
    "gate": ("understood", msg("门类或大类")),
    "class": ("understood", msg("专业类")),
    "major": ("understood", msg("专业")),
    "discipline": ("understood", msg("学科")),
    "name": ("understood", msg("目录外的专业名")),
    "code": ("understood", msg("代码")),
    "level": ("aside", msg("层次")),
    "condition": ("aside", msg("其他条件")),
    "exclusion": ("against", msg("排除")),
    "restriction": ("doubt", msg("限定")),
    "open_ended": ("doubt", msg("等相关专业")),
    "unread": ("unread", msg("没有读懂")),
    "separator": ("", ""),
}
"""Kind of a stretch: how it is coloured, and what it is."""

_LISTED = (
    ("gates", msg("门类")),
    ("classes", msg("专业类")),
    ("majors", msg("专业")),
    ("disciplines", msg("学科")),
    ("voc_bachelor", msg("职业本科专业")),
    ("names", msg("目录外的专业名")),
    ("old_names", msg("旧专业名")),
    ("aliases", msg("习惯叫法")),
    ("exclude", msg("排除")),
)


@dataclass(frozen=True)
class Stretch:
    """A stretch of the text with its colour and what it became."""

    text: str
    look: str
    meaning: str


@dataclass(frozen=True)
class LevelWords:
    """What one level is asked for; `lines` are (kind, names)."""

    level: str
    unlimited: bool
    lines: Sequence[tuple[str, str]]
    open_ended: bool
    unread: str


@dataclass(frozen=True)
class AnswerWords:
    """A major of the drive and the answer about it."""

    name: str
    level: str
    verdict: Verdict
    why: str
    n_graduates: int


@dataclass(frozen=True)
class RequirementWords:
    """All of it; `refused` are levels that are not admitted at all."""

    stretches: Sequence[Stretch]
    legend: Sequence[tuple[str, str]]
    levels: Sequence[LevelWords]
    refused: Sequence[str]
    conditions: str
    unread: str
    admitted: Sequence[AnswerWords]
    doubtful: Sequence[AnswerWords]
    n_people: int
    n_people_doubtful: int
    n_majors: int
    is_stated: bool


def requirement_words(view: RequirementView) -> RequirementWords:
    """Return a requirement in words."""
    read = view.requirement
    stretches = [_stretch(span.kind, span.text) for span in read.spans]
    used = dict.fromkeys(span.kind for span in read.spans)
    admitted = [_answer(one) for one in view.majors if one.verdict is Verdict.YES]
    doubtful = [_answer(one) for one in view.majors if one.verdict is Verdict.MAYBE]
    return RequirementWords(
        stretches=stretches,
        legend=[(SPANS[kind][0], gettext(SPANS[kind][1])) for kind in used if SPANS[kind][0]],
        levels=[_level(level, found) for level, found in read.by_level.items()],
        refused=[label(level) for level in MajorLevel if level not in read.by_level],
        conditions="；".join(read.conditions),
        unread="；".join(read.unread),
        admitted=admitted,
        doubtful=doubtful,
        n_people=sum(one.n_graduates for one in admitted),
        n_people_doubtful=sum(one.n_graduates for one in doubtful),
        n_majors=view.n_majors,
        is_stated=bool(read.raw.strip()),
    )


def _stretch(kind: str, text: str) -> Stretch:
    look, meaning = SPANS.get(kind, ("aside", ""))
    return Stretch(text, look, gettext(meaning) if meaning else "")


def _level(level: MajorLevel, found: LevelReading) -> LevelWords:
    lines = []
    for field, name in _LISTED:
        codes: Sequence[str] = getattr(found, field)
        if codes:
            lines.append((gettext(name), "、".join(_named(level, code) for code in codes)))
    if found.second_level:
        lines.append((gettext("二级学科"), "、".join(found.second_level)))
    for whole, parts in found.restrict.items():
        lines.append((gettext("限定"), f"{_named(level, whole)}：{'、'.join(parts)}"))
    return LevelWords(
        level=label(level),
        unlimited=found.unlimited,
        lines=lines,
        open_ended=found.open_ended,
        unread="；".join(found.unread),
    )


def _named(level: MajorLevel, code: str) -> str:
    """Return the name of a code of the level's catalogues; what is no code stays as it is."""
    catalogue = load_catalogue()
    for namespace in NAMESPACES_OF_LEVEL[level]:
        node = catalogue.by_code.get((namespace, code))
        if node is not None:
            return node.name
    return code


def _answer(one: MajorAnswer) -> AnswerWords:
    why = rules.certain(one.how) if one.verdict is Verdict.YES else rules.doubtful(one.how)
    return AnswerWords(one.major.name, label(one.major.level), one.verdict, why, one.n_graduates)
