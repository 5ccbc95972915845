"""The verdict for one student: which granted key decides, and what stands against it."""

from dataclasses import replace

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import MajorRef, load_catalogue, name_key
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.directories import find_directory
from matcher.vocabulary.majors.references import NAMESPACE_OF_LEVEL
from matcher.vocabulary.requirements.keys import student_keys
from matcher.vocabulary.requirements.readings import (
    Grant,
    Judgement,
    LevelReading,
    Requirement,
    Student,
)
from matcher.vocabulary.requirements.terms import leaf_key

# A named major decides before its class, the class before the gate.
_WEIGHT = {"m": 0, "r": 0, "n": 1, "p": 2, "c": 2, "g": 3, "x": 4}
# Rules that admit somebody as one of a group, whatever key says so.
_OF_GROUPS = frozenset({"gate", "class", "discipline", "alias"})
NO_LEVEL = Judgement(Verdict.NO, "level", "")


@catalogue_cache(maxsize=65_536)
def resolve_student(level: MajorLevel, major_name: str, code: str | None) -> MajorRef:
    """Return the leaf a student means; a major no catalogue knows becomes a leaf of its own."""
    catalogue = load_catalogue()
    for name in dict.fromkeys((major_name, *_plainer(major_name))):
        if name and (known := catalogue.find(level, name, code)):
            return known if name == major_name else replace(known, name=major_name)
    return MajorRef(level, NAMESPACE_OF_LEVEL[level], "", major_name)


def _plainer(name: str) -> tuple[str, ...]:
    """Return the name without 专业, without its bracket, and without the degree."""
    plain = name_key(name).removesuffix("专业")
    outside = plain.split("(", 1)[0]
    return plain, outside, outside.removesuffix("硕士").removesuffix("博士")


def _best(
    reading: LevelReading, keys: tuple[tuple[str, bool], ...]
) -> tuple[tuple[int, int], str, Grant] | None:
    best = None
    for key, certain in keys:
        grant = reading.grants.get(key)
        if grant is None:
            continue
        if not certain and grant.verdict is Verdict.YES:
            grant = Grant(Verdict.MAYBE, "old_name", grant.words)
        rank = (0 if grant.verdict is Verdict.YES else 1, _WEIGHT[key[0]])
        if best is None or rank < best[0]:
            best = (rank, key, grant)
    return best


def decide(reading: LevelReading, ref: MajorRef) -> Judgement:
    """Judge one leaf against the reading of its level; a person's answer settles a doubt."""
    answer = _as_read(reading, ref)
    if answer.verdict is Verdict.YES and reading.doubted:
        doubt = next((reading.doubted[k] for k, _ in student_keys(ref) if k in reading.doubted), "")
        answer = Judgement(Verdict.MAYBE, "excluded_perhaps", doubt) if doubt else answer
    if answer.how == "not_listed" and reading.directory and not _listed(reading.directory, ref):
        near = any(key in reading.near for key, _ in student_keys(ref))
        answer = Judgement(Verdict.MAYBE, "not_in_directory", "") if near else answer
    if answer.verdict is Verdict.MAYBE and reading.decided:
        said = reading.decided.get(leaf_key(ref))
        if said is not None:
            return Judgement(said, "decided", answer.words)
    return answer


@catalogue_cache(maxsize=65_536)
def _listed(directory: str, ref: MajorRef) -> bool:
    """Tell whether a directory lists a major at all; if not, only the issuer can say where it belongs."""
    found = find_directory(directory)
    return found is None or found.knows(ref.level, ref.name)


def _as_read(reading: LevelReading, ref: MajorRef) -> Judgement:
    keys = student_keys(ref)
    barred = next((k for k, sure in keys if sure and k in reading.exclusions), None)
    best = None if reading.unlimited else _best(reading, keys)
    if barred is not None:
        same = best is not None and best[1] in reading.exclusions
        words = reading.exclusions[barred]
        if best and best[2].verdict is Verdict.YES and (same or best[1][0] in "mn"):
            return Judgement(Verdict.MAYBE, "excluded_and_listed", words)
        return Judgement(Verdict.NO, "excluded", words)
    grant = best[2] if best else reading.fallback
    if grant.verdict is Verdict.YES and any(k in reading.exclusions for k, _ in keys):
        return Judgement(Verdict.MAYBE, "old_name_excluded", grant.words)
    by_group = best is None or best[1][0] in "cgp" or grant.how in _OF_GROUPS
    if grant.verdict is Verdict.YES and by_group and reading.vague_exclusion:
        return Judgement(Verdict.MAYBE, "excluded_perhaps", reading.vague_exclusion)
    return Judgement(grant.verdict, grant.how, grant.words)


def leaf_of(student: Student) -> MajorRef:
    """Return the leaf to compile against for a student: one leaf may stand for many students."""
    return resolve_student(student.level, student.major_name, student.code)


def judge(requirement: Requirement, student: Student) -> Judgement:
    """Answer whether a student meets a requirement: fits, to be confirmed, does not fit."""
    reading = requirement.by_level.get(student.level)
    if reading is None:
        return NO_LEVEL
    return decide(reading, leaf_of(student))
