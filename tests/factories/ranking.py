"""Made-up facts for ranking tests: small worlds by Hypothesis, larger ones by a seed.

Requirements are keys of a toy language that both the compiler given to the snapshot and the slow
oracle read: answers joined by ";", each `level/rule:code=verdict`.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from hypothesis import strategies as st

from matcher.kinds import EducationLevel, MajorLevel, Mobility, PriorityMode, UnitKind, Verdict
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters, PartPoints
from matcher.vocabulary.majors import MajorRef

KEY = b"a lottery key of the tests"

LEVELS = (MajorLevel.COLLEGE, MajorLevel.BACHELOR)
PLACES = (
    "370000", "371600", "371602", "371603", "370100", "370102", "410000", "410100", "419001",
    "419011", "110000", "110105", "310115",
)  # fmt: skip
OCCUPATIONS = ("2-02-10-03", "2-02-10-07", "2-02-14-01", "2-06-03-00", "4-01-02-03")
INDUSTRIES = ("C", "I", "J")
CERTIFICATES = ("初级会计", "教师资格", "电工")
WORDS = ("会计", "财务", "软件", "Java", "机械", "电工", "教师", "护理", "设计", "统计")


def major(level: MajorLevel, code: str) -> MajorRef:
    """Make a major whose class is the first four and whose gate the first two digits."""
    return MajorRef(level, "toy", code, f"专业{code}", code[:4], "", code[:2], "")


MAJORS = tuple(
    major(level, code)
    for level in LEVELS
    for code in ("020101", "020102", "020201", "030101", "050101", "050102")
)


def toy_answer(requirement: str, leaf: MajorRef) -> tuple[Verdict, str]:
    """Answer for one leaf, the obvious way: the best of all parts of the requirement."""
    answers = [(Verdict.NO, "")]
    for part in filter(None, requirement.split(";")):
        head, verdict = part.split("=")
        level, rule = head.split("/")
        rule, code = rule.split(":")
        if level == leaf.level.value and leaf.code.startswith(code):
            answers.append((Verdict(verdict), rule))
    order = {Verdict.YES: 2, Verdict.MAYBE: 1, Verdict.NO: 0}
    depth = {"leaf": 3, "class": 2, "gate": 1, "any": 0, "": -1}
    return max(answers, key=lambda answer: (order[answer[0]], depth[answer[1]]))


def toy_compiler(
    leaves: Sequence[MajorRef],
) -> Callable[[str], Iterable[tuple[int, Verdict, str]]]:
    """Compile toy requirements against leaves."""

    def compiled(requirement: str) -> list[tuple[int, Verdict, str]]:
        answers = [(number, *toy_answer(requirement, leaf)) for number, leaf in enumerate(leaves)]
        return [answer for answer in answers if answer[1] is not Verdict.NO]

    return compiled


def _parts() -> st.SearchStrategy[str]:
    def part(level: MajorLevel, leaf: MajorRef, rule: str, verdict: str) -> str:
        digits = {"leaf": 6, "class": 4, "gate": 2, "any": 0}[rule]
        return f"{level.value}/{rule}:{leaf.code[:digits]}={verdict}"

    return st.builds(
        part,
        st.sampled_from(LEVELS),
        st.sampled_from(MAJORS),
        st.sampled_from(["leaf", "class", "gate", "any"]),
        st.sampled_from(["yes", "yes", "maybe"]),
    )


def requirements() -> st.SearchStrategy[str]:
    """Toy requirements of up to three parts; a part of every kind occurs."""
    return st.lists(_parts(), max_size=3).map(lambda parts: ";".join(sorted(set(parts))))


def texts() -> st.SearchStrategy[str]:
    """Short texts over few words, so that many share terms."""
    return st.lists(st.sampled_from(WORDS), max_size=4).map("，".join)


def _several(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


def graduate_facts(id_: int) -> st.SearchStrategy[GraduateFacts]:
    """One graduate with the given id."""
    return st.builds(
        GraduateFacts,
        id=st.just(id_),
        entry_number=st.just(id_ * 3 + 1),
        education=st.sampled_from(EducationLevel),
        majors=st.lists(st.sampled_from(MAJORS), min_size=1, max_size=2).map(tuple),
        places=_several(PLACES),
        mobility=st.sampled_from(Mobility),
        occupations=_several(OCCUPATIONS),
        industries=_several(INDUSTRIES),
        wanted_pay_yuan=st.none() | st.sampled_from([3000, 4550, 6000, 9000]),
        unit_kinds=st.frozensets(st.sampled_from(UnitKind), max_size=2),
        certificates=_several(CERTIFICATES),
        priority_rank=st.integers(0, 5),
        text=texts(),
    )


def posting_facts(id_: int) -> st.SearchStrategy[PostingFacts]:
    """One posting with the given id."""
    return st.builds(
        PostingFacts,
        id=st.just(id_),
        entry_number=st.just(id_),
        requirement=requirements(),
        education_min=st.none() | st.sampled_from(list(EducationLevel)[:3]),
        place=st.none() | st.sampled_from(PLACES),
        occupation=st.none() | st.sampled_from(OCCUPATIONS),
        industry=st.none() | st.sampled_from(INDUSTRIES),
        pay_high_yuan=st.none() | st.sampled_from([2500, 4500, 5999, 8000]),
        unit_kind=st.none() | st.sampled_from(UnitKind),
        certificates=st.lists(st.sampled_from(CERTIFICATES), max_size=1).map(tuple),
        text=texts(),
        has_reserved=st.booleans(),
    )


def many_graduates(most: int = 9) -> st.SearchStrategy[list[GraduateFacts]]:
    """Some graduates, perhaps none."""
    return st.integers(0, most).flatmap(
        lambda n: st.tuples(*(graduate_facts(number + 1) for number in range(n))).map(list)
    )


def many_postings(most: int = 7) -> st.SearchStrategy[list[PostingFacts]]:
    """Some postings, perhaps none."""
    return st.integers(0, most).flatmap(
        lambda n: st.tuples(*(posting_facts(number + 1) for number in range(n))).map(list)
    )


def parameters() -> st.SearchStrategy[DriveParameters]:
    """Parameters over all modes and a few weights."""
    return st.builds(
        DriveParameters,
        points=st.sampled_from([PartPoints(), PartPoints(text=500, place_province=0, industry=0)]),
        ordinary_mode=st.sampled_from(PriorityMode),
        reserved_mode=st.sampled_from(PriorityMode),
        equal_width=st.sampled_from([0, 1, 200, 3000]),
    )


def seeded_world(
    n_graduates: int, n_postings: int, seed: int
) -> tuple[list[GraduateFacts], list[PostingFacts]]:
    """Draw a larger world from the same values with numpy, fast enough for thousands of rows."""
    rng = np.random.default_rng(seed)

    def some(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(rng.permutation(values)[: rng.integers(0, 4)].tolist())

    def words() -> str:
        return "，".join(some(WORDS))

    people = [
        GraduateFacts(
            id=number + 1,
            entry_number=number,
            education=list(EducationLevel)[rng.integers(1, 4)],
            majors=tuple(MAJORS[at] for at in rng.permutation(len(MAJORS))[: rng.integers(1, 3)]),
            places=some(PLACES),
            mobility=list(Mobility)[rng.integers(0, 3)],
            occupations=some(OCCUPATIONS),
            industries=some(INDUSTRIES),
            wanted_pay_yuan=int(rng.integers(30, 90)) * 100,
            certificates=some(CERTIFICATES),
            priority_rank=int(rng.integers(0, 6)),
            text=words(),
        )
        for number in range(n_graduates)
    ]
    rules = (
        "bachelor/any:=yes",
        "bachelor/class:0201=yes;college/gate:02=maybe",
        "bachelor/leaf:050101=yes",
    )
    offers = [
        PostingFacts(
            id=number + 1,
            entry_number=number,
            requirement=rules[rng.integers(0, 3)],
            education_min=list(EducationLevel)[rng.integers(0, 3)],
            place=PLACES[rng.integers(0, len(PLACES))],
            occupation=OCCUPATIONS[rng.integers(0, len(OCCUPATIONS))],
            industry=INDUSTRIES[rng.integers(0, 3)],
            pay_high_yuan=int(rng.integers(30, 90)) * 100,
            unit_kind=UnitKind.PRIVATE,
            text=words(),
            has_reserved=bool(rng.integers(0, 2)),
        )
        for number in range(n_postings)
    ]
    return people, offers
