"""Heads told by how they are built (data/head_patterns.csv), and English heads cut into words.

Offices combine the same few words anew (薪酬标准（万元/年）, 专业名称要求（大学专科）), programs spell theirs in
camelCase, snake_case or with dots; a list of synonyms alone never ends.
"""

import re
from functools import lru_cache

from matcher.intake.concepts import kinds_of_letters, read_intake_table
from matcher.kinds import ImportKind

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SPOKEN_FOR = frozenset(
    {"father", "mother", "parent", "guardian", "spouse", "emergency", "teacher", "counselor"}
    | {"hr", "recruiter", "interviewer", "publisher", "creator", "updater", "operator", "school"}
)
"""Words that give an English head to somebody else: father_name is not the graduate's name."""
_SAME = {
    "enterprise": "company", "firm": "company", "corp": "company", "corporation": "company",
    "organisation": "company", "organization": "company", "org": "company", "position": "job",
    "post": "job", "vacancy": "job", "role": "job", "telephone": "phone", "tel": "phone",
    "mobile": "phone", "cellphone": "phone", "graduate": "student", "wage": "salary",
    "remuneration": "salary", "applicant": "student", "person": "", "employee": "staff",
    "employees": "staff", "qualification": "education", "degree": "education",
    "diploma": "education", "required": "requirement", "requirements": "requirement",
    "marital": "marriage", "gender": "sex",
}  # fmt: skip
_BARE = frozenset(
    {"name", "id", "no", "number", "code", "type", "kind", "count", "status", "state", "title"}
    | {"address", "area", "level", "size", "city", "email", "phone", "remark", "note", "unit"}
    | {"major", "school", "grade", "detail", "content", "time", "date", "class", "year", "index"}
)
"""Words too general to stand for a whole English head that ends in them."""
_TRAILING = frozenset({"date", "time", "text", "str", "value", "desc", "list", "info", "cn", "zh"})
_UNITS = frozenset({"rmb", "cny", "yuan", "of", "the", "in", "and", "per", "month", "s"})
_TELLING = {"sex": "sex", "age": "age", "marriage": "marriage"}


@lru_cache(maxsize=8)
def _patterns(kind: ImportKind) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(row["pattern"]), row["concept"])
        for row in read_intake_table("head_patterns.csv")
        if kind in kinds_of_letters(row["kinds"])
    )


@lru_cache(maxsize=20_000)
def concept_by_form(kind: ImportKind, key: str) -> str | None:
    """Return the concept whose way of building heads a bare head follows."""
    return next((concept for form, concept in _patterns(kind) if form.search(key)), None)


@lru_cache(maxsize=20_000)
def is_built_head(key: str) -> bool:
    """Say whether a bare head is built as heads of any kind of sheet are."""
    if any(char.isdigit() for char in key):
        return False
    return any(concept_by_form(kind, key) for kind in ImportKind)


def english_candidates(head: str) -> tuple[str, ...]:
    """List the squashed spellings under which an English head may be known, the surest first."""
    words = [word.lower() for word in _WORD.findall(head)]
    words = [word for word in words if word not in _UNITS]
    if not words or set(words) & _SPOKEN_FOR:
        return ("".join(words),) if words else ()
    same = [_SAME.get(word, word) for word in words]
    told = [concept for word, concept in _TELLING.items() if word in same]
    tries = ["".join(words), "".join(same), *told]
    if words[-1] in _TRAILING and len(words) > 1:
        tries += ["".join(words[:-1]), "".join(same[:-1])]
    for start in range(1, len(words)):
        if len(words) - start > 1 or words[-1] not in _BARE:
            tries += ["".join(words[start:]), "".join(same[start:])]
    return tuple(dict.fromkeys(filter(None, tries)))
