"""From a reading to the leaves it admits: what the ranking engine stores of a requirement.

`LeafIndex` is built once for the distinct majors of a drive; a requirement then touches only the
leaves that carry one of its keys. By construction the result equals `judge` leaf by leaf.
"""

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import MajorRef
from matcher.vocabulary.requirements.judging import decide
from matcher.vocabulary.requirements.keys import student_keys
from matcher.vocabulary.requirements.readings import Grant, LevelReading, Requirement

Admitted = tuple[int, Verdict, str]


class LeafIndex:
    """Inverted index from key to leaf numbers, per level."""

    def __init__(self, leaves: Sequence[MajorRef]) -> None:
        self.leaves = tuple(leaves)
        self._of_level: dict[MajorLevel, list[int]] = defaultdict(list)
        self._of_key: dict[tuple[MajorLevel, str], list[int]] = defaultdict(list)
        self._answers: dict[tuple[MajorLevel, Verdict, str], list[Admitted]] = {}
        for number, leaf in enumerate(self.leaves):
            self._of_level[leaf.level].append(number)
            for key in dict.fromkeys(key for key, _ in student_keys(leaf)):
                self._of_key[leaf.level, key].append(number)

    def compile(self, requirement: Requirement) -> list[Admitted]:
        """Return (leaf, YES or MAYBE, rule) for every leaf that is not NO, by leaf number."""
        admitted: list[Admitted] = []
        for level, reading in requirement.by_level.items():
            admitted += self._compile_level(level, reading)
        return sorted(admitted, key=itemgetter(0))

    def _touched(self, level: MajorLevel, reading: LevelReading) -> set[int]:
        touched: set[int] = set()
        for keys in (reading.grants, reading.exclusions, reading.doubted):
            for key in keys:
                touched.update(self._of_key.get((level, key), ()))
        return touched

    def _compile_level(self, level: MajorLevel, reading: LevelReading) -> list[Admitted]:
        touched = self._touched(level, reading)
        admitted: list[Admitted] = []
        for number in touched:
            answer = decide(reading, self.leaves[number])
            if answer.verdict is not Verdict.NO:
                admitted.append((number, answer.verdict, answer.how))
        return admitted + self._rest(reading, level, touched)

    def _rest(self, reading: LevelReading, level: MajorLevel, touched: set[int]) -> list[Admitted]:
        """Admit those who carry no key of the reading; alike, unless the answer rests on who they are."""
        rest = reading.fallback
        doubtful = bool(reading.decided) and rest.verdict is Verdict.MAYBE
        one_by_one = doubtful or reading.directory or reading.vague_exclusion
        if rest.verdict is Verdict.NO and not one_by_one:
            return []
        if one_by_one:
            others = [number for number in self._of_level[level] if number not in touched]
            return self._decided(reading, others)
        return [one for one in self._alike(level, rest) if one[0] not in touched]

    def _alike(self, level: MajorLevel, rest: Grant) -> list[Admitted]:
        """Return one answer for all leaves of a level: the same few for thousands of requirements, made once."""
        key = (level, rest.verdict, rest.how)
        if key not in self._answers:
            self._answers[key] = [(n, rest.verdict, rest.how) for n in self._of_level[level]]
        return self._answers[key]

    def _decided(self, reading: LevelReading, numbers: Sequence[int]) -> list[Admitted]:
        answers = ((number, decide(reading, self.leaves[number])) for number in numbers)
        return [(n, one.verdict, one.how) for n, one in answers if one.verdict is not Verdict.NO]


def compile_requirement(requirement: Requirement, leaves: Sequence[MajorRef]) -> list[Admitted]:
    """Compile against leaves given once; keep a `LeafIndex` when there are many requirements."""
    return LeafIndex(leaves).compile(requirement)
