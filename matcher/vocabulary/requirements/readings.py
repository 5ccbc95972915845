"""What a requirement was read as.

Beside the published fields each `LevelReading` carries `grants` and `exclusions`: the same content
as keys that a student either has or not (`judging.student_keys`). Judging one student and
compiling for all of them read the same two mappings, which is why they cannot disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements.spans import Coat, Span, painted
from matcher.vocabulary.requirements.terms import Decision


@dataclass(frozen=True, slots=True)
class Student:
    """A graduate as the reader needs one: level, major as written, code if known."""

    level: MajorLevel
    major_name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A key admitted with a verdict; `how` names the rule, `words` the words that decide."""

    verdict: Verdict
    how: str
    words: str


@dataclass(frozen=True)
class LevelReading:
    """What one level (本科, 研究生, 专科) is asked for; field names as in the published gold."""

    unlimited: bool = False
    gates: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    majors: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    second_level: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    voc_bachelor: tuple[str, ...] = ()
    restrict: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    old_names: tuple[str, ...] = ()
    dir_categories: tuple[str, ...] = ()
    directory: str = ""
    """Words of the known directory it was read under: a major it does not list is in doubt."""
    unread: tuple[str, ...] = ()
    open_ended: bool = False
    grants: Mapping[str, Grant] = field(default_factory=dict)
    exclusions: Mapping[str, str] = field(default_factory=dict)
    doubted: Mapping[str, str] = field(default_factory=dict)
    """Keys that an exclusion may mean, with its words."""
    vague_exclusion: str = ""
    """Words of an exclusion that nothing clear is called by: no group is certain then."""
    near: frozenset[str] = frozenset()
    """Class keys around what a directory reading lists."""
    fallback: Grant = Grant(Verdict.NO, "not_listed", "")
    decided: Mapping[str, Verdict] = field(default_factory=dict)
    """Answers of people by `terms.leaf_key`; they settle "to be confirmed" and nothing else."""


@dataclass(frozen=True)
class Requirement:
    """A text read under a directory; immutable, so that it can be shared and cached.

    `by_level` holds only the levels the text admits; a level absent from it does not fit.
    """

    raw: str
    column_level: str | None
    directory: str | None
    by_level: Mapping[MajorLevel, LevelReading]
    open_ended: bool
    conditions: tuple[str, ...]
    unread: tuple[str, ...]
    coats: tuple[Coat, ...] = ()

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The stretches of `raw` with what they became; made when somebody looks."""
        return painted(self.raw, self.coats)


def decided(requirement: Requirement, decisions: Sequence[Decision]) -> Requirement:
    """Return a reading together with what people decided about single majors."""
    if not decisions:
        return requirement
    answers = MappingProxyType({one.leaf: one.verdict for one in decisions})
    by_level = {lv: replace(r, decided=answers) for lv, r in requirement.by_level.items()}
    return replace(requirement, by_level=MappingProxyType(by_level))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer for one student, the rule that gave it, and the words that decide."""

    verdict: Verdict
    how: str
    words: str
