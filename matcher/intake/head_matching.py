"""What a head says by its words alone: exact synonym, its end, or likeness (RapidFuzz).

Chinese heads put the noun last (本人身份证号码 is a 身份证号码), so a known head at the end is good evidence;
at the beginning it is none (姓名拼音 is no 姓名).
"""

from functools import lru_cache

from rapidfuzz import fuzz, process

from matcher.intake.concepts import concepts_of
from matcher.intake.head_patterns import concept_by_form, english_candidates
from matcher.intake.heads import head_key, inner_key, outer_key
from matcher.kinds import ImportKind

_EXACT, _WITHOUT_BRACKETS, _BY_FORM, _AT_END, _ALIKE, _IN_BRACKETS = (
    1.0,
    0.97,
    0.9,
    0.88,
    0.85,
    0.75,
)
_ENGLISH, _ENGLISH_IN_PART = 0.95, 0.85
_FUZZY_CUTOFF = 78
"""RapidFuzz ratio; 身份证号玛 for 身份证号码 is 80, 毕业学校 for 毕业时间 is 50."""
_OTHER_PEOPLE = (
    *("父", "母", "家长", "监护", "配偶", "妻", "丈夫", "紧急", "班主任", "辅导员", "户主", "职工", "导师"),
    *("联系人", "hr", "招聘者", "招聘官", "面试官", "发布人", "推荐人", "介绍人", "担保人", "填表人", "经办人"),
)  # fmt: skip
"""Beginnings that give a head to somebody else; 父亲电话 is not the graduate's 电话."""
_OTHER_MATTERS = (
    *("报名", "考试", "面试", "笔试", "体检", "落户", "集合", "监督", "举报", "投诉", "信息公开", "公告", "前置"),
    *("上次", "原", "曾", "实习", "入学前", "高中", "中学"),
)  # fmt: skip
"""Beginnings that give a head to another matter; 面试地点 is not where the work is."""


@lru_cache(maxsize=8)
def _synonyms(kind: ImportKind) -> dict[str, str]:
    """Map the bare form of each head to its concept; the first in the data wins."""
    table: dict[str, str] = {}
    for concept in concepts_of(kind):
        for head in concept.heads:
            table.setdefault(head_key(head), concept.name)
    return table


@lru_cache(maxsize=20_000)
def match_head(kind: ImportKind, head: str) -> tuple[str | None, float, str]:
    """Return (concept, strength 0 to 1, Chinese evidence) of a head by its words alone."""
    if not head:
        return None, 0.0, ""
    upper, _, lower = head.rpartition("|")
    tries = [head.replace("|", ""), lower] + ([upper.rpartition("|")[2]] if upper else [])
    best: tuple[str | None, float, str] = (None, 0.0, "")
    for position, text in enumerate(tries):
        found = _match_text(kind, text)
        weight = 1.0 if position < 2 else 0.85
        if found[1] * weight > best[1]:
            best = (found[0], found[1] * weight, found[2])
    return best


def _match_text(kind: ImportKind, text: str) -> tuple[str | None, float, str]:
    table = _synonyms(kind)
    key, outer = head_key(text), outer_key(text)
    if key in table:
        return table[key], _EXACT, "表头与常用写法一致"
    if form := concept_by_form(kind, key):
        return form, _BY_FORM, "表头按常见构成识别"
    if outer in table:
        return table[outer], _WITHOUT_BRACKETS, "表头（去掉括号）与常用写法一致"
    if key.isascii():
        return _match_english(kind, text)
    inner = inner_key(text)
    if inner in table and len(inner) >= 2 and not outer.startswith(_OTHER_PEOPLE):
        return table[inner], _IN_BRACKETS, "括号里的字与常用写法一致"
    if len(outer) < 2 or outer.startswith(_OTHER_MATTERS):
        return None, 0.0, ""
    if (form := concept_by_form(kind, outer)) is not None:
        return form, _BY_FORM, "表头（去掉括号）按常见构成识别"
    if not outer.startswith(_OTHER_PEOPLE) and (ending := _match_end(table, outer)):
        return table[ending], _AT_END, f"表头以“{ending}”结尾"
    return _match_likeness(table, outer)


def _match_english(kind: ImportKind, text: str) -> tuple[str | None, float, str]:
    """Match an English head by its words: monthly_salary, jobTitle, contact.phone."""
    table = _synonyms(kind)
    for position, spelling in enumerate(english_candidates(text)):
        concept = table.get(spelling) or concept_by_form(kind, spelling)
        if concept is not None:
            strength = _ENGLISH if position < 2 else _ENGLISH_IN_PART
            return concept, strength, f"英文表头按“{spelling}”识别"
    return _match_likeness(table, outer_key(text))


def _match_end(table: dict[str, str], outer: str) -> str | None:
    """Return the longest known head a head ends with, if it is enough of it."""
    ends = [
        known
        for known in table
        if len(known) >= 2 and not known.isascii() and outer.endswith(known)
    ]
    longest = max(ends, key=len, default="")
    return longest if longest and len(longest) * 5 >= len(outer) * 2 else None


def _match_likeness(table: dict[str, str], outer: str) -> tuple[str | None, float, str]:
    if len(outer) < (5 if outer.isascii() else 3) or (
        outer.isascii() and any(char.isdigit() for char in outer)
    ):
        return None, 0.0, ""
    found = process.extractOne(outer, table.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF)
    if found is None or found[0].isascii() != outer.isascii():
        return None, 0.0, ""
    if outer.startswith(_OTHER_PEOPLE) and found[0][:2] != outer[:2]:
        return None, 0.0, ""
    return table[found[0]], found[1] / 100 * _ALIKE, f"表头与“{found[0]}”相近"
