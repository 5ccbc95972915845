"""Ranking the slow, obvious way: pure Python on facts, one pair after another, no arrays.

Nothing here is taken from the engine but the declared points and the drawing of lottery numbers;
texts are compared with dictionaries.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher.kinds import ListSide, Mobility, PriorityMode, Verdict
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.parameters import DriveParameters
from matcher.vocabulary.majors import MajorRef

Near = Callable[[str], dict[str, int]]
"""Weights of the occupations nearest to a text, by name."""

Answer = Callable[[str, MajorRef], tuple[Verdict, str]]
MUNICIPALITIES = ("11", "12", "31", "50")
RULE_POINTS = {"leaf": 3500, "class": 2900, "gate": 2200, "any": 1500}


@dataclass(frozen=True)
class Pair:
    """An eligible pair: points by part and whether it is certain."""

    parts: dict[str, int]
    certain: bool

    @property
    def fit(self) -> int:
        return sum(self.parts.values())


@dataclass
class World:
    """All facts of a drive, with what the texts weigh."""

    graduates: Sequence[GraduateFacts]
    postings: Sequence[PostingFacts]
    parameters: DriveParameters
    answer: Answer
    key: bytes
    near: Near | None = None

    def __post_init__(self) -> None:
        texts = [facts.text for facts in self.graduates] + [facts.text for facts in self.postings]
        self.weigh = text_weights(texts, self.near)
        people = [facts.entry_number for facts in self.graduates]
        offers = [facts.entry_number for facts in self.postings]
        drawn = lottery_numbers(people, self.key).tolist()
        self.lottery_of_graduate = dict(zip(people, drawn, strict=True))
        drawn = lottery_numbers(offers, self.key, Side.POSTINGS).tolist()
        self.lottery_of_posting = dict(zip(offers, drawn, strict=True))

    def pair(self, graduate: GraduateFacts, posting: PostingFacts) -> Pair | None:
        """Return None if not eligible."""
        points = self.parameters.points
        major = best_major(graduate, posting, self)
        place = place_points(graduate, posting, self)
        least = posting.education_min
        if major is None or place is None:
            return None
        if least is not None and graduate.education.rank < least.rank:
            return None
        if not set(posting.certificates) <= set(graduate.certificates):
            return None
        verdict, major_gained = major
        place_gained, place_certain = place
        short = max(0, (graduate.wanted_pay_yuan or 0) - (posting.pay_high_yuan or 0))
        pay = max(0, points.pay - short // points.pay_step_yuan)
        parts = {
            "major": major_gained,
            "place": place_gained,
            "occupation": occupation_points(graduate, posting, self),
            "industry": points.industry if posting.industry in graduate.industries else 0,
            "pay": 0 if posting.pay_high_yuan is None else pay,
            "unit": points.unit if posting.unit_kind in graduate.unit_kinds else 0,
            "text": self.text_points(graduate.text, posting.text),
        }
        certain = verdict is Verdict.YES and place_certain and least is not None
        return Pair(parts, certain)

    def text_points(self, one: str, other: str) -> int:
        mine, theirs = self.weigh(one), self.weigh(other)
        dot = sum(weight * theirs.get(term, 0) for term, weight in mine.items())
        return min(self.parameters.points.text, self.parameters.points.text * dot // 2**20)

    def list_of_posting(self, posting: PostingFacts, side: ListSide | str) -> list[int]:
        """Ids of all eligible graduates, best first."""
        entries = []
        for graduate in self.graduates:
            pair = self.pair(graduate, posting)
            if pair is not None:
                number = self.lottery_of_graduate[graduate.entry_number]
                order = self.posting_order(pair.fit, graduate.priority_rank, side)
                entries.append((not pair.certain, order, number, graduate.id))
        return [entry[-1] for entry in sorted(entries)]

    def posting_order(self, fit: int, rank: int, side: ListSide | str) -> tuple[int, ...]:
        """What sorts a posting's list, smaller first."""
        modes: dict[ListSide | str, PriorityMode] = {
            ListSide.POSTING_ORDINARY: self.parameters.ordinary_mode,
            ListSide.POSTING_RESERVED: self.parameters.reserved_mode,
        }
        match modes.get(side):
            case PriorityMode.BAND:
                return (-rank, -fit)
            case PriorityMode.POINTS:
                return (-(fit + self.parameters.hardship_points[rank]), -rank)
            case PriorityMode.EQUAL_CONDITIONS:
                width = self.parameters.equal_width or 1
                return (-(fit // width), -rank, -fit)
        return (-fit,)

    def list_of_graduate(self, graduate: GraduateFacts) -> list[int]:
        """Ids of all eligible postings, best first."""
        entries = []
        for posting in self.postings:
            pair = self.pair(graduate, posting)
            if pair is not None:
                number = self.lottery_of_posting[posting.entry_number]
                entries.append((not pair.certain, -pair.fit, number, posting.id))
        return [entry[-1] for entry in sorted(entries)]


def best_major(
    graduate: GraduateFacts, posting: PostingFacts, world: World
) -> tuple[Verdict, int] | None:
    """Best answer over the majors: certain before to be confirmed, then the points."""
    found = []
    for number, major in enumerate(graduate.majors):
        verdict, rule = world.answer(posting.requirement, major)
        if verdict is not Verdict.NO:
            gained = RULE_POINTS[rule] if verdict is Verdict.YES else 1400
            found.append((verdict is Verdict.YES, gained - 200 * number))
    if not found:
        return None
    certain, gained = max(found)
    return (Verdict.YES if certain else Verdict.MAYBE), gained


def city_of(code: str) -> str:
    if code[:2] in MUNICIPALITIES:
        return code[:2]
    return code if code[2:4] == "90" else code[:4]


def place_points(
    graduate: GraduateFacts, posting: PostingFacts, world: World
) -> tuple[int, bool] | None:
    """Points and whether it is certain; None if the graduate will not go there."""
    points = world.parameters.points
    free = graduate.mobility is Mobility.ANYWHERE
    if posting.place is None:
        return 0, False
    if not graduate.places:
        return 0, free
    province = posting.place[:2]
    posting_whole = posting.place[2:] == "0000" and province not in MUNICIPALITIES
    if not posting_whole:
        for number, wish in enumerate(graduate.places):
            wish_whole = wish[2:] == "0000" and wish[:2] not in MUNICIPALITIES
            if not wish_whole and city_of(wish) == city_of(posting.place):
                return points.place_choices[number], True
    for wish in graduate.places:
        if wish[:2] == province:
            moves = graduate.mobility is not Mobility.LISTED
            if posting_whole or moves or wish[2:] == "0000":
                return points.place_province, True
    return (0, True) if free else None


def occupation_points(graduate: GraduateFacts, posting: PostingFacts, world: World) -> int:
    points = world.parameters.points
    if posting.occupation is None:
        return 0
    if posting.occupation in graduate.occupations:
        return points.occupation_choices[graduate.occupations.index(posting.occupation)]
    groups = {code[:4] for code in graduate.occupations}
    return points.occupation_group if posting.occupation[:4] in groups else 0


def occurrences(text: str) -> dict[str, float]:
    """How often each term occurs; what begins a run of characters counts a third more or so."""
    found: dict[str, float] = {}
    for run in re.findall("[一-鿿㐀-䶿]+|[a-z0-9+#]+", unicodedata.normalize("NFKC", text).lower()):
        pairs = [one + other for one, other in pairwise(run)]
        cut = [run] if run.isascii() else [*run, *pairs]
        for term in cut:
            found[term] = found.get(term, 0) + 1
        if not run.isascii():
            for term in (run[0], *pairs[:1]):
                found[term] += 0.3
    return found


def text_weights(texts: Sequence[str], near: Near | None = None) -> Callable[[str], dict[str, int]]:
    """TF-IDF by the textbook, on the fixed-point numbers the model declares; half of it concepts."""
    slots, norm = (32, 1024) if near is None else (16, 724)
    in_texts = Counter(term for text in texts for term in occurrences(text))
    idf = {
        term: round(
            1024
            * (0.7 if len(term) == 2 and not term.isascii() else 1)
            * (math.log((1 + len(texts)) / (1 + df)) + 1)
        )
        for term, df in in_texts.items()
        if df >= 2
    }

    def weigh(text: str) -> dict[str, int]:
        counts = {term: n for term, n in occurrences(text).items() if term in idf}
        raw = {t: (1024 + round(1024 * math.log(round(n, 1)))) * idf[t] for t, n in counts.items()}
        heaviest = dict(sorted(raw.items(), key=lambda item: (-item[1], item[0]))[:slots])
        length = math.sqrt(sum(weight * weight for weight in heaviest.values()))
        weights = {term: round(weight * norm / length) for term, weight in heaviest.items()}
        return weights if near is None else weights | near(text)

    return weigh
