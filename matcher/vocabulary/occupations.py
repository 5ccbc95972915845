"""Occupations (职业分类大典 2022) and job titles read into them.

Codes have the printed form `2-06-03-00`: major group (大类), middle (中类), small (小类), occupation (职业).
A small group without finer occupations is an occupation itself and keeps its code ending in 00.
`data/occupation_titles.csv` holds what people write; titles set by hand come before borrowed ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from matcher.vocabulary.tables import read_table
from matcher.vocabulary.text import bare, normalise, without_brackets

OccupationLevel = Literal["major", "middle", "small", "occupation"]
How = Literal["exact", "contained", "similar", "code", "name", "pinyin"]

_LEAST_SIMILAR = 62.0
"""Edit similarity (of 100) below which a title is better left unread than guessed."""
_CONTAINED_FLOOR, _SIMILAR_CEILING = 0.55, 0.9
"""A title that contains a known one scores from here to 1 by the share it covers; a similar one never
reaches an exact one."""
_OTHER_BEGINNING_FACTOR = 0.85
"""The beginning of a title is what is worked with: 船务人员 are not 财务人员."""
_LONGEST_TITLE = 60
_SAYS_LITTLE = re.compile(
    "经理|助理|工程师|技术员|研究员|研发|主管|总监|老师|顾问|实习生|设计师|管理|测试|市场|评估|操作工"
)
_SAYS_LITTLE_FACTOR = 0.8
"""Words that stand in a hundred titles: another known title beside them says more."""
_TITLE_END = re.compile(
    r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?(?:[kKwW万千]|元)?(?:/[月天年时])?|[五六七八]险[一二两]?金|双休|单休|包[吃食住]+宿?|"
    r"诚聘|急聘|急招|高薪|招聘(?![专助主经员师])|直招|(?:可|接受)?(?:应届|实习)生?(?:可|均可)?|"
    r"\d*名$"
)
"""Words of advertising around a title."""
_ADVERTISING = re.compile(
    r"(?<=..)(?:税[前后]|[月底年时日]薪|无责|薪资(?![专主核])|待遇|待工|提供|包[吃食住]|带薪|做[五六]休|周末|年终|年底|绩效(?![专主考经管])|"
    r"补贴|福利(?![专主])|班车|工作轻松|转正|晋升|五天|朝九|不加班|无需|无经验|零基础|编号).*$"
)
"""From here on a title only praises itself."""
_PRAISE_FIRST = 0.7
"""Below this what stood before the praise was no title: it stands behind (双休 年终奖/物流专员)."""
_ROLE = re.compile(
    "(?:专员|助理|主管|副?经理|组长|领班|主任|副?总监|负责人|专家|人员|岗位?|职位|实习生?|培训生|储备(?:干部)?|储干|学徒)+$"
)
_GRADE = re.compile(
    "^(?:诚|急|高薪)?聘?(?:初级|中级|高级|资深|首席|储备|见习|实习|兼职|全职|驻外|海外|vip)+",
    re.IGNORECASE,
)
"""What a title says of rank and not of the work: a known title with only these around it is as sure."""
_AROUND_IS_RANK = 0.95
_TEACHES = re.compile("老师|讲师|教师|教员|助教|教练")
_TEACHING = ("2-08-", "4-07-03-05", "4-14-05-", "4-13-03-", "4-02-02-07")
_NOT_TEACHING_FACTOR = 0.6
"""Whoever teaches a subject (Python讲师) does not do it."""
_WHOLE_GROUP_FACTOR = 0.75
"""A middle group of a hundred occupations (工程师) says little beside any occupation."""
_PARTS = re.compile(r"[/、,;|+&·\-—\s:]+")


@dataclass(frozen=True, slots=True)
class Occupation:
    """A group or an occupation; `green` 绿色职业, `digital` 数字职业; `initials` are the pinyin initials."""

    code: str
    name: str
    is_occupation: bool
    green: bool
    digital: bool
    initials: str

    @property
    def level(self) -> OccupationLevel:
        """Which of the four steps of the classification this is."""
        if self.is_occupation:
            return "occupation"
        if self.code.endswith("-00-00-00"):
            return "major"
        return "middle" if self.code.endswith("-00-00") else "small"


@dataclass(frozen=True, slots=True)
class OccupationMatch:
    """An occupation a title may mean; `score` is 0 to 1, higher is surer, 1 only for "exact"."""

    code: str
    name: str
    score: float
    how: How


class Occupations:
    """The classification with its look-ups; immutable after building, safe to share."""

    def __init__(
        self,
        occupations: list[Occupation],
        titles: list[tuple[str, str]],
        own: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Index occupations by code; `titles` are (title, code), the first of equal titles counts.

        `own` are those of the titles that were set by hand.
        """
        self._by_code = {o.code: o for o in occupations}
        self._own = tuple((bare(title), code) for title, code in own)
        self._code_of: dict[str, str] = {}
        for title, code in titles:
            self._code_of.setdefault(bare(title), code)
        for occupation in sorted(occupations, key=lambda o: not o.is_occupation):
            self._code_of.setdefault(bare(occupation.name), occupation.code)
        self._keys = list(self._code_of)
        self._lengths: dict[str, tuple[int, ...]] = {}
        for key in self._keys:
            lengths = {*self._lengths.get(key[:2], ()), len(key)}
            self._lengths[key[:2]] = tuple(sorted(lengths, reverse=True))
        self._find = lru_cache(maxsize=65_536)(self._find_uncached)

    def __len__(self) -> int:
        """Number of groups and occupations."""
        return len(self._by_code)

    def list_all(self) -> list[Occupation]:
        """Return every group and occupation, ordered by code."""
        return sorted(self._by_code.values(), key=lambda o: o.code)

    def own_titles(self) -> tuple[tuple[str, str], ...]:
        """Return the titles set by hand as they are compared, each with its code."""
        return self._own

    def get(self, code: str) -> Occupation | None:
        """Return the group or occupation of a code, with or without hyphens; None if unknown."""
        code = code.strip()
        if len(code) == 7 and code.isdigit():
            code = f"{code[0]}-{code[1:3]}-{code[3:5]}-{code[5:]}"
        return self._by_code.get(code)

    def middle_group(self, code: str) -> str | None:
        """Return the code of the middle group (中类) a code lies in; None for a major group."""
        found = self.get(code)
        if found is None or found.level == "major":
            return None
        return found.code[:4] + "-00-00"

    def list_occupations(self, group: str | None = None) -> list[Occupation]:
        """Return what lies directly under a group (None: the major groups), ordered by code."""
        return sorted(
            (o for o in self._by_code.values() if self.parent(o.code) == group),
            key=lambda o: o.code,
        )

    def parent(self, code: str) -> str | None:
        """Return the code of the next group up that the book prints; None for a major group."""
        parts = code.split("-")
        for keep in (3, 2, 1):
            above = "-".join(parts[:keep] + ["00"] * (4 - keep))
            if above != code and above in self._by_code:
                return above
        return None

    def find(self, title: str, limit: int = 3) -> tuple[OccupationMatch, ...]:
        """Return the occupations a job title may mean, surest first; empty when nothing is near.

        First the whole title, then the longest known titles inside it (of equals the later: in
        Chinese the head stands last), then titles of similar spelling.
        """
        return self._find(normalise(title)[:_LONGEST_TITLE], limit)

    def search(self, query: str, limit: int = 10) -> tuple[OccupationMatch, ...]:
        """Return occupations for a search box: by code, name, known title, pinyin initials or typo."""
        key = bare(query)
        if not key:
            return ()
        return _best_of((*self._search_names(key), *self.find(query, limit)))[:limit]

    def _search_names(self, key: str) -> Iterator[OccupationMatch]:
        """Yield occupations whose code, name or initials begin with or contain the key."""
        digits = key.isdigit()
        for o in self._by_code.values():
            if digits and o.code.replace("-", "").startswith(key):
                yield OccupationMatch(o.code, o.name, 0.95, "code")
            elif key in bare(o.name):
                yield OccupationMatch(o.code, o.name, 0.6 + 0.39 * len(key) / len(o.name), "name")
            elif key.isascii() and len(key) > 1 and o.initials.startswith(key):
                yield OccupationMatch(
                    o.code, o.name, 0.5 + 0.4 * len(key) / len(o.initials), "pinyin"
                )

    def _find_uncached(self, title: str, limit: int) -> tuple[OccupationMatch, ...]:
        """Do the work of `find` for a normalised title."""
        key = bare(title)
        if code := self._code_of.get(key):
            return (self._match(code, 1.0, "exact"),)
        outside = without_brackets(title) or title.replace("(", " ").replace(")", " ")
        whole = _TITLE_END.sub(" ", outside)
        core = _TITLE_END.sub(" ", _ADVERTISING.sub("", outside))
        core_key = bare(core).replace("老师", "教师") or key
        if code := self._code_of.get(core_key):
            return (self._match(code, 1.0, "exact"),)
        found = _best_of((*self._contained(core), *self._similar(core_key, limit)))
        if core != whole and (not found or found[0].score < _PRAISE_FIRST):
            found = _best_of((*found, *self._contained(whole)))
        if _TEACHES.search(outside):
            found = _best_of(map(_unless_teaching, found))
        return found[:limit]

    def _contained(self, core: str) -> Iterator[OccupationMatch]:
        """Yield what the parts of a title say, the first part counting most."""
        for place, part in enumerate(p for p in map(bare, _PARTS.split(core)) if p):
            work = _GRADE.sub("", _ROLE.sub("", part))
            if len(work) > 1 and work != part and (code := self._code_of.get(work)):
                yield self._match(code, _AROUND_IS_RANK - 0.02 * place, "contained")
            for match in self._inside(part):
                yield self._match(match.code, max(0.0, match.score - 0.02 * place), "contained")

    def _inside(self, part: str) -> Iterator[OccupationMatch]:
        """Yield the known titles inside one part of a title, by the share of it they cover."""
        for at in range(len(part) - 1):
            for length in self._lengths.get(part[at : at + 2], ()):
                code = self._code_of.get(part[at : at + length])
                if code is None or len(part) < at + length:
                    continue
                head = 0.05 if at + length == len(part) else 0.0
                score = _CONTAINED_FLOOR + (0.94 - _CONTAINED_FLOOR) * length / len(part) + head
                if _SAYS_LITTLE.fullmatch(part, at, at + length):
                    score *= _SAYS_LITTLE_FACTOR
                if code.endswith("-00-00"):
                    score *= _WHOLE_GROUP_FACTOR
                yield self._match(code, score, "contained")
                break

    def _similar(self, key: str, limit: int) -> Iterator[OccupationMatch]:
        """Yield titles of similar spelling."""
        near = process.extract(
            key, self._keys, scorer=fuzz.ratio, limit=limit * 2, score_cutoff=_LEAST_SIMILAR
        )
        for known, similarity, _ in near:
            factor = _SIMILAR_CEILING * (1 if known[0] == key[0] else _OTHER_BEGINNING_FACTOR)
            yield self._match(self._code_of[known], similarity / 100 * factor, "similar")

    def _match(self, code: str, score: float, how: How) -> OccupationMatch:
        """Make a match of a code this table has."""
        return OccupationMatch(code, self._by_code[code].name, round(score, 4), how)


def _unless_teaching(match: OccupationMatch) -> OccupationMatch:
    """Return the match, less sure unless it is an occupation of teaching."""
    if match.code.startswith(_TEACHING):
        return match
    return replace(match, score=round(match.score * _NOT_TEACHING_FACTOR, 4), how="contained")


def _best_of(matches: Iterable[OccupationMatch]) -> tuple[OccupationMatch, ...]:
    """Return the best match of each occupation, surest first."""
    found: dict[str, OccupationMatch] = {}
    for match in matches:
        if match.code not in found or match.score > found[match.code].score:
            found[match.code] = match
    return tuple(sorted(found.values(), key=_best_first))


def _best_first(match: OccupationMatch) -> tuple[float, str]:
    """Order by score, ties by code."""
    return (-match.score, match.code)


@lru_cache(maxsize=1)
def load_occupations() -> Occupations:
    """Return the occupations of the 2022 edition; read once for each process."""
    occupations = [
        Occupation(
            row["code"],
            row["name"],
            row["leaf"] == "1",
            "L" in row["marks"],
            "S" in row["marks"],
            row["initials"],
        )
        for row in read_table("occupations.csv")
    ]
    rows = read_table("occupation_titles.csv")
    own = [(row["title"], row["code"]) for row in rows if row["origin"] == "own"]
    return Occupations(occupations, [(row["title"], row["code"]) for row in rows], own)
