"""What a made-up market of any size draws from: the product's own catalogues, with the unequal shares real life has.

Shares after matching.md §1.6: cities, majors and occupations after Zipf; half stay in the places they list, three in
ten in their provinces, two in ten anywhere; three in ten postings take any major.
"""

from collections import defaultdict
from functools import cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from matcher.kinds import EducationLevel, MajorLevel
from matcher.vocabulary.benchmarks.texts import GRAMMARS
from matcher.vocabulary.certificates import list_certificates
from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.majors import MajorRef, load_catalogue
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions import MUNICIPALITIES, load_regions

T = TypeVar("T")

LEVELS = {
    EducationLevel.COLLEGE: MajorLevel.COLLEGE,
    EducationLevel.BACHELOR: MajorLevel.BACHELOR,
    EducationLevel.MASTER: MajorLevel.GRADUATE,
    EducationLevel.DOCTOR: MajorLevel.GRADUATE,
}
EDUCATIONS, EDUCATION_SHARES = tuple(LEVELS), (45, 42, 11.5, 1.5)

_WRITTEN = ("names", "names", "names with codes", "classes", "classes", "open-ended", "condition")
"""Grammars requirements are written in, the frequent ones repeated."""
_ANY_SHARE = 0.3
_NEAR = 8
"""Occupations a class of majors leads to."""
_VERBS = ("负责", "熟悉", "参与", "完成过", "协助", "独立承担", "了解", "跟进", "整理", "主持")
_ENDS = (
    "的日常工作",
    "相关资料",
    "现场",
    "方案与记录",
    "培训",
    "检查",
    "数据",
    "的协调沟通",
    "台账",
)


class Unequal(Generic[T]):
    """Values of which the first is drawn most often, the n-th about 1/n**s as often."""

    def __init__(self, values: list[T], s: float, seed: str) -> None:
        self.values = list(values)
        Random(seed).shuffle(self.values)  # noqa: S311 - made-up data, not a secret
        self._sums = list(accumulate(1 / n**s for n in range(1, len(values) + 1)))

    def draw(self, random: Random, count: int = 1) -> list[T]:
        """Return different values, at most so many."""
        drawn = random.choices(self.values, cum_weights=self._sums, k=count)
        return list(dict.fromkeys(drawn))


class Words:
    """Everything rows are drawn from; built once, the same for everybody."""

    def __init__(self) -> None:
        regions = load_regions()
        cities = [
            city.code
            for province in regions.list_regions()
            for city in (
                [province]
                if province.code in MUNICIPALITIES
                else [one for one in regions.list_regions(province.code) if one.level == "city"]
            )
        ]
        self.cities = Unequal(cities, 0.95, "cities")
        self.in_province: dict[str, list[str]] = defaultdict(list)
        for code in cities:
            self.in_province[code[:2]].append(code)
        leaves = {level: load_catalogue().leaves(level) for level in MajorLevel}
        self.majors = {
            level: Unequal([one for one in every if one.class_name or one.gate_name], 0.9, level)
            for level, every in leaves.items()
        }
        occupations = [one for one in load_occupations().list_all() if one.is_occupation]
        names = {one.code: one.name for one in occupations}
        self.occupations = Unequal(sorted(names), 0.8, "occupations")
        self.titles: dict[str, list[str]] = {code: [name] for code, name in names.items()}
        for title, code in load_occupations().own_titles():
            self.titles.setdefault(code, [names.get(code, title)]).append(title)
        divisions = [
            one.code
            for section in load_industries().list_industries()
            for one in load_industries().list_industries(section.code)
        ]
        self.industries = Unequal(divisions, 0.8, "industries")
        codes = [one.code for one in list_certificates()]
        self.certificates = Unequal(codes[:60], 1.1, "certificates")
        self._near: dict[str, list[str]] = {}
        self.majors_of = self._majors_of_occupations()

    def occupations_near(self, major: MajorRef) -> list[str]:
        """Return the occupations the class of a major leads to."""
        key = f"{major.level.value} {major.class_code or major.gate_code}"
        if key not in self._near:
            self._near[key] = self.occupations.draw(Random(key), _NEAR)  # noqa: S311 - as above
        return self._near[key]

    def _majors_of_occupations(self) -> dict[str, list[MajorRef]]:
        found: dict[str, list[MajorRef]] = defaultdict(list)
        for majors in self.majors.values():
            for major in majors.values:
                for code in self.occupations_near(major):
                    found[code].append(major)
        return found

    def requirement(self, random: Random, occupation: str) -> str:
        """Return a text of 专业要求 as employers of an occupation write it."""
        near = self.majors_of.get(occupation)
        if random.random() < _ANY_SHARE:
            return "不限"
        if not near:
            near = self.majors[MajorLevel.BACHELOR].draw(random, 4)
        picked = random.sample(near, min(len(near), random.randint(1, 4)))
        return GRAMMARS[random.choice(_WRITTEN)](picked)

    def sentence(self, random: Random, occupation: str) -> str:
        """Return words on work in an occupation; other ones come in now and then."""
        codes = [occupation, occupation, *self.occupations.draw(random)]
        parts = [
            random.choice(_VERBS) + random.choice(self.titles[code]) + random.choice(_ENDS)
            for code in codes
        ]
        return "，".join(parts) + "。"


@cache
def words() -> Words:
    """Return the words, read from the catalogues once."""
    return Words()
