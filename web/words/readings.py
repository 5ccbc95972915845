"""A requirement as read, in words: coloured stretches, what each level is asked for, the tree of majors.

The same words stand on the reading page, on a posting's page and in the posting form. Nothing here knows
people or a drive.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import NAMESPACES_OF_LEVEL
from matcher.vocabulary.majors.searching import search
from matcher.vocabulary.requirements import LevelReading, Requirement, Span
from matcher.vocabulary.requirements.admitted import majors_admitted, narrowed
from web.i18n import gettext, label, msg
from web.words.major_trees import TreeWords, tree_words

SPANS = {
    "unlimited": msg("不限专业"),
    "gate": msg("学科门类或专业大类"),
    "class": msg("专业类"),
    "discipline": msg("研究生学科"),
    "major": msg("专业"),
    "name": msg("目录外的专业名"),
    "alias": msg("习惯叫法"),
    "code": msg("代码"),
    "level": msg("学历层次"),
    "exclusion": msg("不接收"),
    "restriction": msg("只限其中一部分"),
    "open_ended": msg("“等相关专业”，要人工确认"),
    "condition": msg("专业以外的条件"),
    "unread": msg("没有读懂"),
}
"""Kind of a stretch, which is its class in `reading.css`: what it became."""

_LISTED = (
    ("gates", msg("门类")),
    ("classes", msg("专业类")),
    ("majors", msg("专业")),
    ("disciplines", msg("学科")),
    ("voc_bachelor", msg("职业本科专业")),
    ("names", msg("目录外的专业名")),
    ("old_names", msg("旧专业名")),
    ("aliases", msg("习惯叫法")),
)

_NEAR = 3
"""Names offered for a word that was not understood."""

_LONGEST_WORD = 30
"""Characters from which a stretch is a sentence, and has no near name."""


@dataclass(frozen=True)
class Stretch:
    """A stretch `raw[start:end]` of the text with what it became; `kind` is empty for separators."""

    text: str
    kind: str
    meaning: str
    start: int
    end: int

    @property
    def at(self) -> str:
        """The stretch as addresses name it."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class LevelWords:
    """What one level is asked for; `lines` are (kind, names)."""

    level: str
    unlimited: bool
    lines: Sequence[tuple[str, str]]
    excluded: str
    open_ended: bool
    unread: str


@dataclass(frozen=True)
class Hint:
    """A word that was not understood, and what it may have meant."""

    words: str
    near: Sequence[str]


@dataclass(frozen=True)
class ReadingWords:
    """All of it; `refused` are levels that are not admitted at all."""

    stretches: Sequence[Stretch]
    legend: Sequence[tuple[str, str]]
    levels: Sequence[LevelWords]
    refused: Sequence[str]
    conditions: Sequence[str]
    unread: Sequence[str]
    open_ended: bool
    trees: Sequence[TreeWords]
    hints: Sequence[Hint]
    is_stated: bool
    directory: str | None


def reading_words(requirement: Requirement, *, find: str = "", deep: bool = True) -> ReadingWords:
    """Return a reading in words.

    Parameters
    ----------
    find : narrows the trees to majors with these words or this code
    deep : whether the majors of a wholly admitted class are listed too
    """
    stretches = coloured(requirement)
    used = {one.kind for one in stretches}
    unread = [words for words in dict.fromkeys(requirement.unread) if words]
    return ReadingWords(
        stretches=stretches,
        legend=[(kind, gettext(words)) for kind, words in SPANS.items() if kind in used],
        levels=[_level(level, found) for level, found in _in_order(requirement)],
        refused=[label(level) for level in MajorLevel if level not in requirement.by_level],
        conditions=list(dict.fromkeys(requirement.conditions)),
        unread=unread,
        open_ended=requirement.open_ended,
        trees=_trees(requirement, name_key(find), deep=deep),
        hints=[_hint(words) for words in unread],
        is_stated=bool(requirement.raw.strip()),
        directory=requirement.directory,
    )


def coloured(requirement: Requirement) -> list[Stretch]:
    """Return the stretches of a text; together they are the whole text."""
    return [_stretch(span) for span in requirement.spans]


def _trees(requirement: Requirement, key: str, *, deep: bool) -> list[TreeWords]:
    def wanted(name: str, code: str) -> bool:
        return key in name_key(name) or code.startswith(key)

    whole = majors_admitted(requirement)
    shown = [narrowed(tree, wanted) for tree in whole] if key else whole
    return [
        tree_words(tree, before, deep=deep or bool(key))
        for tree, before in zip(shown, whole, strict=True)
    ]


def _in_order(requirement: Requirement) -> list[tuple[MajorLevel, LevelReading]]:
    by_level = requirement.by_level
    return [(level, by_level[level]) for level in MajorLevel if level in by_level]


def _stretch(span: Span) -> Stretch:
    meaning = gettext(SPANS[span.kind]) if span.kind in SPANS else ""
    return Stretch(span.text, span.kind if meaning else "", meaning, span.start, span.end)


def _level(level: MajorLevel, found: LevelReading) -> LevelWords:
    lines = []
    for field, name in _LISTED:
        codes: Sequence[str] = getattr(found, field)
        if codes:
            lines.append((gettext(name), _names(level, codes)))
    if found.second_level:
        lines.append((gettext("二级学科"), "、".join(found.second_level)))
    for whole, parts in found.restrict.items():
        words = gettext(
            "%(whole)s，只限：%(parts)s", whole=named(level, whole), parts="、".join(parts)
        )
        lines.append((gettext("限定"), words))
    return LevelWords(
        level=label(level),
        unlimited=found.unlimited,
        lines=lines,
        excluded=_names(level, found.exclude),
        open_ended=found.open_ended,
        unread="；".join(found.unread),
    )


def _names(level: MajorLevel, codes: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(named(level, code) for code in codes))


def named(level: MajorLevel, code: str) -> str:
    """Return the name of a code of the level's catalogues; what is no code stays as it is."""
    catalogue = load_catalogue()
    for namespace in NAMESPACES_OF_LEVEL[level]:
        node = catalogue.by_code.get((namespace, code))
        if node is not None:
            return node.name
    return code


def _hint(words: str) -> Hint:
    if len(words) > _LONGEST_WORD:
        return Hint(words, ())
    found = dict.fromkeys(hit.ref.name for hit in search(words.removesuffix("专业"), _NEAR))
    return Hint(words, tuple(found))
